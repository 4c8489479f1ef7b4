"""Recipes: which plan an alarm gets, and that the documentation lists them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer
from toolbox.plan import GENERAL, if_it_fell
from toolbox.recipes import RECIPES, custom, lambda_function, plan_for, recipe_of
from toolbox.recipes.reference import table

PAGE = Path(__file__).parents[3] / "docs" / "first-look.md"


def signal(namespace: str, name: str = "Errors", **dimensions: str) -> dict[str, Any]:
    return {"name": "a", "metrics": [{"namespace": namespace, "name": name, "dimensions": dimensions}]}


@pytest.mark.parametrize("namespace", sorted({space for each in RECIPES for space in each.namespaces} - {""}))
def test_given_a_namespace_then_its_plan_is_the_general_one_and_steps_that_wait_for_steps_before(
    namespace: str,
) -> None:
    plan = plan_for(signal(namespace))

    assert plan[: len(GENERAL)] == GENERAL
    seen: set[str] = set()
    for step in plan:
        assert step.id not in seen
        assert set(step.after) <= seen
        seen.add(step.id)


def test_given_an_unknown_namespace_of_aws_then_the_general_plan_serves_it() -> None:
    assert plan_for(signal("AWS/GroundStation")) == GENERAL
    assert plan_for({"metrics": []}) == GENERAL


def test_given_a_namespace_of_ones_own_then_it_is_a_custom_metric() -> None:
    assert recipe_of("Shop/Orders") is custom.RECIPE


def test_given_metrics_of_several_namespaces_then_the_steps_of_all_are_taken_once() -> None:
    metrics = [*signal("AWS/Lambda")["metrics"], *signal("AWS/ApiGateway")["metrics"]]

    ids = [step.id for step in plan_for({"metrics": metrics})]

    assert "concurrency" in ids
    assert ids.count("traces") == 1


@pytest.mark.parametrize(
    ("metric", "lines", "throttled"),
    [
        ("Throttles", [], True),
        ("Errors", ["Throttles (Sum): 0 → 12 Throttles/min at 02:13 UTC, still high"], True),
        ("Errors", ["Throttles (Sum): no clear change: 0 to 1 Throttles/min, median 0"], False),
    ],
)
def test_given_a_function_then_concurrency_is_asked_where_it_is_throttled(
    metric: str, lines: list[str], throttled: bool
) -> None:
    looking.begin(signal("AWS/Lambda", metric))

    assert lambda_function.is_throttled({"related_metrics": Answer(metrics=lines)}) is throttled


def test_given_a_function_behind_its_stream_then_the_shards_of_that_stream_are_asked() -> None:
    looking.begin(signal("AWS/Lambda", "IteratorAge"))
    found = Answer(event_sources=[{"source": "jobs"}, {"source": "clicks", "StartingPosition": "LATEST"}])

    assert lambda_function.stream({"surroundings": found}) == {"name": "clicks"}


@pytest.mark.parametrize(
    ("metric", "fell"),
    [
        (Answer(reading="10 → 0 Heartbeat/5 min", shape="step", before=10, after=0), True),
        (Answer(reading="no datapoints of Heartbeat"), True),
        (Answer(reading="0 → 9 Failed/min", shape="step", before=0, after=9), False),
    ],
)
def test_given_a_custom_metric_then_names_like_it_are_asked_where_it_fell(metric: Answer, fell: bool) -> None:
    assert if_it_fell({"metric": metric}) is fell


def test_given_the_documentation_then_it_lists_every_recipe_with_its_namespaces() -> None:
    """`python -m toolbox.recipes.reference` writes the table."""
    text = PAGE.read_text(encoding="utf-8")

    (written,) = re.findall(r"\| alarms of \|.*?(?=\n\n)", text, re.DOTALL)
    assert written == table()
