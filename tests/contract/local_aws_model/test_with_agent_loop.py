"""The scripted model and the agent loop understand each other: headers, fences, ids, quotes, refusals."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.model.scripted import ScriptedModel
from local_aws.model.wire import check_request
from tests.builders import a_metric, a_signal
from tests.fakes import FakeClock, FakeDeadline
from tests.unit.local_aws_model import incidents
from tests.unit.local_aws_model.incidents import dice
from triage.agent.loop import AgentLoop, Outcome
from triage.domain.budget import Budget, TokenUsage
from triage.domain.report import Category, Confidence
from triage.ports import ModelRequest, ModelResponse, ToolCall, ToolReply
from untrusted import new_nonce

if TYPE_CHECKING:
    from tests.unit.local_aws_model.incidents import Incident

TELLING = {
    "def definition(": "alarm",
    "def describe_function(": "resource",
    "def groups_of(": "logs",
    "def changes(": "changes",
    "def granting(": "permission",
    "def last_words(": "invocations",
    "def account(": "limits",
    "def ask(signal: dict[str, Any], group: str, first: str)": "context",
}


class OverTheWire:
    """The scripted backend behind the loop's port; every request must be one Bedrock would take."""

    def __init__(self) -> None:
        self._backend = ScriptedModel()
        self.turns = 0

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        self.turns += 1
        specs = [
            {"toolSpec": {"name": tool.name, "inputSchema": {"json": dict(tool.input_schema)}}}
            for tool in request.tools
        ]
        body = {"messages": list(request.messages), "toolConfig": {"tools": specs}}
        answer = self._backend.converse("any.model", check_request(json.loads(json.dumps(body))))
        tokens = TokenUsage(answer["usage"]["inputTokens"], answer["usage"]["outputTokens"])
        return ModelResponse(answer["output"]["message"], answer["stopReason"], tokens, "any.model")


class Account:
    """Answers the script's questions as the incident's account would."""

    def __init__(self, incident: Incident) -> None:
        self._printed = incident.printed

    def run(self, call: ToolCall) -> ToolReply:
        key = next(key for telling, key in TELLING.items() if telling in call.code)
        return ToolReply("ok", stdout="\n".join(self._printed.get(key, ())), duration_ms=3.0)


def investigate(incident: Incident, budget: Budget | None = None) -> tuple[Outcome, OverTheWire]:
    clock = FakeClock()
    model = OverTheWire()
    signal = a_signal(
        name=incident.alarm,
        region=incident.region,
        account_id=incident.account,
        occurred_at=datetime.fromisoformat(incidents.ONSET),
        metrics=(a_metric(dimensions={"FunctionName": incident.function}),),
    )
    loop = AgentLoop(model, Account(incident), clock, budget or Budget(), 120.0, new_nonce)
    return loop.run("20310506T070809Z-0123456789", signal, FakeDeadline(clock)), model


@pytest.mark.parametrize(
    ("incident", "category", "confidence"),
    [
        (incidents.denied(dice(21))[0], Category.PERMISSION_DENIED, Confidence.CONFIRMED),
        (incidents.stopped(dice(22)), Category.TIMEOUT, Confidence.CONFIRMED),
        (incidents.killed(dice(23)), Category.OUT_OF_MEMORY, Confidence.CONFIRMED),
        (incidents.throttled(dice(24)), Category.THROTTLED, Confidence.CONFIRMED),
        (incidents.unknown(dice(25)), Category.UNKNOWN, Confidence.INCONCLUSIVE),
    ],
    ids=lambda value: value.value if isinstance(value, Category) else "",
)
def test_three_turns_end_in_a_report_whose_every_quote_holds(
    incident: Incident, category: Category, confidence: Confidence
) -> None:
    outcome, model = investigate(incident)

    assert outcome.report
    assert (outcome.report.root_cause.category, outcome.report.root_cause.confidence) == (category, confidence)
    claims: list[Any] = [outcome.report.root_cause, outcome.report.impact]
    claims += [*outcome.report.findings, *outcome.report.timeline, *outcome.report.ruled_out]
    assert all(claim.verified for claim in claims)
    assert model.turns == 3
    assert outcome.stopped_by is None


def test_an_account_that_says_nothing_still_gets_a_report_that_cites_the_event() -> None:
    silent = incidents.Incident("f", "r", "eu-west-3", "1" * 12)

    outcome, _ = investigate(silent)

    assert outcome.report
    assert outcome.report.root_cause.verified
    assert outcome.report.root_cause.citations[0].evidence_id == "E1"


def test_with_the_tools_withdrawn_at_once_it_reports_what_it_was_told() -> None:
    outcome, model = investigate(incidents.killed(dice(26)), Budget(max_turns=0))

    assert outcome.report
    assert outcome.report.root_cause.confidence is Confidence.INCONCLUSIVE
    assert model.turns == 1


def test_output_longer_than_the_loop_shows_is_a_gap_and_the_rest_is_still_read() -> None:
    incident = incidents.killed(dice(27))
    padding = tuple(incidents.line("line", text="x" * 200) for _ in range(100))
    printed = {**incident.printed, "resource": (*incident.printed["resource"], *padding)}

    outcome, _ = investigate(incidents.Incident(**vars(incident) | {"printed": printed}))

    assert outcome.report
    assert outcome.report.root_cause.category is Category.OUT_OF_MEMORY
    assert any("was left out of what the script read" in gap for gap in outcome.report.gaps)
