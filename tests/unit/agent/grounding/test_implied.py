"""What evidence implies without stating it: counts of what it lists, spans between its times."""

from __future__ import annotations

import pytest

from tests.builders import an_evidence
from tests.unit.agent.grounding.checked import problems
from tests.unit.agent.grounding.test_claims import LOG, a_bare_report
from triage.agent.grounding import ground
from triage.domain.report import Citation, Derivation, Finding

DISK = "disk_used_percent: 01:00 71.2, 02:00 79.9, 03:00 88.4, 04:00 97.1"
QUIET = "14 x [ERROR] read ETIMEDOUT first 10:01:08Z last 10:02:41Z\nno further error lines until 10:20"
ROLLOUT = "2026-11-21T10:01:19Z rollout of refund-writer began\n2026-11-21T10:02:04Z members of the group: 6 -> 2"


@pytest.mark.parametrize(
    ("output", "statement", "derivation"),
    [
        (DISK, "It grows by 8.6 points an hour.", Derivation("8.6", "(97.1 - 71.2) / 3")),
        (DISK, "The mean is 84.2 %.", Derivation("84.2 %", "(71.2 + 79.9 + 88.4 + 97.1) / 4")),
        (DISK, "It is full in 20 minutes.", Derivation("20 minutes", "(100 - 97.1) / 8.7 * 60")),
    ],
)
def test_an_expression_may_divide_by_what_the_lines_list(
    output: str, statement: str, derivation: Derivation
) -> None:
    assert problems(output, statement, output, derivations=(derivation,)) == ()


@pytest.mark.parametrize(
    "derivation",
    [Derivation("2.35", "(97.1 - 71.2) / 11"), Derivation("2.35", "71.2 + 3"), Derivation("2.35", "3")],
)
def test_it_may_not_use_any_other_number(derivation: Derivation) -> None:
    assert problems(DISK, "It grows by 2.35 points an hour.", DISK, derivations=(derivation,))


@pytest.mark.parametrize(
    ("statement", "quotes"),
    [
        ("0 errors were logged after 10:02:41 UTC.", ("no further error lines",)),
        ("No errors came after 10:02:41 UTC.", ("no further error lines",)),
        ("The last error came at 10:02:41 UTC.", ("last 10:02:41Z",)),
    ],
)
def test_nothing_after_the_last_time_holds(statement: str, quotes: tuple[str, ...]) -> None:
    assert problems(QUIET, statement, *quotes) == ()


@pytest.mark.parametrize("statement", ["0 errors were logged after 10:09 UTC.", "An error came at 10:01:08 UTC."])
def test_another_time_of_nothing_does_not(statement: str) -> None:
    assert problems(QUIET, statement, "no further error lines")


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("The group fell to 2 members about 45 seconds after the rollout.", True),
        ("The group fell to 2 members about 40 seconds after the rollout.", True),
        ("The group fell to 2 members about a minute after the rollout, at 10:02.", True),
        ("The group fell to 2 members about 3 minutes after the rollout.", False),
        ("The group fell to 2 members about 90 seconds after the rollout.", False),
    ],
)
def test_a_rough_span_between_two_quoted_lines_needs_no_expression(statement: str, holds: bool) -> None:
    assert (problems(ROLLOUT, statement, "rollout of refund-writer", "members of the group") == ()) is holds


def test_what_is_three_days_ago_is_counted_from_the_alarm() -> None:
    alarm = an_evidence(id="E1", output='signal: {"occurred_at":"2026-11-21T10:05:00Z"}', code="")
    record = an_evidence(id="E3", output="2026-11-18T09:00:00Z CreateFunction refund-writer by ana", code="look()")

    claim = Finding(
        "ana created refund-writer three days ago, on 18 November at 09:00 UTC.",
        citations=(Citation("E3", "CreateFunction"),),
    )

    assert ground(a_bare_report(findings=(claim,)), [LOG, alarm, record]).problems == ()
    assert ground(a_bare_report(findings=(claim,)), [LOG, record]).problems != ()
