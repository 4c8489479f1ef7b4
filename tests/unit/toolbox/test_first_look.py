"""The runner of a first look: side by side, in order where asked, never beyond its deadline, errors as gaps."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import boto3.session
import pytest

from tests.unit.toolbox.builders import NOON
from toolbox import first_look
from toolbox.asking import bounding
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.clients import Clients, Costs, Late, costs, count_for
from toolbox.asking.window import iso
from toolbox.plan import Step

SIGNAL = {"name": "errors", "state": "ALARM", "region": "eu-west-1", "occurred_at": NOON.isoformat()}


def look(*plan: Step, **settings: Any) -> dict[str, Any]:
    return first_look.run(SIGNAL, plan, now=NOON + timedelta(minutes=10), **settings)


def said(**data: Any) -> Answer:
    return Asked(looking.current().window).answer(**data)


def test_given_steps_then_their_answers_come_in_the_order_of_the_plan() -> None:
    document = look(Step("b", "B", lambda: said(value=2)), Step("a", "A", lambda: said(value=1)))

    assert [(each["id"], each["data"]) for each in document["sections"]] == [
        ("b", {"value": 2}),
        ("a", {"value": 1}),
    ]
    assert document["version"] == 1
    assert document["signal"]["name"] == "errors"


def test_given_a_step_then_its_section_says_which_helper_answered_even_where_it_did_not() -> None:
    def fail() -> Answer:
        raise KeyError("TableName")

    document = look(Step("a", "A", said), Step("b", "B", fail))

    assert [each["helper"] for each in document["sections"]] == ["said", "fail"]


def test_given_steps_that_wait_for_each_other_then_they_run_side_by_side() -> None:
    meeting = threading.Barrier(3, timeout=20)

    def meet() -> Answer:
        meeting.wait()
        return said(met=True)

    document = look(*(Step(name, name, meet) for name in "abc"))

    assert all(each["data"] == {"met": True} for each in document["sections"])


def test_given_a_step_that_waits_for_another_then_it_gets_its_answer() -> None:
    document = look(
        Step("a", "A", lambda: said(role="writer")),
        Step("b", "B", lambda role: said(of=role), lambda done: {"role": done["a"]["role"]}, after=("a",)),
    )

    assert document["sections"][1]["data"] == {"of": "writer"}


def test_given_a_step_without_arguments_to_make_then_it_is_left_out() -> None:
    document = look(Step("a", "A", said), Step("b", "B", said, lambda done: None, after=("a",)))

    assert [each["id"] for each in document["sections"]] == ["a"]


def test_given_a_step_that_fails_then_it_is_a_gap_and_what_waits_for_it_runs() -> None:
    def fail() -> Answer:
        raise KeyError("TableName")

    document = look(
        Step("a", "A", fail), Step("b", "B", said, lambda done: {} if "a" not in done else None, ("a",))
    )

    assert document["sections"][0]["gap"] == "failed: KeyError: 'TableName'"
    assert document["sections"][1]["id"] == "b"


def test_given_a_step_that_hangs_then_it_and_what_waits_for_it_are_late_and_the_look_is_not() -> None:
    release = threading.Event()

    def hang() -> Answer:
        release.wait(20)
        return said()

    started = time.monotonic()
    document = look(Step("a", "A", hang), Step("b", "B", said, after=("a",)), Step("c", "C", said), deadline_s=0.3)
    took = time.monotonic() - started
    release.set()

    assert took < 10
    assert [each.get("gap", "")[:4] for each in document["sections"]] == ["late", "late", ""]


def test_given_a_step_that_hangs_then_what_waits_for_it_goes_on_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_look, "PATIENCE_S", 0.1)
    seen = threading.Event()

    def hang() -> Answer:
        seen.wait(20)
        return said()

    def go_on() -> Answer:
        seen.set()
        return said(went=True)

    document = look(Step("a", "A", hang), Step("b", "B", go_on, after=("a",)))

    assert document["sections"][1]["data"] == {"went": True}
    assert document["sections"][0]["data"] == {}


def test_given_a_step_that_tells_the_onset_then_later_ones_look_around_it() -> None:
    onset = NOON - timedelta(minutes=7)
    document = look(
        Step("metric", "M", lambda: said(onset=onset), sets_onset=True),
        Step("logs", "L", lambda: said(onset=looking.current().window.onset), after=("metric",)),
    )

    assert document["sections"][1]["data"] == {"onset": iso(onset)}
    assert document["window"]["onset"] == onset.isoformat()
    assert looking.current().window.onset == onset


def test_given_an_onset_far_from_the_alarm_then_it_is_another_story() -> None:
    document = look(Step("metric", "M", lambda: said(onset=NOON - timedelta(days=1)), sets_onset=True))

    assert document["window"]["onset"] == NOON.isoformat()


def test_given_two_steps_then_each_knows_its_own_costs() -> None:
    def spend(calls: int) -> Answer:
        costs().calls["logs:FilterLogEvents"] += calls
        costs().log_bytes += 100 * calls
        return said()

    document = look(Step("a", "A", spend, {"calls": 2}), Step("b", "B", spend, {"calls": 5}))

    assert [each["api_calls"] for each in document["sections"]] == [2, 5]
    assert (document["totals"]["api_calls"], document["totals"]["log_bytes"]) == (7, 700)


def test_given_the_usual_window_then_it_is_told_once() -> None:
    document = look(Step("a", "A", lambda: said(value=1)))

    assert "asked" not in document["sections"][0]
    assert document["window"]["text"].endswith("T12:10:00Z")


@pytest.mark.parametrize("most", [2_000, 6_000, 14_000])
def test_given_answers_of_any_size_then_the_whole_fits_and_small_ones_stay_whole(most: int) -> None:
    def large() -> Answer:
        return said(lines=[f"line {number} " + "x" * 200 for number in range(300)])

    document = look(
        Step("small", "S", lambda: said(value="kept")),
        Step("l1", "L", large),
        Step("l2", "L", large),
        most_bytes=most,
    )

    assert bounding.size(document) <= most
    assert document["sections"][0]["data"] == {"value": "kept"}
    assert len(document["sections"]) == 3


def test_given_two_steps_of_one_name_then_the_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="two steps 'a'"):
        look(Step("a", "A", said), Step("a", "A", said))


def test_given_a_step_that_waits_for_a_later_one_then_the_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="put these before it"):
        look(Step("a", "A", said, after=("b",)), Step("b", "B", said))


def offline() -> Clients:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return Clients(boto3.session.Session(**keys, region_name="eu-west-1"), None)  # type: ignore[arg-type]


def test_given_a_deadline_that_has_passed_then_no_call_is_sent() -> None:
    client = offline().client("logs")
    outer = costs()
    count_for(Costs(deadline=time.monotonic() - 1))
    try:
        with pytest.raises(Late, match="DescribeLogGroups was not asked"):
            client.describe_log_groups()
        assert costs().api_calls == 0
    finally:
        count_for(outer)


def test_given_a_global_service_then_it_is_asked_where_the_partition_keeps_it() -> None:
    clients = offline()

    assert clients.home_region == "us-east-1"
    assert clients.client("health").meta.region_name in {"us-east-1", "aws-global"}
    assert clients.client("logs").meta.region_name == "eu-west-1"
    assert clients.client("logs") is clients.client("logs")


def test_given_writers_that_are_not_told_in_time_then_the_look_begins_with_the_log_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = threading.Event()
    monkeypatch.setattr(first_look, "PATIENCE_S", 0.01)
    monkeypatch.setattr(first_look, "metrics_of_writers", lambda _look: late.wait(30) and [])
    log = {"log_group": "/prod/orders", "template": "ERROR no order", "sample": "ERROR no order"}
    seen: list[dict[str, str]] = []

    def helper() -> Answer:
        seen.append(looking.current().dimensions)
        return Answer()

    signal = {"region": "eu-west-1", "metrics": [], "log": log, "occurred_at": NOON.isoformat()}
    first_look.run(signal, [Step("s", "S", helper)], now=NOON)
    late.set()

    assert seen == [{"LogGroupName": "/prod/orders"}]


@pytest.mark.parametrize("most", [*range(1_930, 1_950), *range(3_160, 3_180)])
def test_given_what_an_answer_cost_then_that_does_not_decide_what_is_left_out(most: int) -> None:
    def told(calls: int) -> list[Any]:
        def costly() -> Answer:
            costs().calls["logs:FilterLogEvents"] += calls
            return said(lines=["a line of some length" * 2] * 30)

        document = look(Step("a", "A", costly), Step("b", "B", costly), most_bytes=most)
        return [section["data"] for section in document["sections"]]

    assert told(1) == told(250)
