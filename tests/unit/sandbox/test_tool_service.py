"""Every request gets an answer, and what cannot be run says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.capture import Captured
from sandbox.credentials import Credentials, CredentialsError
from sandbox.runner import Call, Outcome, SandboxUnavailable
from sandbox.service import Answer, ToolService, describe
from sandbox.settings import Settings

SETTINGS = Settings(
    investigator_role_arn="arn:aws:iam::123456789012:role/investigator",
    timeout_seconds=120,
    region="eu-west-1",
    memory_mib=2048,
    endpoint_url=None,
    log_level="INFO",
)
CREDENTIALS = Credentials("ASIA1", "secret-key-of-session", "token-of-session", datetime(2026, 11, 21, tzinfo=UTC))


@dataclass
class Sessions:
    error: Exception | None = None

    def session(self, investigation_id: str | None, region: str, needed_seconds: float) -> Credentials:
        if self.error:
            raise self.error
        return CREDENTIALS


@dataclass
class RecordingRunner:
    """Ends every call well, and keeps what it was asked."""

    error: Exception | None = None
    calls: list[Call] = field(default_factory=list)

    def run(self, call: Call) -> Outcome:
        if self.error:
            raise self.error
        self.calls.append(call)
        lines: list[dict[str, Any]] = [
            {"imports": {"json": True, "sqlite3": False}, "guard": {"limits": "on", "audit": "off: x"}},
            {"done": {"error": None, "result": 1, "omitted_bytes": 0}},
        ]
        return Outcome(Captured(b"", b"", 0), lines, None, None, 0, 0)


def answer_to(event: Any, **changes: Any) -> tuple[Answer, RecordingRunner]:
    runner = changes.pop("runner", RecordingRunner())
    remaining = changes.pop("remaining_seconds", 300.0)
    service = ToolService(
        settings=changes.pop("settings", SETTINGS),
        sessions=changes.pop("sessions", Sessions()),
        runner=runner,
        own_guard={"parent_memory": "on"},
        user_id=lambda: changes.get("user_id", 1000),
    )
    return service.answer(event, remaining), runner


def test_code_is_run_with_its_inputs_and_the_session_alone() -> None:
    answer, runner = answer_to({"code": "1", "inputs": {"a": 1}, "region": "us-east-1"})

    (call,) = runner.calls
    assert answer.reply.status == "ok"
    assert (call.code, call.inputs) == ("1", {"a": 1})
    assert call.environment == {
        "AWS_ACCESS_KEY_ID": "ASIA1",
        "AWS_SECRET_ACCESS_KEY": "secret-key-of-session",
        "AWS_SESSION_TOKEN": "token-of-session",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def test_the_guard_tells_of_both_processes() -> None:
    answer, _ = answer_to({"code": "1"})

    assert answer.reply.guard == {"parent_memory": "on", "limits": "on", "audit": "off: x"}


@pytest.mark.parametrize(
    ("asked", "remaining", "given"),
    [(None, 300.0, 115.0), (None, 20.0, 15.0), (5, 300.0, 5.0), (500, 300.0, 115.0), (30, 20.0, 15.0)],
)
def test_code_gets_what_it_asks_for_within_what_the_function_has(
    asked: float | None, remaining: float, given: float
) -> None:
    _, runner = answer_to({"code": "1", "timeout_s": asked}, remaining_seconds=remaining)

    assert runner.calls[0].seconds == pytest.approx(given)


@pytest.mark.parametrize(
    ("event", "changes", "words"),
    [
        ({}, {}, "'code'"),
        (None, {}, "null"),
        ({"code": "1"}, {"user_id": 0}, "user id 0"),
        ({"code": "1", "account_id": "999999999999"}, {}, "999999999999 cannot be reached"),
        ({"code": "1"}, {"remaining_seconds": 3.0}, "3.0 s are left"),
        ({"code": "1"}, {"sessions": Sessions(CredentialsError("no role"))}, "no role"),
        ({"code": "1"}, {"runner": RecordingRunner(SandboxUnavailable("no process"))}, "no process"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(event: Any, changes: dict[str, Any], words: str) -> None:
    answer, _ = answer_to(event, **changes)

    assert answer.reply.status == "refused"
    assert words in (answer.reply.error or "")


def test_the_own_account_may_be_named() -> None:
    assert answer_to({"code": "1", "account_id": "123456789012"})[0].reply.status == "ok"


def test_the_log_tells_imports_and_layers_but_no_code_or_output() -> None:
    answer, _ = answer_to(
        {"code": "import json, sqlite3 # CODE", "purpose": "PURPOSE", "investigation_id": "inv-1"}
    )

    facts = describe(answer)

    assert facts["investigation_id"] == "inv-1"
    assert (facts["imports_redundant"], facts["imports_loaded"]) == (["json"], ["sqlite3"])
    assert facts["guard_off"] == ["audit"]
    assert "CODE" not in str(facts)
    assert "PURPOSE" not in str(facts)
