"""What a Lambda function's REPORT lines say: durations, memory, time-outs, cold starts."""

from __future__ import annotations

import json
import re
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolbox import resources
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.figures import rounded
from toolbox.logs.errors import LAG, one_line
from toolbox.logs.groups import function_group
from toolbox.logs.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from toolbox.asking.window import Moment
    from toolbox.logs.stack_traces import Line

_REPORT = re.compile(
    r"^REPORT RequestId: (?P<id>\S+)\s+Duration: (?P<duration>[\d.]+) ms.{0,80}?"
    r"Memory Size: (?P<size>\d+) MB\s+Max Memory Used: (?P<used>\d+) MB(?P<rest>.{0,400})",
    re.DOTALL,
)
_PATTERN = '?"REPORT RequestId" ?"platform.report"'


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation, by its report.

    Attributes:
        at: When it ended.
        id: Request id.
        duration_ms: How long it took.
        memory_mb: What it was given.
        used_mb: The most its environment has used.
        status: `timeout`, `error`, or "".
        cold_ms: Time to initialise, 0 for a warm start.
    """

    at: datetime
    id: str
    duration_ms: float
    memory_mb: int
    used_mb: int
    status: str
    cold_ms: float


def lambda_invocations(function: str | None = None, *, start: Moment = None, end: Moment = None) -> Answer:
    """A function's invocations before and since the onset: durations, memory, time-outs, cold starts.

    Args:
        function: Its name; the alarm's unless given.
        start: From when; 90 min before the onset unless given.
        end: Until when.
    """
    _, window = looking.windowed(start, end)
    asked = Asked(window, filter="REPORT lines")
    asked.lags(LAG)
    name = function or _of_alarm(asked)
    asked.about(function=name)
    if name is None:
        asked.gap("invocations", "the alarm names no function; give one")
        return asked.answer()
    lines = read(asked, function_group(asked, name), window, _PATTERN).lines
    parsed = [each for line in lines if (each := invocation(line)) is not None]
    before = [each for each in parsed if each.at < window.onset]
    since = [each for each in parsed if each.at >= window.onset]
    return asked.answer(before_onset=_summed(before), since_onset=_summed(since), worst=_worst(parsed, lines))


def _of_alarm(asked: Asked) -> str | None:
    found = resources.main_resource(asked)
    return found.name if found and found.kind == "lambda" else None


def invocation(line: Line) -> Invocation | None:
    """Read a REPORT line, in its text or its JSON form; None for any other line."""
    found = _REPORT.match(line.text)
    if found is None:
        return _of_json(line)
    status = re.search(r"Status: (\w+)", found["rest"])
    cold = re.search(r"Init Duration: ([\d.]+) ms", found["rest"])
    return Invocation(
        line.at,
        found["id"],
        float(found["duration"]),
        int(found["size"]),
        int(found["used"]),
        status[1] if status else "",
        float(cold[1]) if cold else 0.0,
    )


def _of_json(line: Line) -> Invocation | None:
    if "platform.report" not in line.text[:400]:
        return None
    try:
        record = json.loads(line.text)["record"]
        metrics = record["metrics"]
        status = str(record.get("status", ""))
        return Invocation(
            line.at,
            str(record["requestId"]),
            float(metrics["durationMs"]),
            int(metrics["memorySizeMB"]),
            int(metrics["maxMemoryUsedMB"]),
            "" if status == "success" else status,
            float(metrics.get("initDurationMs", 0)),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _summed(found: Sequence[Invocation]) -> dict[str, Any] | None:
    if not found:
        return None
    durations = sorted(each.duration_ms for each in found)
    return {
        "count": len(found),
        "duration_ms": {
            "median": rounded(statistics.median(durations), 3),
            "p95": rounded(durations[int(0.95 * (len(durations) - 1))], 3),
            "max": rounded(durations[-1]),
        },
        "timed_out": sum(each.status == "timeout" for each in found),
        "failed": sum(each.status not in ("", "timeout") for each in found),
        "memory_mb": max(each.memory_mb for each in found),
        "most_used_mb": max(each.used_mb for each in found),
        "at_memory_limit": sum(each.used_mb >= each.memory_mb for each in found),
        "cold_starts": sum(each.cold_ms > 0 for each in found),
    }


def _worst(found: Sequence[Invocation], lines: Sequence[Line]) -> str | None:
    """The report that says most: of a time-out, else of the invocation that took longest."""
    if not found:
        return None
    worst = max(found, key=lambda each: (each.status != "", each.used_mb >= each.memory_mb, each.duration_ms))
    return next((one_line(line.text, 260) for line in lines if worst.id in line.text), None)
