"""CPU credits: burstable instances that have spent theirs are held at their baseline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.document import moment
from triage.first_look.observations.rows import member
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Row, Scene

_HELPER = "cpu_credits"
_NEAR_BASELINE = 2.5
_GROWN = 1.25
#: Systems Manager runs and installs things on instances.
_RUNS = re.compile(r"^ssm:(?:SendCommand|CreateAssociation|UpdateAssociation|StartAutomationExecution)")
_INSTALLS = re.compile(r"\bparameters\.(?:name|packageName)=(?P<name>[\w.@/-]+)")
_DOCUMENT = re.compile(r"\bdocumentName=(?P<name>[\w.-]+)")


@signature(
    "cpu-credits-spent",
    Category.CAPACITY,
    "burstable instances have no CPU credits left and run at their baseline",
)
def _spent(scene: Scene) -> Iterator[Candidate]:
    rows = [row for row in scene.rows if row.helper == _HELPER and member(row, "spent_since")]
    held = [row for row in rows if _is_held(row)]
    if not held:
        return
    first = held[0]
    since = moment(member(first, "spent_since"))
    installed = next(
        (row for row in _changes(scene) if _RUNS.search(member(row, "event")) and member(row, "touches")), None
    )
    names = ", ".join(member(row, "instance") for row in held[:3])
    kind, baseline = member(first, "type"), member(first, "baseline")
    many = "s" if len(held) > 1 else ""
    ended = f" since {since:%H:%M} UTC" if since else ""
    yield Candidate(
        "cpu-credits-spent",
        Category.CAPACITY,
        f"the {kind} instance{many} {names} {'have' if many else 'has'} no CPU credits left (CPUCreditBalance "
        f"{member(first, 'CPUCreditBalance')}){ended} and {'are' if many else 'is'} held at the baseline of "
        f"{baseline}{_grown(first)}{_by(installed)}",
        f"{names}: no CPU credits left, held at {baseline}",
        0.94,
        Depth.CAUSE,
        about=scene.subject,
        names=frozenset(member(row, "instance") for row in held),
        since=since,
        quotes=tuple(quote for row in (*held[:2], installed) if row for quote in row.quotes),
        speaks_for=tuple(row.text for row in (*held[:2], installed) if row),
        consequences=frozenset({"credits-used-up"}),
    )


def _is_held(row: Row) -> bool:
    """Whether it runs at its baseline; in unlimited mode it would go on."""
    baseline, now = _number(member(row, "baseline")), _number(member(row, "cpu_now"))
    return member(row, "mode") == "standard" or (
        bool(baseline) and now is not None and abs(now - (baseline or 0)) <= _NEAR_BASELINE
    )


def _grown(row: Row) -> str:
    """That more is used than before, where the balance began to fall."""
    before, while_falling = _number(member(row, "cpu_before")), _number(member(row, "cpu_while_falling"))
    began = moment(member(row, "falls_since"))
    if not before or not while_falling or while_falling < _GROWN * before or began is None:
        return ""
    since = f"since {began:%Y-%m-%d %H:%M} UTC"
    return f"; {since} they use {while_falling:g}% instead of {before:g}% CPU, more than they earn"


def _by(installed: Row | None) -> str:
    if installed is None:
        return ""
    given = member(installed, "given")
    package, document = _INSTALLS.search(given), _DOCUMENT.search(given)
    what = f" installed or ran {package['name']}" if package else " ran a command"
    through = f" {document['name']}" if document else ""
    at = member(installed, "at")[:16].replace("T", " ")
    by = member(installed, "by") or "somebody"
    return f"; at {at} UTC {by}{what} there ({member(installed, 'event').partition(':')[2]}{through})"


def _changes(scene: Scene) -> list[Row]:
    return [row for row in scene.rows if row.helper == _HELPER and member(row, "event")]


def _number(text: str) -> float | None:
    found = re.match(r"-?\d+(?:\.\d+)?", text)
    return float(found[0]) if found else None


SIGNATURES: tuple[Signature, ...] = (_spent,)
