"""A disk that fills since more is logged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import at, breach, change, changes, ranked, reported, section

FILLS = breach(
    "62% → 88% disk_used_percent rising from 02:13 UTC, still high",
    name="disk_used_percent",
    before=62,
    after=88,
    shape="ramp",
)
SET = change("ssm:PutParameter", "name=/searcher/log-level, type=String, value=HIDDEN", -40, by="Engineer/ina")
RELEASE = change("ecs:UpdateService", "cluster=shop, service=searcher, taskDefinition=searcher:12", -40)


def said(text: str) -> dict[str, Any]:
    lines = {"group": "/fleet/searcher", "count": 1, "lines": [f"{at(-39)} {text}"]}
    return section("said:/searcher/log-level", lines, "log_lines")


def searcher(unlike: str) -> dict[str, Any]:
    asked = {"resource": "ecs shop/searcher"}
    return section("configuration:searcher", {"unlike_version": [unlike]}, "configuration", asked=asked)


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        (SET, said("INFO config /searcher/log-level was INFO, is DEBUG")),
        (RELEASE, searcher("variable LOG_LEVEL: info before, debug now")),
    ],
    ids=["by a parameter its log names", "by a variable of a release"],
)
def test_a_level_that_logs_more_is_behind_a_disk_that_fills(call: dict[str, Any], seen: dict[str, Any]) -> None:
    [best, *_] = ranked(FILLS, changes(call), seen)
    report = reported(FILLS, changes(call), seen)

    assert best.candidate.signature == "more-is-logged"
    assert "debug" in report.root_cause.statement.lower()
    assert call["by"] in report.root_cause.statement


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        (SET, said("INFO config /searcher/log-level was DEBUG, is INFO")),
        (SET, said("INFO config /searcher/region was eu, is us")),
        (RELEASE, searcher("variable LOG_LEVEL: debug before, info now")),
        ({**SET, "at": at(5)}, said("INFO config /searcher/log-level was INFO, is DEBUG")),
    ],
    ids=["less is logged", "another parameter", "a release that logs less", "set after it began"],
)
def test_what_does_not_log_more_or_came_later_is_not(call: dict[str, Any], seen: dict[str, Any]) -> None:
    assert "more-is-logged" not in [each.candidate.signature for each in ranked(FILLS, changes(call), seen)]
