"""A truth and answers to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evals.answer import Answer
from evals.templates import Setting
from evals.truth import Truth, parse

SETTING = Setting("123456789012", "eu-west-1", datetime(2026, 11, 21, 3, 0, tzinfo=UTC))

LINE = "AccessDeniedException: role writer may not PutItem"


def truth_document(**changes: Any) -> dict[str, Any]:
    """A complete truth.json."""
    document = {
        "version": 1,
        "title": "The role lost PutItem",
        "difficulty": "easy",
        "services": ["lambda"],
        "category": ["permission_denied"],
        "disposition": ["incident"],
        "facts": [
            {"id": "cause", "kind": "cause", "says": "writer may not PutItem", "any_of": [{"all": ["PutItem"]}]},
            {"id": "since", "kind": "onset", "says": "since 02:18", "any_of": [{"time": "-42m"}]},
        ],
        "forbidden": [
            {"id": "blames-deploy", "says": "the deploy broke it", "any_of": [{"all": ["deploy", "broke"]}]}
        ],
        "decisive": [{"id": "line", "any_of": ["AccessDenied"], "remove": ["AccessDenied"]}],
        "names": ["writer"],
    }
    return {**document, **changes}


def truth(**changes: Any) -> Truth:
    """A truth, read."""
    return parse(truth_document(**changes))


def answer(
    *,
    category: str = "permission_denied",
    confidence: str = "CONFIRMED",
    statement: str = "writer may not PutItem since 02:18",
    quote: str = "AccessDeniedException",
    **changes: Any,
) -> Answer:
    """An answer that is right in everything, unless told otherwise."""
    report = {
        "headline": "Writes fail",
        "summary": "Writes fail.",
        "disposition": "incident",
        "root_cause": {
            "statement": statement,
            "category": category,
            "confidence": confidence,
            "citations": [{"evidence": "E1", "quote": quote}],
        },
        **changes,
    }
    return Answer.from_json({"report": report, "evidence": {"E1": LINE}})
