"""A smaller report, when the agent refuses one."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.model.backend import JsonObject

BY_RULES = "By fixed rules; no language model judged this."
STAND_IN = "What the fixed rules of the local AWS's scripted stand-in model do not look for."
UNKNOWN_IMPACT = "The evidence does not show how many calls are affected."


def repaired(report: Mapping[str, Any], problems: str) -> JsonObject:
    """The report without the claims the agent named by path, as in ``findings[2].citations[0]: …``.

    Where the root cause is named, its statement stays with less confidence.
    """
    smaller = copy.deepcopy(dict(report))
    for part in ("timeline", "findings", "ruled_out", "immediate_actions"):
        named = {int(index) for index in re.findall(rf"\b{part}\[(\d+)\]", problems)}
        smaller[part] = [item for index, item in enumerate(smaller.get(part) or []) if index not in named]
    if "impact" in problems:
        smaller["impact"] = {
            "statement": UNKNOWN_IMPACT,
            "affected_resources": [],
        }
    if "root_cause" in problems:
        smaller["root_cause"] = _less_sure(smaller["root_cause"], problems)
    smaller["gaps"] = [*(smaller.get("gaps") or []), "Claims that the check of quotes refused were left out."]
    return smaller


def without_claims(report: Mapping[str, Any]) -> JsonObject:
    """What is left when nothing can be shown: the gaps, and that the cause is unknown."""
    return {
        "headline": "No cause can be shown",
        "summary": f"{BY_RULES} The evidence that was read could not be cited.",
        "severity": report.get("severity", "MEDIUM"),
        "disposition": "unknown",
        "root_cause": {
            "statement": "Unknown: no claim about the cause could be shown.",
            "category": "unknown",
            "confidence": "INCONCLUSIVE",
            "citations": [],
        },
        "impact": {"statement": "Unknown.", "affected_resources": []},
        "findings": [],
        "immediate_actions": [],
        "gaps": report.get("gaps") or [STAND_IN],
    }


def _less_sure(root_cause: JsonObject, problems: str) -> JsonObject:
    """The root cause without the citations that were named; without any left it is inconclusive."""
    named = {int(index) for index in re.findall(r"\broot_cause\.citations\[(\d+)\]", problems)}
    kept = [citation for index, citation in enumerate(root_cause["citations"]) if named and index not in named]
    return root_cause | {"confidence": "LIKELY" if kept else "INCONCLUSIVE", "citations": kept}
