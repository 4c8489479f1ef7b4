"""A first look is one call of the tool; whatever goes wrong with it is a gap that people and the model read."""

from __future__ import annotations

import pytest

from tests.builders import a_signal
from tests.fakes import FIRST_LOOK, UNREACHABLE_TOOL, FakeClock, FakeDeadline, FakeTools, RecordedTelemetry
from tests.log_batches import signal_of
from triage.app.take_first_look import CODE, TakeFirstLook, briefing_of
from triage.domain.evidence import EvidenceStatus
from triage.first_look.document import FirstLook
from triage.ports import ToolReply

ID = "20261121T030205Z-0123456789"
DOCUMENT = {
    "version": 1,
    "window": {"onset": "2026-11-21T02:13:00+00:00"},
    "sections": [
        {"id": "metric", "title": "The metric", "helper": "breach", "data": {"reading": "0 → 47"}, "seconds": 0.4},
        {"id": "health", "title": "AWS Health", "helper": "health_events", "gap": "denied: no support plan"},
    ],
    "totals": {"api_calls": 3, "log_bytes": 10, "seconds": 0.5},
}


def look_with(tools: FakeTools, limit_s: float = 900.0) -> FirstLook:
    use_case = TakeFirstLook(tools, RecordedTelemetry(), tool_timeout_s=120, own_resources=("tool-lambda",))
    return use_case.run(ID, a_signal(), FakeDeadline(FakeClock(), limit_s))


def test_one_call_is_made_with_the_signal_as_data() -> None:
    tools = FakeTools({FIRST_LOOK: ToolReply("ok", result=DOCUMENT)})

    look = look_with(tools)

    [call] = tools.calls
    assert call.inputs == {"signal": a_signal().to_json(), "own": ["tool-lambda"]}
    assert a_signal().name not in call.code
    assert (call.account_id, call.region) == (a_signal().account_id, a_signal().region)
    assert [section.id for section in look.sections] == ["metric", "health"]


def test_an_error_in_a_log_is_looked_at_by_the_same_call() -> None:
    tools, signal = FakeTools({FIRST_LOOK: ToolReply("ok", result=DOCUMENT)}), signal_of("ERROR card refused")

    TakeFirstLook(tools, RecordedTelemetry(), tool_timeout_s=120).run(ID, signal, FakeDeadline(FakeClock()))

    [call] = tools.calls
    assert (call.code, call.inputs) == (CODE, {"signal": signal.to_json(), "own": []})


def test_every_section_is_a_piece_of_evidence_with_its_helper_as_code() -> None:
    look = look_with(FakeTools({FIRST_LOOK: ToolReply("ok", result=DOCUMENT)}))

    briefing = briefing_of(look, ("It is the table",))

    assert [(item.purpose, item.code, item.output) for item in briefing.gathered] == [
        ("The metric", "breach()", "reading: 0 → 47"),
        ("AWS Health", "health_events()", "gap: denied: no support plan"),
    ]
    assert briefing.gathered[0].duration_ms == pytest.approx(400)
    assert briefing.onset == look.onset
    assert briefing.suggestions == ("It is the table",)


@pytest.mark.parametrize(
    ("reply", "gap"),
    [
        (UNREACHABLE_TOOL, "no answer from the tool function: ReadTimeoutError"),
        (KeyError("unexpected"), "KeyError"),
        (ToolReply("timeout"), "timeout"),
        (ToolReply("error", error="Traceback …\nValueError: no such alarm\n"), "error: ValueError: no such alarm"),
        (ToolReply("ok", result="?"), "the first look is str, not an object"),
        (ToolReply("ok", result={"version": 7}), "the first look has version 7, not 1"),
    ],
    ids=["unreachable", "a defect", "timeout", "error", "not an object", "another version"],
)
def test_what_fails_is_a_gap_and_evidence_of_it(reply: ToolReply | Exception, gap: str) -> None:
    look = look_with(FakeTools({FIRST_LOOK: reply}))

    [missed] = briefing_of(look).gathered

    assert look.gap == gap
    assert missed.status is EvidenceStatus.UNAVAILABLE
    assert missed.output == f"gap: the first look: {gap}"
    assert missed.code == CODE


def test_the_call_ends_in_time_to_deliver_what_there_is() -> None:
    tools = FakeTools()

    look_with(tools, limit_s=75.0)

    assert tools.calls[0].timeout_s == pytest.approx(15.0)


def test_without_time_no_call_is_made() -> None:
    tools = FakeTools()

    look = look_with(tools, limit_s=60.5)

    assert not tools.calls
    assert look.gap == "there was no time left for it"


def test_switched_off_no_call_is_made() -> None:
    tools = FakeTools()

    look = TakeFirstLook(tools, RecordedTelemetry(), 120, is_on=False).run(
        ID, a_signal(), FakeDeadline(FakeClock())
    )

    assert not tools.calls
    assert look.gap == "it is switched off"


def test_a_missed_look_is_counted() -> None:
    telemetry = RecordedTelemetry()
    tools = FakeTools({FIRST_LOOK: UNREACHABLE_TOOL})

    TakeFirstLook(tools, telemetry, tool_timeout_s=120).run(ID, a_signal(), FakeDeadline(FakeClock()))

    assert telemetry.counts == {"FirstLooksMissed": 1}
