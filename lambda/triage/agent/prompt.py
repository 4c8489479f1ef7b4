"""What the model is told: a short system prompt, and the event as fenced data in the first message."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.domain.budget import Budget

_PROMPTS = Path(__file__).parent / "prompts"

_EARLIER = (
    "Earlier investigations. They are a hint where to look first, no evidence of what is wrong now: a cause they "
    "named is one hypothesis, to be named again only if a look of today shows it. What a person called wrong was "
    "wrong. Where you use them, say that it was an earlier investigation."
)


_CONTEXT = """What the owners of this account wrote for you
Follow its rules on severity and ownership and name its runbooks. It tells nothing about this incident and is no \
evidence."""


@functools.cache
def system_prompt(context: str = "") -> str:
    """The system prompt. It holds no text from the account: that would put data where instructions are read.

    Args:
        context: what the account's owners configured (``context_markdown``): the only rules besides ours.
    """
    rules, reference = (
        (_PROMPTS / name).read_text(encoding="utf-8").strip() for name in ("system.md", "toolbox.md")
    )
    owners = f"\n{_CONTEXT}\n\n{context}\n" if context else ""
    return f"{rules}\n\nThe toolbox of run_python\n{reference}\n{owners}"


def opening_message(
    event_shown: str,
    budget: Budget,
    seconds_left: float,
    gathered_shown: str = "",
    suggestions_shown: str = "",
    earlier_shown: str = "",
) -> str:
    """The first user message: limits in plain words, the event as evidence E1, then what code found out.

    Args:
        event_shown: E1 as the model sees it, header and fence included.
        gathered_shown: the first look as the model sees it; empty when there is none.
        suggestions_shown: hypotheses of code, fenced: they quote the account.
        earlier_shown: what earlier investigations found, as evidence; empty when none is remembered.
    """
    minutes = max(1, round(seconds_left / 60))
    limits = f"Limits: {budget.max_turns} turns, {budget.max_tool_calls} tool calls, {minutes} minutes."
    parts = [limits, f"This event started the investigation:\n{event_shown}"]
    if gathered_shown:
        parts.append(f"Code took a first look; cite it like any other evidence:\n{gathered_shown}")
    if suggestions_shown:
        parts.append(f"What its rules suggest, likeliest first. Check it, it may be wrong:\n{suggestions_shown}")
    if earlier_shown:
        parts.append(f"{_EARLIER}\n{earlier_shown}")
    return "\n\n".join(parts)


def linked_message(alarm_shown: str) -> str:
    """Said when another alarm of the same resource was linked to the investigation.

    Args:
        alarm_shown: the alarm as evidence, header and fence included.
    """
    return (
        "Also fired meanwhile, on the same resource. Your report covers this alarm too: say whether it has the "
        f"same cause.\n{alarm_shown}"
    )


def wrap_up_message(limit: str) -> str:
    """Said once when a limit is near: tools are gone, the report is due."""
    return (
        f"The {limit} is reached and run_python is withdrawn. Call submit_report now with what the evidence "
        "shows; list what you could not check under gaps."
    )


def nudge_message(stop_reason: str) -> str:
    """Said when a turn ended without a tool call."""
    reasons = {
        "max_tokens": "Your answer was cut off at the output limit. Be shorter.",
        "malformed_tool_use": "Your tool call could not be read.",
        "malformed_model_output": "Your answer could not be read.",
    }
    reminder = "Continue with a tool call; only submit_report ends the investigation."
    return f"{reasons.get(stop_reason, '')} {reminder}".strip()
