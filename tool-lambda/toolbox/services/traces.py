"""X-Ray: faulty and slow traces, and the segment that failed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.asking.figures import rounded
from toolbox.logs.errors import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolbox.asking.window import Moment, Window

#: GetTraceSummaries looks at six hours at most; BatchGetTraces takes five ids.
_LONGEST = timedelta(hours=6)
_READ = 5


def failed_traces(expression: str | None = None, *, start: Moment = None, end: Moment = None) -> Answer:
    """X-Ray traces with errors or faults: how many, where they fail, and what the failing segments say.

    Args:
        expression: X-Ray filter expression; `error OR fault` unless given.
        start: From when; 90 min before the onset unless given.
        end: Until when.
    """
    look, window = looking.windowed(start, end)
    wanted = expression or _expression(look.dimensions)
    asked = Asked(window, filter=wanted)
    first = max(window.start, window.end - _LONGEST)
    client = look.client("xray")
    request = {"StartTime": first, "EndTime": window.end, "FilterExpression": wanted}
    nothing: list[Any] = []
    found = asked.attempt(
        "trace summaries",
        lambda: list(pages(client, "get_trace_summaries", "TraceSummaries", most=200, **request)),
        nothing,
    )
    if len(found) == 200:
        asked.cut("summaries beyond the first 200")
    return asked.answer(**_summed(found, window), failing=_failing(asked, client, found))


def _expression(dimensions: Mapping[str, str]) -> str:
    name = dimensions.get("FunctionName")
    failed = "(error OR fault OR throttle)"
    return f'{failed} AND service("{name}")' if name else failed


def _summed(found: list[dict[str, Any]], window: Window) -> dict[str, Any]:
    times = [float(each["ResponseTime"]) for each in found if each.get("ResponseTime") is not None]
    entries = Counter(str((each.get("EntryPoint") or {}).get("Name", "?")) for each in found)
    return {
        "count": len(found),
        "faults": sum(bool(each.get("HasFault")) for each in found),
        "errors": sum(bool(each.get("HasError")) for each in found),
        "throttles": sum(bool(each.get("HasThrottle")) for each in found),
        "longest_s": rounded(max(times)) if times else None,
        "entry_points": dict(entries.most_common(5)),
        "window_end": window.end if found else None,
    }


def _failing(asked: Asked, client: Any, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [str(each["Id"]) for each in found[:_READ]]
    if not ids:
        return []
    nothing: list[Any] = []
    traces_found = asked.attempt("traces", lambda: client.batch_get_traces(TraceIds=ids)["Traces"], nothing)
    counted: Counter[tuple[str, str]] = Counter()
    for trace in traces_found:
        for segment in trace.get("Segments") or ():
            counted.update(set(_causes(json.loads(segment["Document"]))))
    return [
        {"segment": name, "says": one_line(text, 300), "traces": number}
        for (name, text), number in counted.most_common(6)
    ]


def _causes(segment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Segments that failed, and why; where their parts say it, only those."""
    below = [found for part in segment.get("subsegments") or () for found in _causes(part)]
    if below:
        yield from below
        return
    cause = segment.get("cause")
    exceptions = cause.get("exceptions") if isinstance(cause, dict) else None
    status = ((segment.get("http") or {}).get("response") or {}).get("status")
    if exceptions:
        yield str(segment.get("name")), f"{exceptions[0].get('type', '')}: {exceptions[0].get('message', '')}"
    elif segment.get("fault") or segment.get("error") or segment.get("throttle"):
        yield str(segment.get("name")), f"HTTP {status}" if status else "failed without a word"
