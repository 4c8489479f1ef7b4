"""Numbers without a unit, ends of ranges, and times as commands and names write them."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems
from triage.domain.report import Derivation

DISK = "Filesystem  Size  Used Avail Use%\n/dev/nvme0n1p1  40G  37G  3.4G  92% /"
SESSIONS = "pg_stat_activity 2026-09-03 22:17:40 UTC\n28876 | bi_reader | idle in transaction | 00:41:22"
RATE = "requests a minute: 09:10 4102, 09:12 4168, 09:14 4131, 09:16 4225"
ECS = '{"task": "3d9b", "stoppedAt": "2026-10-14T09:24:51Z", "exitCode": 137}'


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        ('"VisibilityTimeout": "360"', "The visibility time-out is 6 minutes."),
        ('"VisibilityTimeout": "360"', "The visibility time-out is 360 seconds."),
        ('"retentionInDays": 30', "Logs are kept for 30 days."),
        ("WriteLatency avg ms: 1.1", "A write took 1.1 ms."),
        (DISK, "The disk of 40 GB is 92 % full."),
        (SESSIONS, "The transaction of bi_reader was 41 minutes old."),
        (RATE, "Requests stayed between 4,100 and 4,200 a minute."),
        (RATE, "Requests stayed at about 4,100 to 4,200 a minute."),
        (RATE, "A steady 4,170 or so requests came in."),
        (RATE, "Requests did not change until 09:18."),
        (ECS, "Tasks stopped between 09:24 and 09:25."),
        ("BurstCreditBalance Bytes: 1900000000000", "1.9 TB of credits were left."),
        ("-rw 2026-06-23+16:18:03.2217740310", "The oldest file is of 16:18."),
        ("audit-2026.12.01 green 241.7gb", "The index of 1 December holds 241.7 GB."),
        ("2026-11-05T04:20:00Z/2026-11-05T04:45:00Z 418 lines", "418 lines were written until 04:45."),
        ("KAFKA_MAX_POLL_RECORDS: 500 -> 5000", "max.poll.records was raised from 500 to 5000."),
        ("database raw, table erp_orders", "The table raw.erp_orders was changed."),
        ("throughput 10.0 MiB/s permitted", "10 MiB/s were permitted."),
        ("GET http://127.0.0.1:3000/cart -> 500", "The path /cart answers 500."),
        ('schedule "cron(30 2 * * ? *)" since 2025-07-22T18:09:51Z', "The job ran every day at 02:30."),
        ("10.0.1.1 ok\n10.0.1.2 ok timeouts 3\n10.0.1.3 failed", "One of the three targets failed."),
        ("subnets: billing-apps-a, billing-apps-b", "The billing-apps subnets are used."),
        ("UpdateDistribution: none", "No UpdateDistribution was recorded in the two hours before the alarm."),
    ],
)
def test_another_way_to_write_it_holds(output: str, statement: str) -> None:
    assert problems(output, statement) == ()


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        ('"VisibilityTimeout": "360"', "The visibility time-out is 360 minutes."),
        ('"IntervalSeconds": 30', "Retries start 30 minutes apart."),
        ("WriteLatency avg ms: 1.1", "A write took 1.1 seconds."),
        ("Latency p99 milliseconds/60s: 98.2", "The p99 peaked at around 100 seconds."),
        (RATE, "Requests began to fail at 09:18."),
        ("lag ms\n02:10 20\n02:16 36890\n02:20 20", "The lag peaked at about 369 seconds."),
        ("GET http://127.0.0.1:3000/cart-items -> 500", "The path /cart answers 500."),
        ('schedule "cron(30 2 * * ? *)"', "The job ran every day at 03:30."),
        ("10.0.1.1 ok\n10.0.1.2 ok timeouts 3\n10.0.1.3 failed", "One of the seven targets failed."),
        (DISK, "The disk of 80 GB is 92 % full."),
        (SESSIONS, "The transaction of bi_reader was 52 minutes old."),
        (RATE, "Requests stayed between 2,100 and 4,200 a minute."),
        (ECS, "Tasks stopped between 09:24 and 09:35."),
        ("audit-2026.12.01 green 241.7gb", "The index of 3 December holds 241.7 GB."),
        ("KAFKA_MAX_POLL_RECORDS: 500 -> 5000", "max.poll.interval was raised from 500 to 5000."),
        ("UpdateDistribution: none", "UpdateDistribution was called in the two hours before the alarm."),
    ],
)
def test_something_else_does_not(output: str, statement: str) -> None:
    assert problems(output, statement)


@pytest.mark.parametrize(("said", "holds"), [("less than two minutes", True), ("more than five minutes", False)])
def test_a_bound_on_what_is_computed_is_a_bound(said: str, holds: bool) -> None:
    output = "08:45:33 DELETE _3f9c1a\n08:47:01 CREATE partner"
    computed = (Derivation(said.rpartition("than ")[2], 'minutes("08:45:33", "08:47:01")'),)

    told = problems(output, f"It came {said} later.", "45:33 DELETE", "47:01 CREATE", derivations=computed)

    assert (told == ()) is holds


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("All failing calls come from the carrier Nordhavn.", "Nordhavn"),
        ("The disk was filled for Meridian, a customer.", "Meridian"),
    ],
)
def test_a_proper_name_that_no_evidence_has_does_not_hold(statement: str, name: str) -> None:
    assert any(name in told for told in problems(DISK, statement))


@pytest.mark.parametrize(
    "statement", ["It runs on Linux, as on Monday, for months.", "The disk of Nvme0n1p1 is full."]
)
def test_products_days_and_names_of_the_evidence_do(statement: str) -> None:
    assert problems(DISK, statement) == ()
