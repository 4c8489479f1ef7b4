"""What an incident means: the share that fails, what is to come, and what has not come."""

from __future__ import annotations

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    alarm,
    at,
    breach,
    configuration,
    error,
    logs,
    related,
    reported,
    section,
)


def told(*sections: dict[str, object]) -> str:
    """The impact that is reported."""
    return reported(*sections).impact.statement


def filling(latest: float = 91.0, **members: object) -> dict[str, object]:
    """A volume that fills for two hours."""
    return breach(
        "71% → 91% disk_used_percent rising from 02:13 UTC, still high",
        name="disk_used_percent",
        before=71,
        after=91,
        latest={"at": at(120), "value": latest},
        threshold=90,
        **members,
    )


def test_a_volume_that_fills_says_how_fast_and_when_it_is_full() -> None:
    assert "It grows by 10.0 points an hour, from 71 % to 91 %: full in about 54 minutes, at 05:07 UTC" in told(
        filling()
    )


@pytest.mark.parametrize(
    "metric", [filling(latest=70.0), filling(still=False), filling(latest=100.0)], ids=["falls", "over", "full"]
)
def test_what_does_not_fill_is_not_extrapolated(metric: dict[str, object]) -> None:
    assert "full in about" not in told(metric)


def test_a_busy_processor_is_not_said_to_run_full() -> None:
    busy = breach("41% → 91% CPUUtilization rising from 02:13 UTC, still high", name="CPUUtilization", before=41)

    assert "full in about" not in told(busy)


def test_where_all_that_a_resource_does_fails_it_is_said_though_the_alarm_watches_something_else() -> None:
    dropped = breach("0 → 20 AsyncEventsDropped/min at 02:13 UTC, still high", name="AsyncEventsDropped", after=20)
    beside = related(
        "Errors (Sum): 0 → 60 Errors/min at 02:13 UTC, still high",
        "Invocations (Sum): 10 → 60 Invocations/min at 02:13 UTC, still high",
    )
    in_part = related(
        "Errors (Sum): 0 → 6 Errors/min at 02:13 UTC, still high",
        "Invocations (Sum): 10 → 60 Invocations/min at 02:13 UTC, still high",
    )

    assert f"All Invocations of {FUNCTION} fail: 60 Errors of 60" in told(dropped, beside)
    assert "fail: 6" not in told(dropped, in_part)


@pytest.mark.parametrize(
    ("name", "after", "share"),
    [
        ("error_rate", 30.9, "30.9%"),
        ("FailureShare", 0.31, "31.0%"),
        ("CacheHitRate", 30.9, ""),
        ("Errors", 30, ""),
    ],
)
def test_a_metric_that_is_a_share_by_its_name_is_told_as_one(name: str, after: float, share: str) -> None:
    statement = told(breach(f"2 → {after} {name} at 02:13 UTC, still high", name=name, after=after))

    assert (f"is {share} of all" in statement) is bool(share)


def test_messages_that_wait_longer_and_longer_are_told() -> None:
    queue = {
        "what": "sqs mails",
        "link": "its event source",
        "metrics": ["Maximum 0 s → 3,210 s ApproximateAgeOfOldestMessage rising from 02:13 UTC, still high"],
    }
    waiting = section("neighbourhood", {"changed": [queue]})

    assert "Messages wait in mails, the oldest for 54 minutes" in told(breach(), waiting)


LOADED = breach("40% → 91% CPUUtilization at 02:13 UTC, still high", name="CPUUtilization", before=40, after=91)
WELL = related(
    "Errors (Sum): steady at 0 Errors",
    "Duration (p99): no clear change: 0.1 s to 0.12 s, median 0.11 s",
)


def test_load_under_which_nothing_fails_is_told_as_that() -> None:
    assert "Nothing fails so far: Errors 0; Duration as before" in told(LOADED, WELL)


@pytest.mark.parametrize(
    "beside",
    [
        [related("Errors (Sum): 0 → 5 Errors/min at 02:13 UTC, still high")],
        [
            related(
                "Errors (Sum): steady at 0 Errors", "Duration (p99): 0.1 s → 9 s Duration at 02:13 UTC, still high"
            )
        ],
        [WELL, logs(error("connection refused"))],
        [],
    ],
    ids=["errors", "slow", "log", "nothing known"],
)
def test_it_is_not_said_where_something_fails_or_nothing_is_known(beside: list[dict[str, object]]) -> None:
    assert "Nothing fails so far" not in told(LOADED, *beside)


def test_how_many_there_were_since_the_onset_is_told_where_there_were_hardly_any_before() -> None:
    assert "In all 1,128 Errors since 02:13 UTC." in told(breach(in_all=1_128))
    assert "In all" not in told(breach(in_all=60))
    assert "In all" not in told(breach())


def test_how_long_it_lasted_is_told_once_it_is_over() -> None:
    back = breach("0 → 48 Errors/min at 02:13 UTC, back: 0", still=False)
    recovered = alarm(StateValue="OK", transitions=[{"at": at(14), "to": "ALARM → OK"}])

    assert "It lasted 14 min, from 02:13 UTC until the alarm was OK at 02:27 UTC." in told(recovered, back)
    assert "lasted" not in told(recovered, breach())
    assert "lasted" not in told(alarm(), back)


def test_a_function_that_nobody_calls_any_more_is_said_to_be_so() -> None:
    name = "Invocations"
    gone = related(f"{name} (Sum): 94 → 0 {name}/min at 02:13 UTC, still low")
    fewer = related(f"{name} (Sum): 94 → 20 {name}/min at 02:13 UTC, still low")
    five = breach("0 → 97 5XXError/min at 02:13 UTC, still high", name="5XXError")

    def findings(*sections: dict[str, object]) -> str:
        return " ".join(each.statement for each in reported(five, *sections).findings)

    assert f"{FUNCTION} is not invoked any more: Invocations (Sum): 94 → 0" in findings(gone)
    assert "not invoked any more" not in findings(fewer)


def test_tasks_that_stopped_alike_are_counted_since_the_first_of_them() -> None:
    task = {
        "stopped": at(3),
        "first": at(-1),
        "count": 6,
        "code": "SpotInterruption",
        "reason": "Your Spot Task was interrupted.",
        "containers": [{"name": "app", "exitCode": 143}],
    }
    lost = breach("7 → 3 RunningTaskCount at 02:13 UTC, still low", name="RunningTaskCount", before=7, after=3)

    found = reported(lost, configuration("shop/pages", "ecs", stopped_tasks=[task])).findings

    assert any("6 times since 02:12 UTC" in each.statement for each in found)


def test_when_a_slow_rise_crossed_the_threshold_is_told_beside_its_beginning() -> None:
    slow = breach(
        "47% → 93% CPUUtilization rising from 02:13 UTC, still high", name="CPUUtilization", threshold=85
    )
    crossing = {**slow, "data": {**slow["data"], "beyond_since": at(14)}}

    assert any("threshold 85, above it since 02:27 UTC" in each.statement for each in reported(crossing).findings)
    assert not any("above it since" in each.statement for each in reported(slow).findings)
