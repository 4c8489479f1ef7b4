"""Statements a database logs as slow, by their digest: which are new, take most, and read most rows.

MySQL and MariaDB write them to the slow query log (Reference Manual, "The Slow Query Log"), PostgreSQL with
`log_min_duration_statement` to its only log. RDS and Aurora publish both to CloudWatch Logs.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.logs.reading import read
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from toolbox.asking.look import Look
    from toolbox.logs.stack_traces import Line

_LOGS = ("slowquery", "postgresql")
#: In a PostgreSQL log only these lines are read: the filter of CloudWatch Logs does it.
_POSTGRES_PATTERN = '"duration:"'
_SHOWN = 4
_LONGEST = 220
_LOOKED_UP = 2
_LONGEST_WORDS = 100
_FEWEST_WORDS = 12
_DAY = timedelta(days=1)
_MYSQL = re.compile(
    r"# User@Host: (?P<user>\w+)\[.*?# Query_time: (?P<took>[\d.]+)\s+Lock_time: (?P<locked>[\d.]+)\s+"
    r"Rows_sent: (?P<sent>\d+)\s+Rows_examined: (?P<rows>\d+)(?P<rest>.*)",
    re.DOTALL,
)
_NO_STATEMENT = re.compile(r"(?i)^(?:use\s+\S+|SET\s+timestamp=\d+|#.*|/\S+mysqld.*|Tcp port:.*|Time\s+Id.*)$")
_POSTGRES = re.compile(
    r"^(?:[^\n]*?\b(?P<user>\w+)@\w+:)?.*?duration: (?P<took>[\d.]+) ms\s+"
    r"(?:statement|execute [^:]*|parse [^:]*|bind [^:]*): (?P<text>.*)",
    re.DOTALL,
)
_LITERALS = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"(?=\s*(?:[,)=]|$))|(?<![\w$])-?\d+(?:\.\d+)?\b|\$\d+"
)
_LISTS = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
_TAKEN = re.compile(r"(?i)^(?:begin|commit|rollback|set|show|start transaction)\b")


@dataclass
class Statement:
    """One digest.

    Attributes:
        text: The statement with its literals masked.
        user: Who ran it last.
        before, since: Durations in seconds, before and since the onset.
        rows, sent: The most rows it read at once, and gave back; `None` where the log does not say.
        first: When it was logged first.
        day_before: How often it was slow in the day before; `None` where that was not looked for.
    """

    text: str
    user: str
    before: list[float] = field(default_factory=list)
    since: list[float] = field(default_factory=list)
    rows: int | None = None
    sent: int | None = None
    first: datetime | None = None
    day_before: int | None = None

    @property
    def weight(self) -> float:
        """Seconds it took since the onset, beyond what it took before."""
        return sum(self.since) - sum(self.before)


def slow_statements(database: str, kind: str = "instance") -> Answer:
    """The statements of a database's slow query log that took most since the onset.

    Args:
        database: Identifier of the instance or cluster.
        kind: `instance` or `cluster`.
    """
    look = looking.current()
    asked = Asked(look.window, database=database)
    found: dict[str, Statement] = {}
    groups = _existing(asked, f"/aws/rds/{kind}/{database}/")
    for group in groups:
        pattern = _POSTGRES_PATTERN if group.endswith(_LOGS[1]) else ""
        gather(read(asked, group, look.window, pattern).lines, look.window.onset, found)
    ordered = sorted((each for each in found.values() if each.since), key=lambda each: -each.weight)
    total = sum(sum(each.since) for each in ordered)
    if len(ordered) > _SHOWN:
        asked.cut(f"{len(ordered) - _SHOWN} statements")
    for each in [each for each in ordered[:_SHOWN] if not each.before][:_LOOKED_UP]:
        each.day_before = _day_before(asked, look, groups, each)
    return asked.answer(statements=[_told(each, total) for each in ordered[:_SHOWN]])


def _existing(asked: Asked, prefix: str) -> list[str]:
    client = looking.current().client("logs")
    nothing: list[Any] = []
    found = asked.attempt(
        "logs of the database", lambda: client.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"], nothing
    )
    names = [str(each["logGroupName"]) for each in found]
    return [name for name in names if name.removeprefix(prefix) in _LOGS]


def _day_before(asked: Asked, look: Look, groups: Sequence[str], statement: Statement) -> int | None:
    """How often a statement was slow in the day before what was read; unknown where its words say too little."""
    words = max((part.strip() for part in statement.text.split("?")), key=len)[:_LONGEST_WORDS]
    if len(words) < _FEWEST_WORDS or '"' in words:
        return None
    window = look.window.between(look.window.start - _DAY, look.window.start)
    lines = [line for group in groups for line in read(asked, group, window, f'"{words}"', most_pages=3).lines]
    return sum(digest(text) == statement.text for line in lines for *_, text in parsed(line.text))


def gather(
    lines: Iterable[Line], onset: datetime, found: dict[str, Statement] | None = None
) -> dict[str, Statement]:
    """Statements by their digest."""
    kept = {} if found is None else found
    for line in lines:
        for user, took, rows, sent, text in parsed(line.text):
            masked = digest(text)
            each = kept.setdefault(masked, Statement(masked, user, first=line.at))
            each.user = user or each.user
            each.first = min(each.first or line.at, line.at)
            (each.since if line.at >= onset else each.before).append(took)
            each.rows = rows if each.rows is None else max(each.rows, rows or 0)
            each.sent = sent if each.sent is None else max(each.sent, sent or 0)
    return kept


def parsed(text: str) -> list[tuple[str, float, int | None, int | None, str]]:
    """User, seconds, rows read and given back, and text of the statement a log event holds, if it holds one."""
    slow = _MYSQL.search(text)
    if slow:
        lines = [line.strip().rstrip(";") for line in slow["rest"].splitlines()]
        said = " ".join(line for line in lines if line and not _NO_STATEMENT.match(line))
        rows, sent = int(slow["rows"]), int(slow["sent"])
        return [(slow["user"], float(slow["took"]), rows, sent, said)] if said else []
    logged = _POSTGRES.search(text)
    if logged:
        text = " ".join(logged["text"].split())
        return [(logged["user"] or "", float(logged["took"]) / 1000, None, None, text)]
    return []


def digest(text: str) -> str:
    """A statement without its literals."""
    masked = _LITERALS.sub("?", " ".join(text.split()))
    return _LISTS.sub("(?, …)", masked)


def _told(each: Statement, total: float) -> dict[str, Any]:
    return {
        "statement": redact(each.text)[:_LONGEST],
        "user": each.user or None,
        "since": len(each.since),
        "before": len(each.before),
        "took_s": f"{statistics.median(each.since):.3g}",
        "took_before_s": f"{statistics.median(each.before):.3g}" if each.before else None,
        "share": f"{sum(each.since) / total:.0%}" if total else None,
        "day_before": each.day_before,
        "rows_examined": each.rows,
        "rows_sent": each.sent,
        "first": each.first,
    }
