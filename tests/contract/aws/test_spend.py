"""The storm guard against DynamoDB semantics (moto): limits hold whoever asks, how often and at what time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.storm_fakes import MemorySpend
from triage.app.admission import Admission
from triage.aws.spend import DynamoSpend
from triage.domain.budget import Budget, TokenUsage, Usage
from triage.domain.storm import Refusal, Reservation, StormLimits
from triage.ports import Spend

NOW = datetime(2026, 11, 21, 3, 2, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUDGET = Budget(max_tokens=600_000, max_usd=1.0)


@pytest.fixture(params=["dynamodb", "memory"])
def spend(request: pytest.FixtureRequest) -> Spend:
    if request.param == "memory":
        return MemorySpend()
    return DynamoSpend("tracker", request.getfixturevalue("tracker"))


def an_admission(
    spend: Spend, per_hour: int = 20, usd: float = 20.0, tokens: int | None = None, budget: Budget = BUDGET
) -> Admission:
    return Admission(spend, StormLimits.of(per_hour, usd, tokens, budget), budget)


def admitted(answers: list[Reservation | Refusal]) -> list[Reservation]:
    return [answer for answer in answers if isinstance(answer, Reservation)]


def why(answer: Reservation | Refusal) -> str:
    assert isinstance(answer, Refusal)
    return answer.reason


def test_no_more_start_in_an_hour_than_the_limit_says(spend: Spend) -> None:
    admission = an_admission(spend, per_hour=3)

    answers = [admission.admit(f"inv-{number}", 1, NOW) for number in range(5)]

    assert len(admitted(answers)) == 3
    assert why(answers[3]) == "the limit of 3 investigations per hour is reached"


def test_the_next_hour_of_the_clock_counts_anew(spend: Spend) -> None:
    admission = an_admission(spend, per_hour=1)
    admission.admit("inv-1", 1, NOW)

    assert isinstance(admission.admit("inv-2", 1, NOW + timedelta(minutes=57)), Refusal)
    assert isinstance(admission.admit("inv-3", 1, NOW + timedelta(minutes=58)), Reservation)


def test_the_budget_of_a_day_bounds_what_is_set_aside(spend: Spend) -> None:
    admission = an_admission(spend, usd=2.5)

    answers = [admission.admit(f"inv-{number}", 1, NOW) for number in range(4)]

    assert len(admitted(answers)) == 2
    assert "the budget of the day (2.50 USD, 1,500,000 tokens)" in why(answers[2])


def test_who_is_refused_for_the_day_does_not_fill_the_hour(spend: Spend) -> None:
    poor = an_admission(spend, per_hour=2, usd=1.0)
    poor.admit("inv-1", 1, NOW)
    for number in range(2, 6):
        poor.admit(f"inv-{number}", 1, NOW)

    assert isinstance(an_admission(spend, per_hour=2, usd=20.0).admit("inv-6", 1, NOW), Reservation)


def test_asking_again_for_the_same_attempt_sets_nothing_more_aside(spend: Spend) -> None:
    admission = an_admission(spend, per_hour=1, usd=1.0)

    first, again = admission.admit("inv-1", 1, NOW), admission.admit("inv-1", 1, NOW)

    assert first == again
    assert isinstance(first, Reservation)


def test_a_second_attempt_reserves_anew_without_being_a_second_start(spend: Spend) -> None:
    admission = an_admission(spend, per_hour=1, usd=2.0)
    admission.admit("inv-1", 1, NOW)

    assert isinstance(admission.admit("inv-1", 2, NOW + timedelta(minutes=5)), Reservation)
    assert "budget of the day" in why(admission.admit("inv-1", 3, NOW + timedelta(minutes=9)))
    assert "per hour" in why(admission.admit("inv-2", 1, NOW + timedelta(minutes=9)))


def test_what_was_not_used_can_be_used_by_the_next(spend: Spend) -> None:
    admission = an_admission(spend, usd=1.2)
    reservation = admission.admit("inv-1", 1, NOW)
    assert isinstance(reservation, Reservation)
    assert isinstance(admission.admit("inv-2", 1, NOW), Refusal)

    admission.settle(reservation, Usage(tokens=TokenUsage(40_000, 2_000), usd=0.15))

    assert isinstance(admission.admit("inv-2", 1, NOW), Reservation)


def test_settling_twice_gives_back_once(spend: Spend) -> None:
    admission = an_admission(spend, usd=2.0)
    first = admission.admit("inv-1", 1, NOW)
    assert isinstance(first, Reservation)
    admission.admit("inv-2", 1, NOW)

    for _ in range(3):
        admission.settle(first, Usage())

    assert len(admitted([admission.admit(f"inv-{number}", 1, NOW) for number in range(3, 7)])) == 1


def test_a_run_that_went_past_its_limit_is_charged_in_full(spend: Spend) -> None:
    admission = an_admission(spend, usd=3.0)
    reservation = admission.admit("inv-1", 1, NOW)
    assert isinstance(reservation, Reservation)

    admission.settle(reservation, Usage(usd=1.1))

    assert len(admitted([admission.admit(f"inv-{number}", 1, NOW) for number in range(2, 5)])) == 1


def test_tokens_bind_for_a_model_without_a_known_price(spend: Spend) -> None:
    admission = an_admission(spend, usd=1_000.0, tokens=1_200_000, budget=Budget(max_tokens=600_000))
    used = Usage().after_turn("somebody.new-model", TokenUsage(590_000, 10_000))
    assert not used.priced

    for number in range(2):
        reservation = admission.admit(f"inv-{number}", 1, NOW)
        assert isinstance(reservation, Reservation)
        admission.settle(reservation, used)

    assert "1,200,000 tokens" in why(admission.admit("inv-3", 1, NOW))


def test_the_day_rolls_over_at_midnight_in_utc(spend: Spend) -> None:
    admission = an_admission(spend, usd=1.0)
    before = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    reservation = admission.admit("inv-1", 1, before)
    assert isinstance(reservation, Reservation)
    assert isinstance(admission.admit("inv-2", 1, before), Refusal)

    assert isinstance(admission.admit("inv-2", 1, before + timedelta(seconds=1)), Reservation)
    admission.settle(reservation, Usage(usd=0.4))  # on the account of the day it was made

    assert isinstance(admission.admit("inv-3", 1, before + timedelta(seconds=2)), Refusal)


def test_an_investigation_that_may_cost_more_than_a_day_never_starts(spend: Spend) -> None:
    assert isinstance(an_admission(spend, usd=0.5).admit("inv-1", 1, NOW), Refusal)


def test_of_fifty_at_once_only_so_many_start_as_the_hour_allows(tracker: Any) -> None:
    admission = an_admission(DynamoSpend("tracker", tracker), per_hour=7, usd=1_000.0)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: admission.admit(f"inv-{number}", 1, NOW), range(50)))

    assert len(admitted(answers)) == 7


def test_fifty_that_reserve_and_settle_at_once_never_exceed_the_day(tracker: Any) -> None:
    """After every write the item shows what is spent or set aside: it must never be above the budget."""
    watched = Watched(tracker)
    admission = an_admission(DynamoSpend("tracker", watched), per_hour=500, usd=5.0)

    costs = [0.0, 0.2, 0.9, 1.0, 0.1] * 20

    def run(number: int) -> float:
        answer = admission.admit(f"inv-{number}", 1, NOW)
        if isinstance(answer, Refusal):
            return 0.0
        usage = Usage(usd=costs[number])
        admission.settle(answer, usage)
        admission.settle(answer, usage)
        return costs[number]

    with ThreadPoolExecutor(50) as pool:
        spent = sum(pool.map(run, range(100)))

    assert watched.seen
    assert max(watched.seen) <= 5_000_000
    assert watched.seen[-1] == round(spent * 1_000_000)
    assert spent > 3.0


class Watched:
    """A client that reads the day's spend after every write to it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.seen: list[int] = []

    def update_item(self, **arguments: Any) -> Any:
        arguments["ReturnValues"] = "ALL_NEW"
        answer = self._client.update_item(**arguments)
        if "micro_usd" in answer["Attributes"]:
            self.seen.append(int(answer["Attributes"]["micro_usd"]["N"]))
        return answer


def test_counters_expire_long_after_they_matter(tracker: Any) -> None:
    an_admission(DynamoSpend("tracker", tracker)).admit("inv-1", 1, NOW)

    items = tracker.scan(TableName="tracker")["Items"]

    assert {item["pk"]["S"] for item in items} == {"storm#hour#2026-11-21T03", "storm#day#2026-11-21"}
    assert all(int(item["expires_at"]["N"]) > (NOW + timedelta(days=30)).timestamp() for item in items)
