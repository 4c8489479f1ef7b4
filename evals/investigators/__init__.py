"""Whoever can be let loose on an incident.

An investigator is a callable: `investigate(event, session, now)` with the event, a boto3 session that has the
investigator role's rights and no others, and the moment it starts. It returns
`{"report": {…as submit_report takes it…}, "evidence": {"E1": "whole text", …}, "usage": {…}}`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.answer import Answer

if TYPE_CHECKING:
    from evals.suite import Played
    from local_aws.process import Running

Investigate = Callable[..., Any]


class ReadingInvestigator:
    """One that reads an account from here and needs nothing made ready in it."""

    def prepare(self, running: Running) -> None:
        """Nothing to make ready."""

    def finish(self, running: Running) -> None:
        """Nothing to end."""


@dataclass(frozen=True)
class CallableInvestigator(ReadingInvestigator):
    """A Python function of the caller's."""

    name: str
    investigate: Investigate

    def __call__(self, played: Played) -> Answer:
        """Let it work on an incident.

        Raises:
            AnswerError: What it returned is no answer.
        """
        incident = played.incident
        return Answer.from_json(self.investigate(incident.event, played.session, incident.setting.now))


def imported(name: str) -> CallableInvestigator:
    """The function `package.module:function`.

    Raises:
        ValueError: There is no such function.
    """
    module_name, _, function_name = name.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), function_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"INVESTIGATOR=python:{name}: {error}; write python:package.module:function") from error
    return CallableInvestigator(name, found)


def as_report(
    *,
    headline: str,
    category: str,
    confidence: str,
    disposition: str,
    statement: str,
    findings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A complete report around a cause and findings."""
    return {
        "headline": headline[:120],
        "summary": statement,
        "severity": "HIGH",
        "disposition": disposition,
        "root_cause": {
            "statement": statement,
            "category": category,
            "confidence": confidence,
            "citations": [citation for finding in findings for citation in finding["citations"]],
        },
        "impact": {"statement": headline, "affected_resources": []},
        "timeline": [],
        "findings": list(findings),
        "ruled_out": [],
        "immediate_actions": [],
    }
