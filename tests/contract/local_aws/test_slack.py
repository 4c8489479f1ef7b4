"""The webhook receiver takes what Slack takes, refuses what Slack refuses, and fails on demand."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from local_aws.egress.gateway import Answer, Request
from local_aws.faults.rules import Effect, Fault, Faults
from local_aws.slack import block_kit
from local_aws.slack.receiver import ADDRESS, Receiver, cards
from tests.contract.local_aws.account import Account
from tests.waiting import eventually

PATH = "/services/T0LOCALAWS/B0DEMOCARDS/token1"


def text(characters: int = 5, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": "x" * characters}


def section(characters: int = 5) -> dict[str, Any]:
    return {"type": "section", "text": text(characters)}


def header(characters: int = 5) -> dict[str, Any]:
    return {"type": "header", "text": text(characters, "plain_text")}


def message(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"text": "what broke", "blocks": list(blocks)}


TAKEN = {
    "text alone": {"text": "what broke"},
    "one of each": message(
        header(), section(), {"type": "divider"}, {"type": "context", "elements": [text()]}, section()
    ),
    "50 blocks": message(*[section()] * 50),
    "a section of 3,000": message(section(3_000)),
    "a header of 150": message(header(150)),
    "ten fields of 1,000": message({"type": "section", "fields": [text(1_000)] * 10}),
    "ten elements": message({"type": "context", "elements": [text()] * 10}),
}
REFUSED = {
    "nothing": {},
    "an empty text": {"text": ""},
    "no blocks": {"text": "x", "blocks": []},
    "51 blocks": message(*[section()] * 51),
    "a section of 3,001": message(section(3_001)),
    "an empty section": message(section(0)),
    "a section of nothing": message({"type": "section"}),
    "a header of 151": message(header(151)),
    "a header that is formatted": message({"type": "header", "text": text()}),
    "astral characters count twice": message(
        {"type": "header", "text": {"type": "plain_text", "text": "\U0001f4a5" * 76}}
    ),
    "eleven fields": message({"type": "section", "fields": [text()] * 11}),
    "a field of 2,001": message({"type": "section", "fields": [text(2_001)]}),
    "eleven elements": message({"type": "context", "elements": [text()] * 11}),
    "a context of nothing": message({"type": "context", "elements": []}),
    "more than 13,200 in all": message(*[section(2_900)] * 5),
    "an unknown block": message({"type": "marquee"}),
    "an unknown member": message({**section(), "colour": "red"}),
    "a text that is none": message({"type": "section", "text": "bare"}),
    "a number as text": message({"type": "section", "text": {"type": "mrkdwn", "text": 7}}),
    "fields that are none": message({"type": "section", "fields": "x"}),
    "a block that is none": message("bare"),  # type: ignore[arg-type]  # as anybody may post
}


def test_a_card_is_told_by_its_header_or_by_what_a_phone_shows(receiver: Receiver, tmp_path: Path) -> None:
    post(receiver, message(section(), header(7)))
    post(receiver, TAKEN["text alone"])

    assert [card.title for card in cards(tmp_path)] == ["x" * 7, "what broke"]


@pytest.fixture
def faults() -> Faults:
    return Faults(time.monotonic)


@pytest.fixture
def receiver(tmp_path: Path, faults: Faults) -> Receiver:
    return Receiver(tmp_path, faults)


def post(receiver: Receiver, document: Any, path: str = PATH) -> Answer | None:
    return receiver(Request("POST", path, {}, json.dumps(document).encode()))


@pytest.mark.parametrize("name", TAKEN)
def test_given_a_payload_within_every_limit_then_it_is_kept(receiver: Receiver, tmp_path: Path, name: str) -> None:
    assert post(receiver, TAKEN[name]) == Answer(200, "ok")

    [card] = cards(tmp_path)
    assert card.payload == TAKEN[name]


@pytest.mark.parametrize("name", REFUSED)
def test_given_a_payload_beyond_a_limit_then_it_is_refused_with_slacks_word_and_not_kept(
    receiver: Receiver, tmp_path: Path, name: str
) -> None:
    answer = post(receiver, REFUSED[name])

    assert block_kit.refusals(json.dumps(REFUSED[name])) != []
    assert answer is not None
    assert (answer.status, answer.body) == (400, "invalid_blocks")
    assert cards(tmp_path) == []


@pytest.mark.parametrize("body", [b"{not json", b"[]", b"\xff"])
def test_given_no_json_object_then_the_payload_is_invalid(receiver: Receiver, body: bytes) -> None:
    assert receiver(Request("POST", PATH, {}, body)) == Answer(400, "invalid_payload")


@pytest.mark.parametrize(
    "path", ["/", "/services/T0/B0", "/services/T0/B0/x/y", "/services/T0/B0/x?y", "/workflows/x"]
)
def test_given_an_address_of_another_form_then_there_is_no_such_webhook(receiver: Receiver, path: str) -> None:
    assert post(receiver, TAKEN["text alone"], path) == Answer(404, "no_service")


@pytest.mark.parametrize(
    ("effect", "status", "kept"),
    [
        (Effect.UNAVAILABLE, 503, 0),
        (Effect.THROTTLED, 429, 0),
        (Effect.DROPPED, None, 0),
        (Effect.ANSWER_LOST, None, 1),
        (Effect.SLOW, 200, 1),
    ],
)
def test_given_a_fault_then_slack_fails_as_often_as_it_says_and_is_well_again(
    receiver: Receiver, faults: Faults, tmp_path: Path, effect: Effect, status: int | None, kept: int
) -> None:
    faults.add(Fault("slack", effect, calls=1))

    answer = post(receiver, TAKEN["text alone"])

    assert (answer and answer.status) == status
    assert len(cards(tmp_path)) == kept
    assert post(receiver, TAKEN["text alone"]) == Answer(200, "ok")


@pytest.mark.slow
def test_given_a_function_when_it_posts_to_slacks_own_host_then_the_card_is_kept(account: Account) -> None:
    name = account.function(
        """
        import urllib.request
        def handler(event, context):
            request = urllib.request.Request(event["url"], data=event["body"].encode(), method="POST")
            with urllib.request.urlopen(request, timeout=5) as answer:
                return [answer.status, answer.read().decode()]
        """
    )
    channel = f"B{time.time_ns()}"
    url = ADDRESS.format(token="x1").replace("B0DEMOCARDS", channel)

    assert account.invoke(name, {"url": url, "body": json.dumps(TAKEN["one of each"])}) == [200, "ok"]

    [card] = [one for one in cards(account.running.state / "slack") if channel in one.name]
    assert card.payload == TAKEN["one of each"]


@pytest.mark.slow
def test_given_a_function_when_it_asks_for_any_other_host_then_the_gateway_refuses(account: Account) -> None:
    name = account.function(
        """
        import urllib.request
        def handler(event, context):
            try:
                urllib.request.urlopen("https://example.com/", timeout=5)
            except OSError as error:
                return str(error)
        """
    )

    assert "403" in eventually(lambda: account.invoke(name, {}), "the function answers")
