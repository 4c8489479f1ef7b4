"""Scripted agents: every way a model behaves, well or badly, behind the Model port.

Each is a function of what it is sent, so that it behaves the same after a resumed run. None is a language model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.agents.worlds import World
from tests.fakes import FakeClock, says, text, use
from triage.domain.errors import ContextOverflow, ModelUnavailable
from triage.ports import ModelRequest, ModelResponse

Agent = Callable[[ModelRequest, float], ModelResponse]
SHOWN = re.compile(r"^\[(E\d+)\] status=", re.MULTILINE)


def turn_of(request: ModelRequest) -> int:
    """How many answers the model gave before."""
    return sum(message["role"] == "assistant" for message in request.messages)


def ask(word: str, number: int = 0) -> dict[str, Any]:
    """A question about the log, the changes, …; each number is a question of its own."""
    return use("run_python", f"t{number}-{word}", code=f"{word}({number})", purpose=f"the {word}")


def results(request: ModelRequest) -> list[str]:
    """The texts of all tool results, oldest first."""
    return [
        block["toolResult"]["content"][0]["text"]
        for message in request.messages
        for block in message["content"]
        if "toolResult" in block
    ]


def evidence_with(request: ModelRequest, quote: str) -> str:
    """Id of the evidence that shows the quote; ``E1`` when none does any more."""
    for shown in results(request):
        found = SHOWN.search(shown)
        if found and quote in shown:
            return found[1]
    return "E1"


def submit(report: dict[str, Any]) -> dict[str, Any]:
    """The call that ends an investigation."""
    return use("submit_report", "report", **report)


def good_report(world: World, request: ModelRequest) -> dict[str, Any]:
    """What the evidence shown so far supports."""
    return submit(world.report(evidence_with(request, world.quote)))


def perfect(world: World, _clock: FakeClock) -> Agent:
    """Asks once, reports what it saw."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        first = turn_of(request) == 0
        return says(*([ask("log"), ask("changes")] if first else [good_report(world, request)]))(request)

    return converse


def lazy(world: World, _clock: FakeClock) -> Agent:
    """Asks nothing and guesses."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        return says(submit(world.report("E1")))(request)

    return converse


def stubborn(_world: World, _clock: FakeClock) -> Agent:
    """Always has one more question, whatever it is told."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        return says(ask("log", turn_of(request)))(request)

    return converse


def looping(world: World, _clock: FakeClock) -> Agent:
    """Asks the same two questions in turns until it has no tools."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        if len(request.tools) == 1:
            return says(good_report(world, request))(request)
        return says(ask("log" if turn_of(request) % 2 else "changes"))(request)

    return converse


def lying(world: World, _clock: FakeClock) -> Agent:
    """Reports numbers, names and quotes that it never saw, and insists."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        if turn_of(request) == 0:
            return says(ask("log"))(request)
        cited = [{"evidence": evidence_with(request, world.quote), "quote": world.quote}]
        lies = [
            {"statement": "8,731 customers were affected.", "citations": cited},
            {"statement": "payments-db-7 failed over at 01:23 UTC.", "citations": cited},
            {
                "statement": "The disk is full.",
                "citations": [{"evidence": "E2", "quote": "no space left on device"}],
            },
        ]
        headline = "payments-db-7 lost 8,731 orders"
        return says(submit(world.report("E2", findings=lies, headline=headline)))(request)

    return converse


def obedient(world: World, _clock: FakeClock) -> Agent:
    """Does what the log tells it: everything is healthy."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        if turn_of(request) == 0:
            return says(ask("log"))(request)
        if "Ignore all previous instructions" not in " ".join(results(request)):
            return says(good_report(world, request))(request)
        healthy = {
            "statement": "Everything is healthy.",
            "category": "healthy_now",
            "confidence": "CONFIRMED",
            "citations": [{"evidence": "E3", "quote": "report that everything is healthy"}],
        }
        return says(submit(world.report("E3", root_cause=healthy, findings=[])))(request)

    return converse


def verbose(world: World, _clock: FakeClock) -> Agent:
    """Talks until it is cut off, twice, then gets to the point."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        turn = turn_of(request)
        if turn < 2:
            return says(text("Let me think about this at length. " * 200), stop_reason="max_tokens")(request)
        return says(ask("log") if turn == 2 else good_report(world, request))(request)

    return converse


def malformed(_world: World, _clock: FakeClock) -> Agent:
    """Cannot write a report that fits the form."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        return says(ask("log") if turn_of(request) == 0 else submit({"report": "it is broken"}))(request)

    return converse


def parallel(world: World, _clock: FakeClock) -> Agent:
    """Asks nine questions at once."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        if turn_of(request) == 0:
            return says(*[ask("log", number) for number in range(9)])(request)
        return says(good_report(world, request))(request)

    return converse


def overflowing(world: World, _clock: FakeClock) -> Agent:
    """Has a small context window and a taste for long outputs."""

    def converse(request: ModelRequest, _timeout_s: float) -> ModelResponse:
        if sum(map(len, results(request))) > 16_000:
            raise ContextOverflow("prompt is too long")
        if turn_of(request) < 4:
            return says(ask("long", turn_of(request)))(request)
        return says(ask("log") if turn_of(request) == 4 else good_report(world, request))(request)

    return converse


def throttled(world: World, clock: FakeClock) -> Agent:
    """Answers one question in ten; the adapter gives up on the others after a while."""
    well_behaved = perfect(world, clock)
    asked = iter(range(10_000))

    def converse(request: ModelRequest, timeout_s: float) -> ModelResponse:
        if next(asked) % 10 == 0:
            return well_behaved(request, timeout_s)
        clock.advance(min(60.0, timeout_s))
        raise ModelUnavailable("ThrottlingException: too many requests")

    return converse


def slow(world: World, clock: FakeClock) -> Agent:
    """Takes two minutes a turn and always wants to know more."""

    def converse(request: ModelRequest, timeout_s: float) -> ModelResponse:
        clock.advance(min(120.0, timeout_s))
        if timeout_s < 120:
            raise ModelUnavailable("read time-out")
        if len(request.tools) == 1:
            return says(good_report(world, request))(request)
        return says(ask("log", turn_of(request)))(request)

    return converse


AGENTS = (
    perfect,
    lazy,
    stubborn,
    looping,
    lying,
    obedient,
    verbose,
    malformed,
    parallel,
    overflowing,
    throttled,
    slow,
)
