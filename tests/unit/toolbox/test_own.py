"""What investigates is part of the account: answers leave it out, unless the alarm is about that very thing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from toolbox.asking import look as looking
from toolbox.asking.look import Look
from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import Link, Links

OWN = ("tool-lambda", "triage-work")


@pytest.fixture(autouse=True)
def _look_is_forgotten() -> Iterator[None]:
    before = looking.current()
    yield
    looking.use(before)


def look_at(function: str) -> Look:
    signal = {"name": "errors", "metrics": [{"namespace": "AWS/Lambda", "dimensions": {"FunctionName": function}}]}
    return looking.begin(signal, region="eu-west-1", own=OWN)


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("tool-lambda", True),
        ("/aws/lambda/tool-lambda", True),
        ("arn:aws:sqs:eu-west-1:123456789012:triage-work", True),
        ("order-api", False),
        ("my-tool-lambda", False),
        ("tool-lambda-2", False),
    ],
)
def test_own_is_told_by_the_whole_name(name: str, is_own: bool) -> None:
    assert look_at("order-api").is_own(name) is is_own


def test_an_alarm_about_the_tool_function_sees_it() -> None:
    assert not look_at("tool-lambda").is_own("/aws/lambda/tool-lambda")


def test_links_to_what_is_own_are_left_out_with_its_notes() -> None:
    api, table, tool = (
        Resource("lambda", "order-api"),
        Resource("dynamodb", "orders"),
        Resource("lambda", "tool-lambda"),
    )
    links = Links([Link(api, table, "names it"), Link(tool, table, "reads it")], {tool: "64 MB", api: ""})

    left = links.without(look_at("order-api").is_own)

    assert left.resources() == [api, table]
    assert left.notes == {api: ""}
