"""An agent that reads the evidence of a labelled incident and claims everything that the labels list, true or not.

What reaches people then shows what the whole way delivers, not the checker by itself: one repair turn, in which
the agent insists, and what is left out after it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.agents.playing import Converse, Played
from tests.agents.scripted import SHOWN, results, submit, turn_of
from tests.agents.worlds import World
from tests.fakes import says, use
from tests.grounding.labelled import CLAIMS, HELD_OUT, Label
from triage.ports import ModelRequest, ModelResponse

#: Of one report; what a longer one holds is cut to what a reader takes in.
MOST_CLAIMS = 10


@dataclass(frozen=True, eq=False)
class Claiming(World):
    """A labelled incident as a world: each piece of its evidence answers one question.

    Attributes:
        claims: as the labels have them.
    """

    claims: tuple[Mapping[str, Any], ...] = ()


def worlds(every: int = 1) -> Iterator[Claiming]:
    """Labelled incidents in reports of a few claims, those that were held out too.

    Args:
        every: 1 for all of them, 5 for every fifth.
    """
    for folder in (CLAIMS, HELD_OUT):
        for path in sorted(folder.glob("*.json"))[::every]:
            data = json.loads(path.read_text(encoding="utf-8"))
            answers = {f"ask({name})": text for name, text in data["evidence"].items()}
            for start in range(0, len(data["claims"]), MOST_CLAIMS):
                claims = tuple(data["claims"][start : start + MOST_CLAIMS])
                yield Claiming(path.stem, answers, "x", "unknown", "", "", claims)


def insisting(world: Claiming, _clock: object) -> Converse:
    """Looks at everything, then claims everything, and claims it again when it is told what does not hold."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        if turn_of(request) == 0:
            asked = [use("run_python", name, code=name, purpose="look") for name in world.answers]
            return says(*asked)(request)
        shown = {name: _shows(request, text) for name, text in world.answers.items()}
        findings = [_finding(claim, shown) for claim in world.claims]
        cause = {"statement": "x", "category": "unknown", "confidence": "INCONCLUSIVE", "citations": []}
        return says(submit(world.report("E1", headline="x", summary="x", root_cause=cause, findings=findings)))(
            request
        )

    return converse


def _shows(request: ModelRequest, text: str) -> str:
    """Id of the evidence that has most lines of a text; some may have been redacted."""
    found = {each[1]: shown for shown in results(request) if (each := SHOWN.search(shown))}
    return max(found, key=lambda name: sum(line in found[name] for line in text.splitlines()))


def _finding(claim: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, Any]:
    return {
        "statement": claim["statement"],
        "citations": [
            {"evidence": shown.get(f"ask({name})", "E99"), "quote": quote} for name, quote in claim["cites"]
        ],
        "derivations": [
            {"value": value, "expression": expression} for value, expression in claim.get("derivations", ())
        ],
    }


def delivered(every: int = 1) -> dict[Label, tuple[int, int]]:
    """For each label how many claims of the incidents reached people as facts, and how many were made."""
    made, reached = Counter[Label](), Counter[Label]()
    for world in worlds(every):
        told = {finding["statement"] for finding in Played(insisting, world).report["findings"]}
        for claim in world.claims:
            made[Label(claim["label"])] += 1
            reached[Label(claim["label"])] += claim["statement"] in told
    return {label: (reached[label], made[label]) for label in Label}
