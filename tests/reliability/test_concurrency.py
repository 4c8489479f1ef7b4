"""Fifty deliveries of one alarm at the same moment: one investigation, one e-mail, round after round."""

from __future__ import annotations

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.reliability.pipeline import Kind, Pipeline
from tests.reliability.scale import number, takes_minutes
from triage.aws import clients
from triage.wiring.triage import triage_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Triage = Callable[[Any, Any], dict[str, str]]

pytestmark = [takes_minutes, pytest.mark.slow, pytest.mark.xdist_group("reliability")]

AT_ONCE = 50
ROUNDS = number("ROUNDS", 5, 100)


@dataclass(frozen=True)
class Context:
    """What the triage function uses of Lambda's context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@pytest.fixture
def triage(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[Triage]:
    """The triage function with its own configuration, in this process: threads meet closer than processes do."""
    name = pipeline.functions["triage"]
    configuration = pipeline.client("lambda").get_function_configuration(FunctionName=name)
    variables = {
        **configuration["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": pipeline.running.endpoint,
        "AWS_DEFAULT_REGION": pipeline.running.region,
        "AWS_REGION": pipeline.running.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    clients._made.cache_clear()
    yield triage_function(os.environ)
    clients._made.cache_clear()


def delivered_at_once(triage: Triage, event: Any, request_ids: list[str]) -> Counter[str]:
    """Hand one event over from as many threads as there are request ids; what was decided."""
    start = threading.Barrier(len(request_ids))

    def deliver(request_id: str) -> str:
        start.wait()
        return triage(event, Context(request_id))["decision"]

    with ThreadPoolExecutor(len(request_ids)) as pool:
        return Counter(pool.map(deliver, request_ids))


@pytest.mark.parametrize("ids", [1, AT_ONCE], ids=["one-request-id", "a-request-id-each"])
def test_fifty_deliveries_at_once_are_one_investigation_and_one_mail(
    pipeline: Pipeline, triage: Triage, ids: int
) -> None:
    request_ids = [f"request-{one % ids}" for one in range(AT_ONCE)]
    names = [f"at-once-{ids}-{one:03d}" for one in range(ROUNDS)]

    decisions = {
        name: delivered_at_once(triage, pipeline.alarm_event(name, datetime.now(UTC)), request_ids)
        for name in names
    }
    pipeline.await_quiet(60.0 + 3.0 * ROUNDS)

    assert {name: found["investigate"] for name, found in decisions.items()} == dict.fromkeys(names, 1)
    assert all(set(found) <= {"investigate", "duplicate", "send_again"} for found in decisions.values()), decisions
    mails = {name: [mail.kind for mail in pipeline.mails(name)] for name in names}
    assert mails == {name: [Kind.REPORT] for name in names}
