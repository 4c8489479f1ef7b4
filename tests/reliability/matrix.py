"""The fault matrix: which dependency fails at which step for how long, and what must come of it.

What a cell may end in is written down here; the slow test plays every cell on the local AWS and compares. The
table in docs/fault-matrix.md is written from the same lines: `python -m tests.reliability.fault_table`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from local_aws.faults.rules import Effect, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

A_WHILE_S = 3.0
"""One lease: a minute of production on the shortened time scale."""


class End(StrEnum):
    """What people get of an alarm, or what is kept for them."""

    REPORT = "report"
    FIRST_LOOK = "report without a model"
    NOTICE = "notice"
    RETAINED = "event kept in the notice DLQ, alarm on"
    RECORDED = "claim kept in the Tracker, alarm on"


class Duration(StrEnum):
    """How long the dependency fails, and how: each length plays another way of failing."""

    ONE_CALL = "one call"
    A_WHILE = "a while"
    FOR_EVER = "for ever"


@dataclass(frozen=True)
class Point:
    """Calls of one step of the run.

    Attributes:
        actions: API operations; all of the service when empty.
        caller: function that makes them; any when empty.
        containing: texts of the request that tell this step's calls from others of the same operation.
    """

    service: str
    caller: str
    actions: tuple[str, ...] = ()
    containing: tuple[str, ...] = ()

    def fault(self, duration: Duration, role: str | None, about: str) -> Fault:
        """The fault of one cell."""
        fault = Fault(self.service, _EFFECTS[duration], self.actions, role, about, self.containing)
        if duration is Duration.ONE_CALL:
            return replace(fault, calls=1)
        return replace(fault, seconds=A_WHILE_S) if duration is Duration.A_WHILE else fault


_EFFECTS = {
    Duration.ONE_CALL: Effect.DROPPED,
    Duration.A_WHILE: Effect.THROTTLED,
    Duration.FOR_EVER: Effect.UNAVAILABLE,
}

Ends = frozenset[End]
REPORT = frozenset({End.REPORT})
FIRST_LOOK = frozenset({End.FIRST_LOOK})
NOTICE = frozenset({End.NOTICE})
RETAINED = frozenset({End.RETAINED})
RECORDED = frozenset({End.RECORDED})


@dataclass(frozen=True)
class Row:
    """One dependency at one step.

    Attributes:
        ends: by duration: every alternative that may come of it; one of them must, and nothing else.
        before: a fault that brings the run to this step, for ever.
        turn_s: seconds the model takes per turn, where the step only comes in a long run.
    """

    dependency: str
    step: str
    point: Point
    ends: Mapping[Duration, tuple[Ends, ...]]
    before: Point | None = None
    turn_s: float = 0.0


@dataclass(frozen=True)
class Cell:
    """One row for one duration; the alarm that plays it is named after it."""

    row: Row
    duration: Duration
    number: int

    @property
    def alarm_name(self) -> str:
        """Unlike any other, and not part of any other."""
        words = f"{self.row.dependency} {self.row.step} {self.duration}".lower()
        return f"cell-{self.number:02d}-" + "-".join("".join(c if c.isalnum() else " " for c in words).split())

    @property
    def expected(self) -> tuple[Ends, ...]:
        """Every alternative that may come of it."""
        return self.row.ends[self.duration]


def _ends(
    one_call: Ends, a_while: Ends | tuple[Ends, ...], for_ever: Ends | tuple[Ends, ...]
) -> Mapping[Duration, tuple[Ends, ...]]:
    given = zip(Duration, (one_call, a_while, for_ever), strict=True)
    return {duration: ends if isinstance(ends, tuple) else (ends,) for duration, ends in given}


DELIVER_BY_SNS = Point("sns", "investigator", ("Publish",))

ROWS = (
    Row(
        "DynamoDB",
        "claim",
        Point("dynamodb", "triage", ("PutItem", "TransactWriteItems")),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "DynamoDB",
        "storm guard (count, reserve, settle)",
        Point("dynamodb", "", ("UpdateItem",), ('"storm#',)),
        _ends(REPORT, REPORT, NOTICE),
    ),
    Row(
        "DynamoDB",
        "queue (mark as sent)",
        Point("dynamodb", "triage", ("UpdateItem",), ('"SET sent = :true"',)),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "SQS",
        "queue (work queue alone)",
        Point("sqs", "triage", ("SendMessage",), ('/triage-work"',)),
        _ends(REPORT, REPORT, NOTICE),
    ),
    Row(
        "SQS",
        "queue (every queue)",
        Point("sqs", "triage", ("SendMessage",)),
        _ends(REPORT, REPORT, RECORDED),
    ),
    Row(
        "DynamoDB",
        "start",
        Point("dynamodb", "investigator", ("UpdateItem",), ("message_id = :message",)),
        _ends(REPORT, REPORT, FIRST_LOOK),
    ),
    Row(
        "SQS",
        "start, heartbeat (visibility)",
        Point("sqs", "investigator", ("ChangeMessageVisibility",)),
        _ends(REPORT, REPORT, NOTICE),
        turn_s=2.0,
    ),
    Row(
        "DynamoDB",
        "memory, read before the first turn",
        Point("dynamodb", "investigator", ("Query",), ('"memory#',)),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "Bedrock",
        "model turn",
        Point("bedrock", "investigator", ("Converse",)),
        _ends(REPORT, (REPORT, FIRST_LOOK), FIRST_LOOK),
    ),
    Row(
        "tool Lambda",
        "tool call",
        Point("lambda", "investigator", ("Invoke",)),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "DynamoDB",
        "heartbeat",
        Point("dynamodb", "investigator", ("UpdateItem",), ('"SET lease_until = :lease"',)),
        _ends(REPORT, REPORT, NOTICE),
        turn_s=3.0,
    ),
    Row(
        "S3",
        "archive",
        Point("s3", "investigator", ("PutObject",)),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "DynamoDB",
        "deliver (close the group)",
        Point("dynamodb", "investigator", ("UpdateItem",), ("SET closed",)),
        _ends(REPORT, REPORT, NOTICE),
    ),
    Row(
        "DynamoDB",
        "deliver (begin)",
        Point("dynamodb", "investigator", ("UpdateItem",), ("SET sending",)),
        _ends(REPORT, REPORT, NOTICE),
    ),
    Row(
        "SNS",
        "deliver",
        DELIVER_BY_SNS,
        _ends(REPORT, REPORT, NOTICE),
    ),
    Row(
        "DynamoDB",
        "deliver (note in the ledger)",
        Point("dynamodb", "investigator", ("UpdateItem",), ("ADD delivered",)),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "DynamoDB",
        "finish",
        Point("dynamodb", "investigator", ("UpdateItem",), ("finished_at",)),
        _ends(REPORT, (REPORT, REPORT | NOTICE), REPORT | NOTICE),
    ),
    Row(
        "DynamoDB",
        "memory, written after the delivery",
        Point("dynamodb", "investigator", ("TransactWriteItems",), ('"memory#',)),
        _ends(REPORT, REPORT, REPORT),
    ),
    Row(
        "DynamoDB",
        "all steps (the Tracker is gone)",
        Point("dynamodb", ""),
        _ends(REPORT, REPORT, FIRST_LOOK),
    ),
    Row(
        "SNS",
        "notice",
        Point("sns", "notice", ("Publish",)),
        _ends(NOTICE, NOTICE, RETAINED),
        before=DELIVER_BY_SNS,
    ),
)


def cells() -> Iterator[Cell]:
    """Every cell of the matrix."""
    number = 0
    for row in ROWS:
        for duration in Duration:
            number += 1
            yield Cell(row, duration, number)
