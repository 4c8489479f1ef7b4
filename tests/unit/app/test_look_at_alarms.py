"""One shared look: what the tool function is asked, what its answers mean, and that nothing makes it fail."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.digests import an_entry
from tests.fakes import FakeClock, FakeDeadline
from triage.app.look_at_alarms import MAX_PLACES, LookAtAlarms
from triage.domain.digest import StatesNow
from triage.domain.errors import ToolUnavailable
from triage.looks import source_of
from triage.ports import ToolCall, ToolReply

HERE = ("123456789012", "us-east-2")


class Tool:
    """A tool function that answers by region."""

    def __init__(self, **replies: ToolReply | Exception) -> None:
        self.replies = {region.replace("_", "-"): reply for region, reply in replies.items()}
        self.calls: list[ToolCall] = []

    def run(self, call: ToolCall) -> ToolReply:
        self.calls.append(call)
        reply = self.replies.get(call.region, ToolReply("ok", result={}))
        if isinstance(reply, Exception):
            raise reply
        return reply


def look(tool: Tool, *names_and_regions: tuple[str, str], limit_s: float = 900) -> StatesNow:
    clock = FakeClock()
    entries = [an_entry(name, region=region) for name, region in names_and_regions]
    return LookAtAlarms(tool, clock).run(entries, "look-1", FakeDeadline(clock, limit_s))


def test_alarms_of_one_region_are_asked_for_in_one_call() -> None:
    tool = Tool(us_east_2=ToolReply("ok", result={"a": "ALARM", "b": "OK"}))

    seen = look(tool, ("b", "us-east-2"), ("a", "us-east-2"), ("b", "us-east-2"))

    (call,) = tool.calls
    assert (call.account_id, call.region, call.investigation_id) == (*HERE, "look-1")
    assert call.inputs == {"names": ["a", "b"]}
    assert seen.states == {(*HERE, "a"): "ALARM", (*HERE, "b"): "OK"}
    assert seen.gaps == ()


@pytest.mark.parametrize(
    ("reply", "gap"),
    [
        (ToolUnavailable("the tool function failed (Unhandled): no"), "the tool function failed (Unhandled): no"),
        (ToolReply("timeout"), "timeout"),
        (ToolReply("error", error="Traceback…\nClientError: AccessDenied"), "error: ClientError: AccessDenied"),
        (ToolReply("ok", result=["a"]), "the answer was not understood"),
    ],
)
def test_what_fails_is_a_gap_and_the_others_are_seen(reply: ToolReply | Exception, gap: str) -> None:
    tool = Tool(us_east_2=ToolReply("ok", result={"a": "ALARM"}), eu_central_1=reply)

    seen = look(tool, ("a", "us-east-2"), ("b", "eu-central-1"))

    assert seen.states == {(*HERE, "a"): "ALARM"}
    assert seen.gaps == (f"alarms of account 123456789012 in eu-central-1 could not be looked at: {gap}",)


def test_without_time_nobody_looks() -> None:
    tool = Tool()

    seen = look(tool, ("a", "us-east-2"), limit_s=60)

    assert not tool.calls
    assert seen.gaps == ("there was no time left to look at the alarms",)


def test_a_look_never_takes_longer_than_its_own_deadline() -> None:
    tool = Tool()
    look(tool, ("a", "us-east-2"))
    look(tool, ("a", "us-east-2"), limit_s=70)

    assert [call.timeout_s for call in tool.calls] == [25, 10]


def test_a_storm_over_many_regions_is_looked_at_in_part() -> None:
    tool = Tool()

    seen = look(tool, *((f"a{number}", f"region-{number:02}") for number in range(MAX_PLACES + 3)))

    assert len(tool.calls) == MAX_PLACES
    assert seen.gaps == ("alarms of 3 more accounts and regions were not looked at",)


class CloudWatch:
    """``DescribeAlarms`` over a dictionary."""

    def __init__(self, states: dict[str, str]) -> None:
        self.states = states
        self.asked: list[int] = []

    def describe_alarms(self, AlarmNames: list[str], AlarmTypes: list[str], MaxRecords: int) -> Any:  # noqa: N803
        self.asked.append(len(AlarmNames))
        found = [
            {"AlarmName": name, "StateValue": self.states[name]} for name in AlarmNames if name in self.states
        ]
        return {"MetricAlarms": found[::2], "CompositeAlarms": found[1::2]}


def test_the_code_of_the_look_reads_every_alarm_in_pages_and_names_those_that_are_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"alarm-{number}" for number in range(230)]
    cloudwatch = CloudWatch(dict.fromkeys(names[:-1], "ALARM"))
    monkeypatch.setattr(boto3, "client", lambda service: {"cloudwatch": cloudwatch}[service])
    scope: dict[str, Any] = {"inputs": {"names": names}, "__name__": "__main__"}

    exec(compile(source_of("alarm_states"), "<look>", "exec"), scope)  # noqa: S102 - as the tool function does

    assert cloudwatch.asked == [100, 100, 30]
    assert scope["result"] == dict.fromkeys(names[:-1], "ALARM") | {names[-1]: "gone"}
