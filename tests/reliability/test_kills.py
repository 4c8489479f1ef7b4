"""Investigators that die or stall: the work goes on, one owner at a time, and people get one e-mail."""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from local_aws.process import LocalAwsError
from tests.reliability.pipeline import LEASE_S, Kind, Pipeline
from tests.reliability.scale import number
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    RecordProperty = Callable[[str, object], None]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reliability")]

MOMENTS = number("MOMENTS", 5, 20)
TURN_S = 0.8
RUN_S = 2 * TURN_S + 1.0
"""A run takes two turns and about a second: kills are drawn from all of it, and from a little more."""

UNSHORTENED_VISIBILITY_S = 60
"""Visibility of the work queue here: work that went on earlier did so because the heartbeat had shortened it."""


@pytest.fixture(autouse=True)
def slow_queue(pipeline: Pipeline) -> Iterator[None]:
    sqs, url = pipeline.client("sqs"), pipeline.queues["work"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(UNSHORTENED_VISIBILITY_S)})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


@dataclass(frozen=True)
class Kill:
    """What happened to the first investigator of one alarm.

    Attributes:
        at: epoch seconds of its end; None when it had finished before its moment came.
        while_sending: it died between asking SNS to publish and noting that SNS did. Nobody can know then whether
            the report is out, and it is sent again: two are better than none.
    """

    at: float | None
    while_sending: bool = False


def owners(pipeline: Pipeline, about: str) -> list[tuple[int, float]]:
    """The fencing log: attempt and epoch seconds of every start of an alarm's investigation, in order of time.

    An owner that was killed at once may not have come to log its attempt.
    """
    found = [
        (int(line["attempt"]), datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp())
        for line in pipeline.log_lines("investigator")
        if line.get("message") == "investigation started" and str(line.get("fingerprint")).endswith(f":{about}")
    ]
    return sorted(found, key=lambda start: start[1])


def kill_at(pipeline: Pipeline, alarm_name: str, moment_s: float) -> Kill:
    """Fire an alarm twice, deliver its message twice, and kill its first investigator at a moment of its run."""
    fired_at = datetime.now(UTC)
    pipeline.fire(alarm_name, fired_at)
    pipeline.fire(alarm_name, fired_at)
    first = eventually(lambda: pipeline.investigations(alarm_name), f"{alarm_name} is investigated")[0]
    body = first["event"]["Records"][0]["body"]
    pipeline.client("sqs").send_message(QueueUrl=pipeline.queues["work"], MessageBody=body)
    time.sleep(moment_s)  # the moment itself
    try:
        pipeline.running.signal(first["request_id"], "KILL")
    except LocalAwsError:
        return Kill(None)
    return Kill(time.time(), "sending" in pipeline.claim(alarm_name))


def test_killed_at_any_moment_the_work_goes_on_and_one_mail_leaves(
    pipeline: Pipeline, record_property: RecordProperty
) -> None:
    seed = int(os.environ.get("RELIABILITY_SEED", random.SystemRandom().randrange(10**6)))
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    record_property("measured", f"kills: RELIABILITY_SEED={seed}")
    pipeline.model.take(TURN_S, "kill-")
    moments = {f"kill-{one:02d}": dice.uniform(0.0, RUN_S) for one in range(MOMENTS)}

    with ThreadPoolExecutor(max_workers=5) as pool:
        kills = dict(
            zip(moments, pool.map(lambda name: kill_at(pipeline, name, moments[name]), moments), strict=True)
        )
    pipeline.await_quiet(180.0)

    went_on: dict[str, float] = {}
    for name, kill in kills.items():
        mails = pipeline.mails(name)
        assert {mail.kind for mail in mails} == {Kind.REPORT}, (name, mails)
        assert len(mails) == 1 or (kill.while_sending and len(mails) == 2), name
        starts = owners(pipeline, name)
        attempts = [attempt for attempt, _ in starts]
        assert attempts == sorted(set(attempts)), (
            f"{name}: two owners of one attempt, or an old one after a new one"
        )
        if kill.at is not None:
            went_on.update((name, start - kill.at) for _, start in starts if start > kill.at)
    killed = [name for name, kill in kills.items() if kill.at is not None]
    record_property(
        "measured",
        f"kills: {len(killed)} of {MOMENTS} while at work; it went on after {_summary(list(went_on.values()))}",
    )
    assert len(went_on) >= MOMENTS // 4, "too few kills met a run that had to be taken over"
    assert max(went_on.values()) < UNSHORTENED_VISIBILITY_S / 2


def _summary(seconds: list[float]) -> str:
    found = sorted(seconds)
    middle, last = found[len(found) // 2], found[-1]
    return f"{middle:.1f} s (median), {last:.1f} s at most, where a lease is {LEASE_S:.0f} s"


def test_a_paused_owner_that_wakes_after_take_over_delivers_nothing(pipeline: Pipeline) -> None:
    alarm_name = "paused-owner"
    pipeline.model.take(2.0, alarm_name)
    pipeline.fire(alarm_name)
    paused = eventually(lambda: pipeline.investigations(alarm_name), "it is investigated")[0]["request_id"]
    eventually(lambda: owners(pipeline, alarm_name), "the first attempt owns the claim")

    pipeline.running.signal(paused, "STOP")
    eventually(lambda: pipeline.mails(alarm_name), "another attempt has delivered")
    pipeline.running.signal(paused, "CONT")
    pipeline.await_quiet(60.0)

    lines: dict[str, list[str]] = defaultdict(list)
    for line in pipeline.log_lines("investigator"):
        lines[str(line.get("aws_request_id"))].append(str(line.get("message")))
    assert [attempt for attempt, _ in owners(pipeline, alarm_name)] == [1, 2]
    assert "claim lost" in lines[paused]
    assert "report delivered" not in lines[paused]
    assert [mail.kind for mail in pipeline.mails(alarm_name)] == [Kind.REPORT]


def test_killed_after_a_turn_it_goes_on_from_its_checkpoints(pipeline: Pipeline) -> None:
    alarm_name = "kept-answers"
    pipeline.model.take(12.0, alarm_name)
    pipeline.fire(alarm_name)
    killed = eventually(lambda: pipeline.investigations(alarm_name), "it is investigated")[0]["request_id"]
    investigation_id = pipeline.claim(alarm_name)["investigation_id"]["S"]
    eventually(lambda: len(pipeline.checkpoints(investigation_id)) >= 2, "the first turn is kept")

    pipeline.running.signal(killed, "KILL")
    eventually(lambda: pipeline.mails(alarm_name), "another attempt has delivered")
    pipeline.await_quiet(60.0)

    (resumed,) = [
        line
        for line in pipeline.log_lines("investigator")
        if line.get("message") == "investigation resumed" and line.get("investigation_id") == investigation_id
    ]
    assert resumed["checkpoints"] == 2
    assert [mail.kind for mail in pipeline.mails(alarm_name)] == [Kind.REPORT]
    keys = pipeline.checkpoints(investigation_id)
    assert {key.rsplit("/", 2)[1] for key in keys} == {"001", "002"}
