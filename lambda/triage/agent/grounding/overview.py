"""The parts of a report that cite nothing and are read first: headline, summary, resources, commands.

They repeat what the claims say, so what they name must be in the evidence too. A headline or a sentence that does
not hold is replaced by what does; a command about a resource nobody has seen is not handed to anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import TYPE_CHECKING

from triage.agent.grounding.checking import unshown
from triage.agent.grounding.contradictions import contradicting_itself
from triage.domain.report import Claimed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.agent.grounding.checking import Checker
    from triage.agent.grounding.reading.passages import Passages
    from triage.domain.report import Action, Report

MAX_HEADLINE = 120
NOT_SHOWN = "The cause is not shown by the evidence; see the findings"

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ARN = re.compile(r"arn:aws[\w-]*:[\w:/.+=,@-]+")


@dataclass(frozen=True)
class _Told:
    """What the claims of the report cite and derive, which its overview may repeat."""

    claim: Claimed
    passages: Passages

    @classmethod
    def by(cls, report: Report, checker: Checker) -> _Told:
        claims = list(_claims(report))
        citations = tuple(each for claim in claims for each in claim.citations)
        derivations = tuple(each for claim in claims for each in claim.derivations)
        return cls(Claimed(citations=citations, derivations=derivations), checker.passages(citations))


def overview_checked(report: Report, checker: Checker) -> Report:
    """The report with what its overview states and no evidence shows left out."""
    told = _Told.by(report, checker)
    return replace(
        report,
        headline=_headline(report, told, checker),
        summary=_summary(report, told, checker),
        impact=replace(report.impact, affected_resources=_resources(report, checker)),
        immediate_actions=tuple(
            _action(action, f"immediate_actions[{index}]", checker)
            for index, action in enumerate(report.immediate_actions)
        ),
    )


def _claims(report: Report) -> Iterable[Claimed]:
    observed = (*report.timeline, *report.findings)
    return (report.root_cause, report.impact, *observed, *report.hypotheses, *report.ruled_out)


def _holds(text: str, path: str, told: _Told, checker: Checker) -> bool:
    not_there = unshown(text, told.claim, checker.everything_about(text), told.passages)
    problems = [f"{path}: {problem}" for problem in (*not_there, *contradicting_itself(text))]
    checker.problems.extend(problems)
    return not problems


def _headline(report: Report, told: _Told, checker: Checker) -> str:
    if _holds(report.headline, "headline", told, checker):
        return report.headline
    cause = report.root_cause
    if not (cause.verified and cause.citations):
        return NOT_SHOWN
    # Between words: a piece of an address would not be known as one any more.
    return shorten(cause.statement, MAX_HEADLINE, placeholder=" ...")


def _summary(report: Report, told: _Told, checker: Checker) -> str:
    sentences = _SENTENCE_END.split(report.summary)
    kept = [each for each in sentences if _holds(each, "summary", told, checker)]
    return " ".join(kept) or report.root_cause.statement


def _resources(report: Report, checker: Checker) -> tuple[str, ...]:
    everything = checker.everything_about("")
    kept = []
    for index, resource in enumerate(report.impact.affected_resources):
        if everything.shows_name(resource) or everything.shows_words(resource):
            kept.append(resource)
        else:
            checker.problems.append(f"impact.affected_resources[{index}]: {resource!r} is in no evidence")
    return tuple(kept)


def _action(action: Action, path: str, checker: Checker) -> Action:
    """Without a command that names an ARN which no evidence holds: it would act on something else."""
    everything = checker.everything_about("")
    unknown = [arn for arn in _ARN.findall(action.command or "") if not everything.shows_name(arn)]
    if not unknown:
        return action
    checker.problems.append(f"{path}.command: {unknown[0]!r} is in no evidence")
    return replace(action, command=None)
