"""Rows: lines of answers that are lists by themselves, such as shards, parts of a metric, holders of a quota."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.first_look.observations.facts import Row
from triage.first_look.observations.metrics import parsed
from triage.first_look.observations.quoting import Quoter
from triage.first_look.observations.walking import hop_of, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from triage.first_look.document import FirstLook, Section

READ_ELSEWHERE = frozenset(
    {
        "describe_alarm",
        "breach",
        "metric",
        "configuration",
        "surroundings",
        "log_error",
        "log_errors",
        "log_shares",
        "log_changes",
        "neighbourhood",
        "changes_before",
        "related_metrics",
        "related_alarms",
        "health_events",
        "store_events",
        "lambda_invocations",
        "network_path",
        "certificates",
        "may",
        "role_policies",
        "service_quotas",
        "failed_traces",
    }
)
"""Helpers whose answers are read by others; the answers of all others are told row by row."""

_ASKED = ("about:", "asked:", "gap:", "lag:", "truncated:", "gaps:", "- what:")


def rows_of(look: FirstLook, end: datetime | None) -> Iterator[Row]:
    """Every row of the answers nobody else reads, the same row of two answers once."""
    seen: set[tuple[str, str]] = set()
    for section in look.sections:
        if section.helper in READ_ELSEWHERE or not section.data:
            continue
        for row in _of_section(section, end):
            if (row.helper, row.text) not in seen:
                seen.add((row.helper, row.text))
                yield row


def _of_section(section: Section, end: datetime | None) -> Iterator[Row]:
    quoter = Quoter(section)
    left_out = False
    for line in quoter.lines:
        left_out = line == "truncated:" or (left_out and line.startswith("- "))
        if left_out or not line.startswith("- ") or line.startswith(_ASKED):
            continue
        text = line.removeprefix("- ")
        moved = parsed(text, end)
        before, after = moved.get("before"), moved.get("after")
        yield Row(
            about=subject_of(section),
            hop=hop_of(section),
            quotes=quoter.quotes(text[:200]),
            helper=section.helper,
            title=section.title,
            text=text,
            moved=before is not None,
            rises=before is not None and after is not None and after > before,
            at=moved.get("at"),
        )


def member(row: Row, name: str) -> str:
    """The value of a member of a row such as ``shard: s-1; share: 71%``; empty when it has none."""
    found = re.search(rf"(?:^|; ){re.escape(name)}: ([^;]*)", row.text)
    return found[1].strip() if found else ""


def asked_for(look: FirstLook, helper: str, name: str) -> str:
    """What a helper was asked about."""
    for section in look.of(helper):
        asked: Mapping[str, object] = section.asked
        if asked.get(name):
            return str(asked[name])
    return ""
