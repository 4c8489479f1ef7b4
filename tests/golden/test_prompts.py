"""What a model is told, as files a person can read: every change of it shows in a diff."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builders import a_feedback, a_remembered, a_signal
from tests.conftest import Golden
from triage.agent.earlier import gathered_of
from triage.agent.evidence_book import EvidenceBook
from triage.agent.prompt import linked_message, nudge_message, opening_message, system_prompt, wrap_up_message
from triage.agent.tools import ALL_TOOLS
from triage.domain.briefing import Gathered
from triage.domain.budget import Budget
from triage.domain.recurrence import Recalled
from untrusted import fence

EXPECTED = Path(__file__).parent / "expected" / "prompts"
CONTEXT = "# Shop\n\nCheckout is owned by payments; runbook: https://wiki.example.com/checkout."
MOST_CHARACTERS_OF_RULES = 4_800
"""1,200 tokens at four characters each, as English prose takes with the tokenizers of current models."""


def test_the_system_prompt_is_short_and_as_reviewed(golden: Golden) -> None:
    golden(EXPECTED / "system.txt", system_prompt())

    rules = system_prompt().partition("The toolbox of run_python")[0]
    assert len(rules) < MOST_CHARACTERS_OF_RULES


def test_the_context_of_the_owners_stands_behind_the_rules(golden: Golden) -> None:
    prompt = system_prompt(CONTEXT)

    assert prompt.startswith(system_prompt())
    golden(EXPECTED / "context.txt", prompt.removeprefix(system_prompt()))


def test_the_messages_are_as_reviewed(golden: Golden) -> None:
    book = EvidenceBook(lambda: "0123456789abcdef")
    event = book.add_signal(a_signal())
    look = book.add_gathered(Gathered("Errors in the logs", "log_errors()", "- AccessDenied; count: 214"))
    recalled = gathered_of(Recalled(1, of_alarm=(a_remembered(feedback=a_feedback()),)))
    assert recalled is not None
    earlier = book.add_gathered(recalled)
    suggested = fence("likely, permission_denied: the role lost dynamodb:GetItem", "0123456789abcdef")
    messages = [
        opening_message(book.shown(event), Budget(), 870, book.shown_together([look]), suggested),
        opening_message(book.shown(event), Budget(), 870),
        opening_message(book.shown(event), Budget(), 870, earlier_shown=book.shown(earlier)),
        linked_message(book.shown(event)),
        wrap_up_message("time limit"),
        *(nudge_message(reason) for reason in ("end_turn", "max_tokens", "malformed_tool_use")),
    ]

    golden(EXPECTED / "messages.txt", f"\n\n{'-' * 80}\n\n".join(messages) + "\n")


def test_the_tools_are_as_reviewed(golden: Golden) -> None:
    tools = [
        {"name": tool.name, "description": tool.description, "input": tool.input_schema} for tool in ALL_TOOLS
    ]

    golden(EXPECTED / "tools.json", json.dumps(tools, indent=2, ensure_ascii=False) + "\n")
