"""truth.json is read strictly: a mistake in it is told by the path of the member."""

from __future__ import annotations

from typing import Any

import pytest

from evals.truth import TruthError, parse
from tests.unit.evals.builders import truth, truth_document

FACT = {"id": "cause", "kind": "cause", "says": "x", "any_of": ["x"]}


def test_a_truth_without_optional_members_is_complete() -> None:
    read = truth(forbidden=[], decisive=[], names=[])

    assert read.without_decisive[0].value == "unknown"
    assert (read.traits, read.unknowable) == (frozenset(), ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 2}, "truth.version"),
        ({"title": ""}, "truth.title"),
        ({"difficulty": "brutal"}, "truth.difficulty"),
        ({"services": []}, "truth.services"),
        ({"services": "lambda"}, "truth.services"),
        ({"traits": ["cursed"]}, "truth.traits"),
        ({"category": ["weather"]}, "truth.category"),
        ({"disposition": []}, "truth.disposition"),
        ({"facts": []}, "truth.facts"),
        ({"facts": [{**FACT, "kind": "guess"}]}, "truth.facts[0].kind"),
        ({"facts": [{**FACT, "kind": "onset"}]}, "kind cause"),
        ({"facts": [{**FACT, "weight": 0}]}, "truth.facts[0].weight"),
        ({"facts": [{**FACT, "any_of": []}]}, "truth.facts[0].any_of"),
        ({"facts": [{**FACT, "any_of": [""]}]}, "truth.facts[0].any_of"),
        ({"facts": [{**FACT, "anyof": ["x"]}]}, "truth.facts[0]: unknown member anyof"),
        ({"facts": [FACT, FACT]}, "truth.facts: an id occurs twice"),
        ({"decisive": [{"id": "d", "any_of": ["x"], "remove": ["("]}]}, "truth.decisive[0].remove"),
        ({"names": ["api"]}, "truth.names"),
        ({"without_decisive": {"category": ["weather"]}}, "truth.without_decisive.category"),
        ({"solution": "x"}, "truth: unknown member solution"),
    ],
)
def test_a_mistake_is_told_by_its_path(change: dict[str, Any], told: str) -> None:
    with pytest.raises(TruthError) as error:
        parse(truth_document(**change))

    assert told in str(error.value)


def test_something_else_than_an_object_is_refused() -> None:
    with pytest.raises(TruthError, match="truth: write an object"):
        parse([])
