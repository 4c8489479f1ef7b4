"""In what two sets of log records differ: values whose share changed, and measures that grew. Pure.

A responder's question: what have the lines since the onset, or those of failing requests, in common that the
others have not?
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolbox.asking.figures import rounded
from toolbox.logs.fields import LONGEST_VALUE, STREAM, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolbox.logs.fields import Record

#: A share must change by so much, and rest on so many records.
_LEAST_CHANGE = 0.2
_FEWEST = 4
#: A field with so many different values for its records is an id, or a measure.
_VARIED = 0.5
_MEASURE_FACTOR = 1.5
#: What access logs call the status of an answer.
_STATUS = re.compile(r"(?i)(?:[\w.]*[._])?(?:status|status_?code|response_?code|sc-status)")
_FEW_VALUES = 2
_TELLING = re.compile(
    r"(?i)(?:uri|url|path|request|route|rule\w*|caller|client\w*|user\w*|tenant|reason|error\w*|version|operation)$"
)
_FAILED = re.compile(r"[45]\d\d")
#: What logs of firewalls (AWS WAF, Network Firewall, VPC flow logs) call a request that was not let through.
_REFUSED = frozenset({"BLOCK", "REJECT", "DROP", "DENY"})
#: Fields that tell what a line is, or merely repeat that it failed.
_IGNORED = frozenset(
    (
        *("level", "severity", "levelname", "timestamp", "time", "ts", "asctime", "message", "msg", "pid", "line"),
        *("event_timestamp", "eventTime", "start", "duration"),
        *("requestId", "request_id", "RequestId", "previous_event_id", "traceId", "trace_id", "Root", "lineno"),
    )
)


@dataclass(frozen=True, slots=True)
class Share:
    """A value and how much of each set has it.

    Attributes:
        field: Its field.
        value: The value.
        first: Share of the first set, 0 to 1.
        second: Share of the second.
        count: Records of the second set that have it.
    """

    field: str
    value: str
    first: float
    second: float
    count: int

    @property
    def moved(self) -> float:
        """By how much the share changed."""
        return abs(self.second - self.first)


def differing(first: Sequence[Record], second: Sequence[Record], most: int = 8) -> list[Share]:
    """Values whose share differs most between two sets; of each field the two that differ most.

    Without a first set nothing differs from anything, but for the commands of a slow log.
    """
    if not first and not all(_is_command(record) for record in second):
        return []
    names = {name for record in (*first, *second) for name in record.fields} - _IGNORED - {STREAM}
    found = [share for name in sorted(names) for share in _of_field(name, first, second)]
    return sorted(found, key=lambda each: (-round(each.moved, 1), not _is_telling(each), each.field, each.value))[
        :most
    ]


def _is_command(record: Record) -> bool:
    """Whether it is of a slow log, which has no lines at all while nothing is slow."""
    return any(name.lower() == "command" for name in record.fields)


def _is_telling(share: Share) -> bool:
    """Whether it says what was asked for, by whom, or why not: such fields go before others that moved as much."""
    return bool(_TELLING.search(share.field)) and number_of(share.value) is None


def failing_status(changed: Sequence[Share]) -> tuple[str, str] | None:
    """The status of failing requests that came more often: a line of an access log says no more of trouble."""
    found = (each for each in changed if _is_failure(each.field, each.value))
    return next(((each.field, each.value) for each in found if each.second > each.first), None)


def _is_failure(name: str, value: str) -> bool:
    refused = name.rpartition(".")[2].lower() == "action" and value.upper() in _REFUSED
    return refused or bool(_STATUS.fullmatch(name) and _FAILED.fullmatch(value))


def _of_field(name: str, first: Sequence[Record], second: Sequence[Record]) -> list[Share]:
    """Shares among the records that have the field at all, so that rarer lines do not hide it."""
    ones = [record for record in first if name in record.fields]
    others = [record for record in second if name in record.fields]
    counted = Counter(value for record in others for value in record.fields[name])
    before = Counter(value for record in ones for value in record.fields[name])
    if _is_id(counted, len(others)) and _is_id(before, len(ones)):
        return []
    if _is_flip(before, counted):
        value, count = counted.most_common(1)[0]
        return [Share(name, value, 0.0, 1.0, count)]
    shares = []
    for value in {*counted, *before}:
        share = Share(
            name, value, before[value] / max(1, len(ones)), counted[value] / max(1, len(others)), counted[value]
        )
        enough = min(len(second), max(counted[value], before[value])) >= _FEWEST
        # Where hardly anything was written before, all is new: only what is said tells something.
        compared = len(first) >= _FEWEST or (share.count >= _FEWEST and " " in value)
        if enough and compared and share.moved >= _LEAST_CHANGE and len(value) < LONGEST_VALUE:
            shares.append(share)
    # Of two values the one that is there says that the other is gone.
    told = [each for each in shares if each.second] if len(shares) == _FEW_VALUES else shares
    return sorted(told, key=lambda each: (-each.moved, -each.second))[:2]


def _is_flip(before: Counter[str], after: Counter[str]) -> bool:
    """Whether a field had one value and has another now: a setting or a version."""
    return len(before) == 1 and len(after) == 1 and before.keys() != after.keys()


def _is_id(values: Counter[str], records: int) -> bool:
    return records == 0 or len(values) > max(8, _VARIED * records)


def streams_of(failing: Sequence[Record], others: Sequence[Record]) -> tuple[int, int]:
    """In how many streams requests fail, and in how many there are any."""
    fail = {stream for record in failing for stream in record.fields.get(STREAM, ())}
    return len(fail), len(fail | {stream for record in others for stream in record.fields.get(STREAM, ())})


@dataclass(frozen=True, slots=True)
class Growth:
    """A measure and its median in each set."""

    field: str
    first: float
    second: float


def grown(first: Sequence[Record], second: Sequence[Record], most: int = 5) -> list[Growth]:
    """Measures whose median is half as large again, or less than two thirds, in the second set."""
    names = {name for record in second for name in record.fields} - _IGNORED
    found = []
    for name in sorted(names):
        ones, others = _numbers(name, first), _numbers(name, second)
        if len(ones) < _FEWEST or len(others) < _FEWEST or len({*ones, *others}) < 5:
            continue
        before, after = statistics.median(ones), statistics.median(others)
        if before > 0 and after > 0 and not 1 / _MEASURE_FACTOR < after / before < _MEASURE_FACTOR:
            found.append(Growth(name, float(rounded(before)), float(rounded(after))))
    return sorted(found, key=lambda each: -max(each.second / each.first, each.first / each.second))[:most]


def medians(records: Sequence[Record], most: int = 4) -> list[tuple[str, float, int]]:
    """What most of some records measure, in the words of the line that says it, with median and count."""
    counted = Counter(name for record in records for name in record.fields if " " in name)
    found = []
    for name, count in counted.most_common(most):
        values = _numbers(name, records)
        if values and count >= max(_FEWEST, len(records) // 4):
            found.append((name, float(rounded(statistics.median(values), 3)), count))
    return found


def counting(records: Sequence[Record], most: int = 2) -> list[tuple[str, float, float]]:
    """Numbers that differ from record to record, with the least and the largest: retries that count up."""
    found = []
    for name in sorted({name for record in records for name in record.fields if " " not in name} - _IGNORED):
        values = _numbers(name, records)
        if len(values) >= max(_FEWEST, len(records) // 2) and len({*values}) > _VARIED * len(values):
            found.append((name, min(values), max(values)))
    return found[:most]


def _numbers(name: str, records: Sequence[Record]) -> list[float]:
    values = (number_of(value) for record in records for value in record.fields.get(name, ()))
    return [value for value in values if value is not None]


def repeated(failing: Sequence[Record], others: Sequence[Record], most: int = 3) -> list[Share]:
    """Values of ids that come again and again in failing records, and hardly in others: one thing, retried."""
    names = {name for record in failing for name in record.fields} - _IGNORED - {STREAM}
    found = []
    for name in sorted(names):
        counted = Counter(value for record in failing for value in record.fields.get(name, ()))
        elsewhere = Counter(value for record in others for value in record.fields.get(name, ()))
        if len(elsewhere) < 8:
            continue
        value, count = counted.most_common(1)[0]
        usual = max(elsewhere.values(), default=0)
        if count >= _FEWEST and count > 2 * usual and count >= _VARIED * len(failing):
            found.append(Share(name, value, elsewhere[value] / max(1, len(others)), count / len(failing), count))
    return found[:most]
