"""Every request member of every rule: changing it changes the answer as AWS documents it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped] # ships no types
import pytest
from botocore.exceptions import ClientError

from local_aws.declared.services import SERVICES
from tests.contract.local_aws.declared.worlds import WORLDS, Question

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("declared")]

ASKED = [
    (world.service, number, question)
    for world in WORLDS.values()
    for number, question in enumerate(world.questions)
]
"""Every question with its place in its world."""


def shown(client: Any, question: Question, members: Mapping[str, Any]) -> list[str]:
    """The names an answer shows, shortened to what follows the last slash, or its error."""
    try:
        answer = client._make_api_call(question.operation, dict(members))
    except ClientError as error:
        return [f"!{error.response['Error']['Code']}"]
    found = jmespath.search(question.shows, answer) or []
    return [str(one).rsplit("/", 1)[-1] for one in found]


def declared_names(question: Question) -> set[str]:
    """All names a question speaks of; others in the region are none of its business."""
    told = [
        question.without,
        *(names for _, names in question.cases.values()),
        *(names for _, names in question.more),
    ]
    return {name.rsplit("/", 1)[-1] for names in told for name in names.split()}


def expected(names: str) -> list[str]:
    return [name.rsplit("/", 1)[-1] for name in names.split()]


def seen(client: Any, question: Question, members: Mapping[str, Any]) -> list[str]:
    known = declared_names(question)
    return [
        one for name in shown(client, question, members) for one in name.split() if one in known or one[0] == "!"
    ]


@pytest.mark.parametrize(
    ("service", "number", "question"), ASKED, ids=[f"{s}-{q.operation}-{n}" for s, n, q in ASKED]
)
def test_given_a_declared_world_when_a_member_is_given_then_the_answer_is_what_it_asks_for(
    clients: dict[str, Any], service: str, number: int, question: Question
) -> None:
    client = clients[service]

    assert seen(client, question, question.base) == expected(question.without)
    for member, (value, names) in question.cases.items():
        assert seen(client, question, {**question.base, member: value}) == expected(names), member
    for members, names in question.more:
        assert seen(client, question, {**question.base, **members}) == expected(names), members


def test_every_member_of_every_rule_is_asked_about() -> None:
    asked: dict[tuple[str, str], set[str]] = {}
    for service, _, question in ASKED:
        told = {*question.cases, *(name for members, _ in question.more for name in members)}
        asked.setdefault((service, question.operation), set()).update(told)
    missing = {
        f"{service.name}.{rule.operation}.{member}"
        for service in SERVICES.values()
        for rule in service.rules
        if not rule.made  # test_simulation.py asks them
        for member in rule.members
        if member not in asked.get((service.name, rule.operation), set()) and member != "IncludeManagedResources"
    }
    unasked = {
        f"{service.name}.{rule.operation}"
        for service in SERVICES.values()
        for rule in service.rules
        if not rule.made and (service.name, rule.operation) not in asked
    }
    assert (sorted(missing), sorted(unasked)) == ([], [])
