"""The backtest: the product's own rules over a history, with nothing but time and spend assumed."""

from __future__ import annotations

from typing import Any

import pytest

from cli.arguments import parser
from cli.aws.alarms import Alarm, Transition
from cli.backtest import backtested
from cli.backtest_page import page
from tests.unit.cli.histories import a_change, an_account, an_alarm, episodes


def backtest(transitions: list[Transition], *options: str, alarms: list[Alarm] | None = None) -> dict[str, Any]:
    names = sorted({one.alarm_name for one in transitions})
    known = [an_alarm(name) for name in names] if alarms is None else alarms
    ordered = sorted(transitions, key=lambda one: one.at)
    return backtested(parser().parse_args(["backtest", *options]), an_account(), known, ordered)


def counts(result: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(result["total"][name] for name in names)


def test_an_alarm_that_rings_once_is_one_investigation_at_the_assumed_price() -> None:
    result = backtest(episodes("orders-errors", 0), "--input-tokens", "100000", "--output-tokens", "10000")

    assert counts(result, "rings", "investigations", "suppressed", "notices", "messages") == (1, 1, 0, 0, 1)
    assert result["total"]["usd"] == pytest.approx(0.1 * 3 + 0.01 * 15)


def test_an_alarm_that_rings_again_inside_the_window_is_suppressed_and_told() -> None:
    result = backtest(episodes("orders-errors", 0, 20, 40, 90))

    assert counts(result, "rings", "investigations", "suppressed", "notices") == (4, 2, 2, 2)


def test_a_longer_window_means_fewer_investigations() -> None:
    history = episodes("orders-errors", *range(0, 24 * 60, 60))

    found = [backtest(history, "--window-hours", hours)["total"]["investigations"] for hours in ("0.5", "4", "24")]

    assert found == [24, 6, 1]


def test_refires_are_not_told_where_nobody_wants_to_know() -> None:
    result = backtest(episodes("orders-errors", 0, 20), "--no-refire-notices")

    assert counts(result, "suppressed", "notices", "messages") == (1, 0, 1)


def test_an_alarm_that_was_ok_in_between_is_investigated_again_where_that_is_asked_for() -> None:
    history = episodes("orders-errors", 0, 20)

    assert backtest(history)["total"]["investigations"] == 1
    assert backtest(history, "--rearm-on-ok")["total"]["investigations"] == 2


def test_alarms_of_one_resource_share_an_investigation() -> None:
    history = [*episodes("orders-errors", 0), *episodes("orders-throttles", 1)]

    assert counts(backtest(history), "rings", "investigations", "linked") == (2, 1, 1)
    assert counts(backtest(history, "--group-minutes", "0"), "rings", "investigations", "linked") == (2, 2, 0)


def test_a_ring_while_the_investigation_runs_for_long_is_no_second_investigation() -> None:
    history = [a_change("orders-errors", 0, "ALARM"), *episodes("orders-errors", 8)]

    result = backtest(history, "--minutes", "14")

    assert counts(result, "investigations", "suppressed") == (1, 1)


def test_a_storm_goes_into_digests_beyond_the_limit_of_the_hour() -> None:
    history = [change for number in range(30) for change in episodes(f"service{number}-errors", number * 0.1)]

    result = backtest(history, "--per-hour", "4")

    assert counts(result, "rings", "investigations", "digested", "digests") == (30, 4, 26, 1)


def test_a_day_costs_no_more_than_its_budget() -> None:
    history = [change for number in range(40) for change in episodes(f"service{number}-errors", number * 20)]

    result = backtest(history, "--daily-usd", "2", "--input-tokens", "100000", "--output-tokens", "10000")

    assert max(day["usd"] for day in result["days"].values()) <= 2.0
    assert counts(result, "rings")[0] == counts(result, "investigations")[0] + counts(result, "digested")[0]


def test_only_so_many_run_at_a_time_and_the_others_wait() -> None:
    history = [change for number in range(6) for change in episodes(f"service{number}-errors", 0)]

    result = backtest(history, "--concurrency", "2", "--minutes", "3")

    assert counts(result, "investigations") == (6,)


def test_a_model_without_a_known_price_costs_nobody_knows_what() -> None:
    result = backtest(episodes("orders-errors", 0), "--model", "somebody.else-v1")

    assert result["assumed"]["usd_per_investigation"] is None
    assert "price not known" in page(result)


def test_an_alarm_that_was_deleted_since_is_counted_by_its_history() -> None:
    result = backtest(episodes("gone-errors", 0), alarms=[])

    assert counts(result, "rings", "investigations") == (1, 1)


def test_every_ring_is_accounted_for() -> None:
    history = [
        change
        for number in range(12)
        for change in episodes(f"service{number % 5}-errors", *(number * 7 + 31 * again for again in range(20)))
    ]

    result = backtest(history, "--per-hour", "3", "--daily-usd", "5")

    rings, *became = counts(result, "rings", "suppressed", "linked", "digested", "duplicates", "investigations")
    started = sum(became)
    assert rings <= started, "a linked alarm may be investigated by itself after all, and nothing is lost"
    assert sum(day["rings"] for day in result["days"].values()) == rings


def test_an_account_without_history_says_so() -> None:
    result = backtest([], alarms=[an_alarm()])

    assert "holds no change of state" in page(result)


def test_the_page_says_how_far_back_the_history_reached() -> None:
    shown = page(backtest(episodes("orders-errors", 0)))

    assert "The oldest change of state in the history is of 2026-11-02 10:00 UTC" in shown
