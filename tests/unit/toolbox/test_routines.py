"""Records, slow statements, credits and levels, read from what AWS and databases write."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.unit.toolbox.builders import NOON, line
from toolbox.asking.answer import Answer
from toolbox.capacity.credits import course_of
from toolbox.changes.records import batch_in_words
from toolbox.changes.trail import event_of
from toolbox.leads.brief import logs
from toolbox.logs.statements import digest, gather, parsed
from toolbox.logs.templates import level_of
from toolbox.metrics.readings import Series

BATCH = {
    "hostedZoneId": "Z1",
    "changeBatch": {
        "comment": "tidy up",
        "changes": [
            {"action": "CREATE", "resourceRecordSet": {"name": "new.shop.test.", "type": "A"}},
            {"action": "DELETE", "resourceRecordSet": {"name": "\\052.old.shop.test.", "type": "CNAME"}},
        ],
    },
}


def test_a_batch_of_records_says_first_what_was_deleted() -> None:
    assert batch_in_words(BATCH) == [
        ("DELETE.CNAME", "*.old.shop.test"),
        ("CREATE.A", "new.shop.test"),
        ("hostedZoneId", "Z1"),
        ("comment", "tidy up"),
    ]


@pytest.mark.parametrize(
    "parameters", [None, {}, {"changeBatch": None}, {"changeBatch": {"changes": "x"}}, {"a": 1}]
)
def test_parameters_of_other_calls_are_no_batch(parameters: object) -> None:
    assert batch_in_words(parameters) == []


def test_an_event_tells_the_records_it_changed() -> None:
    detail = {"requestParameters": BATCH, "userIdentity": {"userName": "kim"}}
    event = event_of(
        {
            "EventTime": NOON,
            "EventName": "ChangeResourceRecordSets",
            "EventSource": "route53.amazonaws.com",
            "CloudTrailEvent": json.dumps(detail),
        },
        "us-east-1",
    )

    assert event.given.startswith("DELETE.CNAME=*.old.shop.test, CREATE.A=new.shop.test")
    assert ("DELETE.CNAME", "*.old.shop.test") in event.records


MYSQL = """# Time: 2026-11-21T11:59:00.000000Z
# User@Host: seat_api[seat_api] @ [10.0.0.4]  Id: 7
# Query_time: 4.25  Lock_time: 0.000003 Rows_sent: 1  Rows_examined: 900000
use hall;
SET timestamp=1795320000;
SELECT id FROM seats WHERE UPPER(row) = 'B''7' AND hall IN (1, 2, 3);"""
POSTGRES = (
    "2026-11-21 12:01:00 UTC:10.0.0.4(5300):seat_api@hall:[77]:LOG:  duration: 1250.5 ms  execute <unnamed>: "
    "SELECT id FROM seats WHERE id = $1"
)


def test_statements_are_read_from_the_logs_of_both_kinds_of_databases() -> None:
    assert parsed(MYSQL) == [
        ("seat_api", 4.25, 900_000, 1, "SELECT id FROM seats WHERE UPPER(row) = 'B''7' AND hall IN (1, 2, 3)")
    ]
    assert parsed(POSTGRES) == [("seat_api", 1.2505, None, None, "SELECT id FROM seats WHERE id = $1")]
    assert parsed("checkpoint complete: wrote 12 buffers") == []


def test_statements_that_differ_in_literals_alone_are_one() -> None:
    assert digest("SELECT a FROM t WHERE b = 'x' AND c IN (1, 2, 3) AND d = $2") == (
        "SELECT a FROM t WHERE b = ? AND c IN (?, …) AND d = ?"
    )


def test_statements_are_counted_before_and_since_the_onset() -> None:
    found = gather([line(MYSQL, -4), line(MYSQL, 3), line(MYSQL.replace("B''7", "C"), 5)], NOON)

    (statement,) = found.values()
    assert (len(statement.before), len(statement.since), statement.rows) == (1, 2, 900_000)


def balance(*values: float) -> Series:
    return Series("CPUCreditBalance", "Minimum", 900, NOON - timedelta(minutes=15 * (len(values) - 1)), values)


def test_a_balance_that_is_spent_tells_since_when_it_fell_and_when_it_ended() -> None:
    course = course_of(balance(100, 100, 100, 60, 20, 0, 0))

    assert course == (NOON - timedelta(minutes=60), NOON - timedelta(minutes=15))


@pytest.mark.parametrize("values", [(100, 100, 90), (0, 0, 0), (100, 0, 30)])
def test_a_balance_that_is_not_spent_now_tells_nothing(values: tuple[float, ...]) -> None:
    assert course_of(balance(*values)) is None


@pytest.mark.parametrize(
    ("level", "rank"), [(10, 0), (20, 0), (30, 1), (40, 2), (50, 3), (60, 3), (3, 3), (4, 2), (6, 1), (7, 0)]
)
def test_levels_that_are_numbers_count_as_loggers_count_them(level: int, rank: int) -> None:
    assert level_of(f'{{"level": {level}, "msg": "listening", "requestTimeout": 0}}') == rank


def test_a_long_line_of_a_lead_keeps_its_beginning_and_its_end() -> None:
    sample = f'{{"tenant": "t-1", "error": "{"x" * 400} the reason"}}'
    answer = Answer(groups=[{"group": "g", "templates": [{"template": "t", "since_onset": 3, "sample": sample}]}])

    brief = logs(answer)

    assert brief is not None
    told = brief["groups"][0]["templates"][0]["sample"]
    assert told.startswith('{"tenant": "t-1"')
    assert told.endswith('the reason"}')
    assert len(told) == 300
