"""The scripted model: what it reports follows from what it is told, whatever things are called."""

from __future__ import annotations

import json
import random
import shlex
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.model.asking import Question
from local_aws.model.scripted import ScriptedModel
from tests.unit.local_aws_model import incidents
from tests.unit.local_aws_model.incidents import a_request, an_incident, dice, investigate, line
from triage.domain.report import Category, Confidence, Disposition, Severity
from triage.domain.report_schema import parse_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.local_aws_model.incidents import Incident, Investigated

ANY = st.integers(min_value=0, max_value=2**32).map(random.Random)

BUILDERS: dict[Category, Callable[[random.Random], Incident]] = {
    Category.PERMISSION_DENIED: lambda rng: incidents.denied(rng)[0],
    Category.TIMEOUT: incidents.stopped,
    Category.OUT_OF_MEMORY: incidents.killed,
    Category.THROTTLED: incidents.throttled,
    Category.UNKNOWN: incidents.unknown,
}
WORDED = {
    "Could not connect to the endpoint URL: https://x.example": Category.DEPENDENCY_UNREACHABLE,
    "botocore.exceptions.ClientError: (ThrottlingException) Rate exceeded": Category.THROTTLED,
    "KeyError: 'QUEUE_URL'": Category.CONFIGURATION_MISSING,
    "KeyError: 'customer'": Category.DATA_ERROR,
    "JSONDecodeError: Expecting value: line 1": Category.DATA_ERROR,
    "Runtime.ImportModuleError: Unable to import module 'a'": Category.BAD_DEPLOY,
    "ssl.SSLCertVerificationError: certificate has expired": Category.CERTIFICATE_EXPIRED,
    "An error occurred (LimitExceededException)": Category.QUOTA_EXCEEDED,
    "MemoryError": Category.OUT_OF_MEMORY,
}


def citations(value: Any) -> Iterator[dict[str, str]]:
    """Every citation anywhere in a report."""
    if isinstance(value, dict):
        if set(value) == {"evidence", "quote"}:
            yield value
        for inner in value.values():
            yield from citations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from citations(inner)


def commands(done: Investigated) -> list[list[str]]:
    return [shlex.split(action["command"]) for action in done.report["immediate_actions"] if "command" in action]


@pytest.mark.parametrize("category", BUILDERS)
@given(rng=ANY)
def test_every_report_is_in_the_schema_and_every_quote_is_verbatim(category: Category, rng: random.Random) -> None:
    incident = BUILDERS[category](rng)

    done = investigate(incident)

    report = parse_report(done.report)
    assert report.root_cause.category is category
    assert incident.function in report.headline
    quoted = list(citations(done.report))
    assert quoted
    for citation in quoted:
        assert citation["quote"].strip()
        assert citation["quote"] in done.evidence[citation["evidence"]]


@given(rng=ANY)
def test_a_denied_call_is_confirmed_by_the_role_and_remedied_for_it(rng: random.Random) -> None:
    incident, action, resource = incidents.denied(rng)

    done = investigate(incident)

    report = parse_report(done.report)
    assert report.root_cause.confidence is Confidence.CONFIRMED
    for told in (incident.function, incident.role, action, resource):
        assert told in report.root_cause.statement
    assert done.asked == ["alarm", "resource", "logs", "changes", "permission"]
    (put,) = [command for command in commands(done) if command[:3] == ["aws", "iam", "put-role-policy"]]
    assert put[put.index("--role-name") + 1] == incident.role
    (statement,) = json.loads(put[put.index("--policy-document") + 1])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (action, resource)


@given(rng=ANY)
def test_a_denial_of_another_role_is_not_answered_with_a_grant(rng: random.Random) -> None:
    _, action, _ = incidents.denied(rng)
    foreign = f"assumed-role/{incidents.name(rng)}/x is not authorized to perform: {action} on resource: *"
    other = an_incident(rng).with_error(foreign)

    done = investigate(other)

    assert "permission" not in done.asked
    assert done.report["root_cause"]["confidence"] == "LIKELY"
    assert not any("put-role-policy" in command for command in commands(done))


def test_a_role_that_is_allowed_now_leaves_the_cause_open() -> None:
    incident, action, resource = incidents.denied(dice(3))
    facts = {"role": incident.role, "action": action, "resource": resource, "policies_read": 1}
    fixed = line("grants", **facts, allow_statements=1, deny_statements=0)

    done = investigate(
        incidents.Incident(**vars(incident) | {"printed": {**incident.printed, "permission": (fixed,)}})
    )

    assert done.report["root_cause"]["confidence"] == "INCONCLUSIVE"
    assert not any("put-role-policy" in command for command in commands(done))


@given(rng=ANY)
def test_a_stopped_invocation_names_the_limit_and_the_last_words(rng: random.Random) -> None:
    incident = incidents.stopped(rng)

    done = investigate(incident)

    report = parse_report(done.report)
    assert report.root_cause.confidence is Confidence.CONFIRMED
    assert "waiting for " in report.root_cause.statement
    (update,) = [command for command in commands(done) if "update-function-configuration" in command]
    assert update[update.index("--function-name") + 1] == incident.function
    assert update[update.index("--region") + 1] == incident.region


@given(rng=ANY)
def test_a_killed_invocation_gets_twice_its_memory(rng: random.Random) -> None:
    incident = incidents.killed(rng)

    done = investigate(incident)

    assert done.report["root_cause"]["confidence"] == "CONFIRMED"
    size = done.report["root_cause"]["statement"].split(" MB")[0].split()[-1]
    (update,) = [command for command in commands(done) if "--memory-size" in command]
    assert int(update[update.index("--memory-size") + 1]) == 2 * int(size)


@pytest.mark.parametrize(("message", "category"), WORDED.items())
def test_the_category_follows_the_wording_of_the_message(message: str, category: Category) -> None:
    incident = an_incident(dice(1)).with_error(message)

    report = parse_report(investigate(incident).report)

    assert report.root_cause.category is category
    assert report.root_cause.confidence in (Confidence.LIKELY, Confidence.CONFIRMED)


def test_an_unknown_error_is_inconclusive_and_its_surroundings_are_read() -> None:
    done = investigate(incidents.unknown(dice(5)))

    assert done.asked[-1] == "context"
    assert done.report["root_cause"]["confidence"] == "INCONCLUSIVE"


def test_the_most_frequent_failure_is_the_cause_and_the_other_is_told() -> None:
    incident = an_incident(dice(2)).with_error("Rate exceeded", count=2).with_error("MemoryError", count=30)

    done = investigate(incident)

    assert done.report["root_cause"]["category"] == "out_of_memory"
    assert any("throttled" in finding["statement"] for finding in done.report["findings"])


@pytest.mark.parametrize(("minutes_before", "count"), [(30, 500), (1, 9)])
def test_an_error_that_ended_before_is_not_the_cause_of_the_breach(minutes_before: int, count: int) -> None:
    incident = an_incident(dice(3)).with_error("MemoryError", count=9)
    ended = datetime.fromisoformat(incident.signal()["occurred_at"]) - timedelta(minutes=minutes_before)
    sample = "AccessDenied: is not authorized to perform: sqs:SendMessage"
    facts = {"group": incident.group, "count": count, "first": ended.isoformat(), "last": ended.isoformat()}

    done = investigate(incident.with_lines("logs", line("log_error", **facts, sample=sample)))

    assert done.report["root_cause"]["category"] == "out_of_memory"


def test_nothing_found_is_said_to_be_nothing() -> None:
    done = investigate(an_incident(dice(4)))

    report = parse_report(done.report)
    assert (report.root_cause.category, report.root_cause.confidence) == (
        Category.UNKNOWN,
        Confidence.INCONCLUSIVE,
    )
    assert report.disposition is Disposition.UNKNOWN


def test_nothing_readable_is_still_a_report_with_its_gaps() -> None:
    refused = line("gap", what="the definition of the alarm", error="AccessDenied: no")
    incident = incidents.Incident("f", "r", "eu-west-3", "1" * 12, {"alarm": (refused,)})

    report = parse_report(investigate(incident).report)

    assert report.root_cause.confidence is Confidence.INCONCLUSIVE
    assert "Could not read the definition of the alarm: AccessDenied: no" in report.gaps


def test_an_alarm_that_is_ok_again_is_no_emergency() -> None:
    incident = an_incident(dice(6), failing=0)
    healthy = line("alarm", name=incident.alarm, state="OK", since=incidents.ONSET, reason="0 > 0")
    printed = {**incident.printed, "alarm": (healthy,)}

    report = parse_report(investigate(incidents.Incident(**vars(incident) | {"printed": printed})).report)

    assert report.root_cause.category is Category.HEALTHY_NOW
    assert (report.severity, report.disposition) == (Severity.INFO, Disposition.TRANSIENT)


@pytest.mark.parametrize(("failing", "severity"), [(9, "CRITICAL"), (4, "HIGH"), (1, "MEDIUM")])
def test_severity_follows_the_share_of_failing_invocations(failing: int, severity: str) -> None:
    incident = an_incident(dice(7), failing=failing).with_error("MemoryError")

    assert investigate(incident).report["severity"] == severity


def test_a_change_is_on_the_timeline_but_not_called_the_cause() -> None:
    incident, *_ = incidents.denied(dice(8))
    at = "2031-05-06T07:00:00+00:00"
    change = line("change", of=incident.role, at=at, event="DeleteRolePolicy", by="someone")

    done = investigate(incident.with_lines("changes", change))

    assert done.report["timeline"][0]["at"] == at
    assert "DeleteRolePolicy" not in done.report["root_cause"]["statement"]
    assert any("Whether the last change caused" in question for question in done.report["open_questions"])


@pytest.mark.parametrize("category", BUILDERS)
def test_every_report_says_that_no_language_model_wrote_it(category: Category) -> None:
    report = investigate(BUILDERS[category](dice(9))).report

    assert "What the fixed rules of the local AWS's scripted stand-in model do not look for." in report["gaps"]
    assert "no language model" in report["summary"].partition(".")[0]


def test_names_from_a_log_cannot_break_out_of_a_command() -> None:
    base = an_incident(dice(10))
    hostile = incidents.Incident("f; rm -rf $HOME `x` 'y'", base.role, base.region, base.account)
    function = {"name": hostile.function, "timeout_s": 3, "memory_mb": 128, "role": "r"}
    incident = hostile.with_lines("resource", line("function", **function)).with_error("MemoryError")

    (update,) = [words for words in commands(investigate(incident)) if "--memory-size" in words]

    assert update[update.index("--function-name") + 1] == hostile.function


class TestRefusedReports:
    def test_claims_that_are_named_are_left_out_once(self) -> None:
        incident, *_ = incidents.denied(dice(11))

        def refuse(report: dict[str, Any]) -> str:
            refused_before = any("were left out" in gap for gap in report["gaps"])
            return "" if refused_before else "findings[0].citations[0]: quote not in E1\nimpact: no such evidence"

        first = investigate(incident).report
        repaired = investigate(incident, refuse).report

        assert repaired["findings"] == first["findings"][1:]
        assert "citations" not in repaired["impact"]
        assert repaired["root_cause"] == first["root_cause"]
        parse_report(repaired)

    def test_a_refused_root_cause_becomes_inconclusive(self) -> None:
        incident = incidents.killed(dice(12))

        def refuse(report: dict[str, Any]) -> str:
            return "root_cause.citations[0]: unknown id" if report["root_cause"]["citations"] else ""

        assert investigate(incident, refuse).report["root_cause"]["confidence"] == "INCONCLUSIVE"

    def test_a_report_refused_twice_claims_nothing(self) -> None:
        report = investigate(incidents.killed(dice(13)), lambda sent: "no" if sent["findings"] else "").report

        assert not list(citations(report))
        parse_report(report)

    def test_after_three_refusals_it_says_that_it_cannot(self) -> None:
        with pytest.raises(AssertionError, match="never reported"):
            investigate(incidents.killed(dice(14)), lambda _: "no")


class TestOtherConversations:
    def ask(self, text: str, tools: tuple[str, ...] = incidents.TOOLS) -> dict[str, Any]:
        request = a_request([{"role": "user", "content": [{"text": text}]}], tools)
        return ScriptedModel().converse("any.model", request)

    def test_without_a_signal_it_says_what_it_is(self) -> None:
        reply = self.ask("Hello")

        assert reply["stopReason"] == "end_turn"
        assert "scripted stand-in" in reply["output"]["message"]["content"][0]["text"]

    @pytest.mark.parametrize("text", ["signal: {not json}", 'signal: {"name": "x"}', 'a signal: {"name": "x"}'])
    def test_a_signal_it_cannot_use_is_no_signal(self, text: str) -> None:
        assert self.ask(text)["stopReason"] == "end_turn"

    def test_with_the_tools_withdrawn_it_reports_at_once(self) -> None:
        signal = json.dumps(an_incident(dice(15)).signal())

        reply = self.ask(f"signal: {signal}", ("submit_report",))

        (block,) = reply["output"]["message"]["content"]
        assert block["toolUse"]["name"] == "submit_report"
        assert parse_report(block["toolUse"]["input"]).root_cause.confidence is Confidence.INCONCLUSIVE

    def test_tokens_grow_with_the_conversation(self) -> None:
        short, long = self.ask("Hello"), self.ask("Hello" * 400)

        assert long["usage"]["inputTokens"] - short["usage"]["inputTokens"] == pytest.approx(500, abs=5)
        assert short["usage"]["totalTokens"] == short["usage"]["inputTokens"] + short["usage"]["outputTokens"]


def test_a_result_cut_in_the_middle_of_a_line_loses_only_that_line() -> None:
    incident, *_ = incidents.denied(dice(16))
    printed = {**incident.printed, "changes": ('{"about":"change","of":"x","at', "… 3 KB left out …")}

    done = investigate(incidents.Incident(**vars(incident) | {"printed": printed}))

    assert done.report["root_cause"]["category"] == "permission_denied"


def test_a_function_modified_just_before_is_on_the_timeline_and_a_change_is_not_ruled_out() -> None:
    incident, *_ = incidents.denied(dice(17))
    base = json.loads(incident.printed["resource"][0]) | {"last_modified": "2031-05-06T06:30:00.000+0000"}
    fresh = {**incident.printed, "resource": (line(**base),)}

    unchanged = investigate(incident).report
    changed = investigate(incidents.Incident(**vars(incident) | {"printed": fresh})).report

    assert changed["timeline"][0]["at"] == base["last_modified"]
    assert [item["hypothesis"] for item in unchanged["ruled_out"]] != [
        item["hypothesis"] for item in changed["ruled_out"]
    ]


def test_a_denial_that_names_no_resource_is_not_answered_with_a_grant_on_everything() -> None:
    incident, action, _ = incidents.denied(dice(18))
    message = f"assumed-role/{incident.role}/x is not authorized to perform: {action} because no policy allows it"
    facts = {"role": incident.role, "action": action, "resource": "*", "policies_read": 1}
    check = line("grants", **facts, allow_statements=0, deny_statements=0)
    vague = an_incident(dice(18)).with_error(message).with_lines("permission", check)

    done = investigate(vague)

    assert done.report["root_cause"]["confidence"] == "CONFIRMED"
    assert not any("put-role-policy" in command for command in commands(done))


class LogError(incidents.Incident):
    """An error in a log: no alarm, no metric, no function is known."""

    def signal(self) -> dict[str, Any]:
        log = {"log_group": "/prod/billing", "template": "ERROR login failed"}
        return {**super().signal(), "name": "/prod/billing: ERROR login failed", "metrics": [], "log": log}


def test_an_error_in_a_log_is_reported_without_an_alarm_that_never_rang() -> None:
    sample = (
        'ERROR [Database] Connection refused. Caused by: FATAL: password authentication failed for user "biller"'
    )
    facts = {"group": "/prod/billing", "count": 1, "first": incidents.ONSET, "last": incidents.ONSET}
    printed = {"logs": (incidents.line("log_error", **facts, sample=sample),)}

    report = investigate(LogError("", "", "eu-west-3", "1" * 12, printed)).report

    assert report["root_cause"]["category"] == "permission_denied"
    assert report["root_cause"]["confidence"] == "LIKELY"
    assert "cannot log in as biller" in report["root_cause"]["statement"]
    assert report["headline"] == "/prod/billing is denied the login of biller"
    assert report["impact"]["affected_resources"] == ["/prod/billing"]
    told = json.dumps([report["immediate_actions"], report["timeline"], report["summary"]])
    assert "describe-alarms" not in told
    assert "Alarm" not in told


def test_an_error_in_a_log_is_looked_for_in_that_log_alone() -> None:
    incident = LogError("", "", "eu-west-3", "1" * 12)

    assert investigate(incident).asked == ["logs"]
    assert '"log_group": "/prod/billing"' in Question("logs", "").code(incident.signal())
