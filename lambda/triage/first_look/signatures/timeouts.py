"""Time-outs: what ran out of time, and what it waited for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import LOOPBACK, Candidate, Depth, Shape, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene

_KIN = (Kin.NETWORK, Kin.CAPACITY, Kin.DEPLOYMENT, Kin.CONFIGURATION)
_GIVEN_UP = ("HTTPCode_ELB_504_Count", "HTTPCode_ELB_5XX_Count")
_IDLE = re.compile(r"idle_timeout\.timeout_seconds,\s*(?:attributes\[?\d*\]?\.)?value=(\d+)")
_BEFORE = timedelta(hours=12)


@signature(
    "idle-time-out-set",
    Category.TIMEOUT,
    "a load balancer ends requests itself since its idle time-out was set",
)
def _idle(scene: Scene) -> Iterator[Candidate]:
    """It answers 504 when a target sends nothing for so long (Application Load Balancer guide, HTTP 504)."""
    ended = [each for each in scene.reading(*_GIVEN_UP) if each.rises and each.still is not False]
    for change in scene.changes:
        set_to = _IDLE.search(change.given)
        if not ended or set_to is None or change.at is None or change.refused or not change.related:
            continue
        reading = ended[0]
        if not -scene.grace <= scene.onset - change.at <= _BEFORE:
            continue
        about = reading.about or scene.subject
        yield Candidate(
            "idle-time-out-set",
            Category.TIMEOUT,
            f"the idle time-out of {about} was set to {set_to[1]} s by {change.by or 'somebody'} "
            f"({change.operation} at {change.at:%H:%M:%S} UTC): it ends requests that take longer than "
            f"{set_to[1]} s with 504, though their targets still work on them ({reading.text})",
            f"{about}: idle time-out of {set_to[1]} s ends requests that take longer",
            0.86,
            Depth.CAUSE,
            about=about,
            names=frozenset({about}),
            since=reading.at,
            quotes=(*change.quotes, *reading.quotes),
            speaks_for=(reading.text,),
            kin=(Kin.CONFIGURATION,),
            change=change,
            hop=reading.hop,
            consequences=frozenset({"load-balancer-gives-up"}),
        )


SIGNATURES: tuple[Signature, ...] = (
    Shape(
        "invocation-timed-out",
        Category.TIMEOUT,
        "Task timed out after … seconds",
        (r"Task timed out after (?P<after>[\d.]+ seconds)", r"Status: timeout"),
        "invocations of {about} are ended by their time-out ({after})",
        headline="{about} times out",
        depth=Depth.SYMPTOM,
        weight=0.75,
        kin=_KIN,
    ),
    Shape(
        "execution-timed-out",
        Category.TIMEOUT,
        "States.Timeout, States.HeartbeatTimeout",
        (r"States\.(?:Heartbeat)?Timeout",),
        "executions of {about} run into the time-out of a state",
        headline="{about}: a state times out",
        depth=Depth.SYMPTOM,
        weight=0.75,
        kin=_KIN,
    ),
    Shape(
        "own-process-slow",
        Category.TIMEOUT,
        "a proxy waits for an application on its own host: upstream timed out, 127.0.0.1, localhost",
        (rf"upstream timed out.*?{LOOPBACK}", rf"{LOOPBACK}.{{0,80}}(?:Read timed out|read timeout|i/o timeout)"),
        "the application on the same host does not answer {about} in time: no dependency, but the host itself",
        headline="{about}: the application on the same host does not answer in time",
        depth=Depth.SYMPTOM,
        weight=0.72,
        kin=_KIN,
    ),
    Shape(
        "integration-timed-out",
        Category.TIMEOUT,
        "Endpoint request timed out, upstream timed out, 504",
        (
            r"Endpoint request timed out|Execution failed due to a timeout error",
            r"upstream timed out",
            r"\b504 Gateway Time-?out",
            r"(?:answered|returned|responded(?: with)?|status(?: ?code)?[=: ])[ :=]*504\b",
        ),
        "{host} does not answer {about} in time",
        headline="{about}: {host} does not answer in time",
        depth=Depth.EFFECT,
        weight=0.72,
        kin=_KIN,
        unless=LOOPBACK,
    ),
    Shape(
        "query-timed-out",
        Category.TIMEOUT,
        "a statement is cancelled, a lock is not had in time",
        (
            r"canceling statement due to (?:statement|lock) timeout",
            r"Lock wait timeout exceeded",
            r"(?:query|statement)[^.]{0,30}(?:timed? ?out|execution was interrupted, max)",
            r"QueryTimeoutException|LockTimeoutException|LockAcquisitionException",
            r"Timeout expired\. {1,2}The timeout period elapsed|Execution Timeout Expired",
            r"cursor .{0,20}killed|operation exceeded time limit|MaxTimeMSExpired",
        ),
        "statements of {about} are ended because they take or wait too long in the database",
        headline="{about}: database statements time out",
        depth=Depth.EFFECT,
        weight=0.78,
        kin=(Kin.CAPACITY, Kin.DEPLOYMENT),
    ),
    _idle,
)
