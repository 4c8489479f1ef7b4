"""Slack cards: within every documented limit, inert, and holding what decides."""

from __future__ import annotations

import functools
import json

from hypothesis import given
from hypothesis import strategies as st

from tests import block_kit
from tests.builders import a_citation, a_report, an_action, an_investigation
from tests.channel_messages import INVESTIGATIONS, MENTIONS, links_of
from tests.golden.test_goldens import NOTICES
from triage.delivery.console_links import CONSOLE_HOSTS, Links
from triage.delivery.notice import Notice
from triage.delivery.render import blocks, slack
from triage.domain.report import Category, Hypothesis

HOSTS = tuple(CONSOLE_HOSTS.values())


@functools.cache
def card(incident: str) -> str:
    """The payload about an incident."""
    return slack.report(INVESTIGATIONS[incident], links_of(INVESTIGATIONS[incident])).body


@given(st.text(max_size=6_000))
def test_slack_takes_a_notice_whatever_it_says(text: str) -> None:
    notice = Notice("NOTICE", f"{text}x", text, (f"{text}x", f"x{text}"))

    assert block_kit.problems(slack.notice(notice).body, HOSTS) == []


@given(st.text(alphabet="a&<>\U0001f4a5", max_size=400), st.integers(2, 200))
def test_a_text_is_clipped_between_characters_and_never_inside_an_escape(text: str, limit: int) -> None:
    shown = blocks.clipped(text, limit)

    assert blocks.length(shown) <= limit
    assert shown.rstrip("…") == blocks.escaped(text)[: len(shown.rstrip("…"))]


def test_without_escaping_the_checker_would_object() -> None:
    payload = json.dumps({**json.loads(card("permission_removed")), "blocks": [blocks.section(MENTIONS)]})

    assert any("a mention" in problem for problem in block_kit.problems(payload, HOSTS))


def test_a_card_holds_what_decides() -> None:
    shown = block_kit.texts(card("permission_removed"))

    assert "CRITICAL: prod-api-handler fails on every call" in shown
    assert "*Since*\n2026-11-21 03:02:00 UTC" in shown
    assert "incident, cause CONFIRMED" in shown
    assert "Role lambda-role of prod-api-handler is not allowed dynamodb:GetItem" in shown
    assert "> E1: is not authorized to perform: dynamodb:GetItem" in shown
    assert "Allow the role to read the table" in shown
    assert "aws iam put-role-policy --role-name lambda-role" in shown
    assert any("/s3/object/" in link for link in block_kit.links(card("permission_removed")))


def test_mentions_and_links_from_outside_stay_text() -> None:
    shown = block_kit.texts(card("with_mentions"))

    assert "<!channel>" in shown
    assert "<@U024BE7LH>" in shown
    assert "hxxps://evil[.]example" in shown
    assert not [link for link in block_kit.links(card("with_mentions")) if "//evil" in link]


def test_a_code_block_from_outside_swallows_nothing_of_ours() -> None:
    shown = slack.notice(Notice("NOTICE", "an alarm", "odd", ("``` is never closed", "``` neither"))).body

    assert "```" not in block_kit.texts(shown)


def test_a_card_that_leaves_something_out_says_so_and_keeps_its_links() -> None:
    shown = card("huge")

    assert "Shortened: the rest is in the full report." in block_kit.texts(shown)
    assert any("/s3/object/" in link for link in block_kit.links(shown))


def test_slack_takes_a_statement_of_which_every_part_is_as_long_as_can_be() -> None:
    action = an_action(title="<" * 2_000, command="x" * (slack.MAX_COMMAND - 10))
    quotes = (a_citation("E1", "&" * 900),) * 4
    finding = Hypothesis("&" * 2_000, Category.CAPACITY, "<" * 500, ">" * 500, citations=quotes)
    told = a_report(immediate_actions=(action,) * 4, hypotheses=(finding,) * 3, findings=())

    shown = slack.report(an_investigation(report=told), Links()).body

    assert block_kit.problems(shown, HOSTS) == []


def test_a_command_is_shown_whole_or_not_at_all() -> None:
    assert "aws sqs get" not in block_kit.texts(card("huge"))


def test_a_first_look_says_that_it_is_one() -> None:
    assert "First look only" in block_kit.texts(card("first_look_only"))


def test_a_recurrence_says_so() -> None:
    shown = block_kit.texts(slack.notice(NOTICES["fired_again_after_the_report"]).body)

    assert "Fired again: lambda-high-error-rate" in shown
    assert "4th time" in shown or "3rd time" in shown
