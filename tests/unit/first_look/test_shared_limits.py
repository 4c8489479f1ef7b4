"""A limit that several share is reached: who takes more of it since its own release."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import change, changes, error, logs, ranked, section
from triage.domain.report import Category

REFUSED = error("FATAL: remaining connection slots are reserved for non-replication superuser connections")
LOGS = logs(REFUSED, group="/aws/rds/instance/stock-db/postgresql")
RELEASE = change(
    "ecs:UpdateService", "cluster=shop, service=sender, taskDefinition=sender:12", touches="sender: DB"
)
SHARES = "user=sender: 64% (320), before 24%"


def sender(*unlike: str) -> dict[str, Any]:
    data = {"unlike_version": list(unlike), "status": "ACTIVE", "desiredCount": 5}
    lead = {"about": "ecs shop/sender", "from": "neighbourhood", "why": "sender's variable DB_HOST", "hop": 1}
    asked = {"resource": "ecs shop/sender"}
    return section("configuration:sender", data, "configuration", asked=asked, lead=lead)


def shares(text: str) -> dict[str, Any]:
    return section(
        "shares", {"group": "/aws/rds/instance/stock-db/postgresql", "since_onset": [text]}, "log_shares"
    )


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ((sender("DB_POOL_MAX: 12 before, 64 now"),), "DB_POOL_MAX from 12 to 64"),
        ((sender(), shares(SHARES)), SHARES),
    ],
    ids=["its settings", "its share of the log"],
)
def test_given_a_client_that_takes_more_since_its_release_when_a_limit_is_reached_then_the_release_is_the_cause(
    seen: tuple[dict[str, Any], ...], told: str
) -> None:
    found = ranked(LOGS, changes(RELEASE), *seen)

    best = found[0].candidate
    assert (best.signature, best.category) == ("release-takes-the-limit", Category.BAD_DEPLOY)
    assert told in best.statement
    assert "connections-used-up" in {each.candidate.signature for each in found[1:]}


@pytest.mark.parametrize(
    ("release", "seen"),
    [
        (RELEASE, (sender("LOG_LEVEL: info before, debug now"),)),
        (RELEASE, (sender("DB_POOL_MAX: 64 before, 12 now"),)),
        (RELEASE, (sender(), shares("user=sender: 26% (40), before 24%"))),
        ({**RELEASE, "at": "2026-11-20T23:00:00Z"}, (sender("DB_POOL_MAX: 12 before, 64 now"),)),
    ],
    ids=["another setting", "a smaller one", "the same share", "a release of long before"],
)
def test_given_a_release_that_does_not_take_more_when_a_limit_is_reached_then_the_limit_is_told(
    release: dict[str, Any], seen: tuple[dict[str, Any], ...]
) -> None:
    found = ranked(LOGS, changes(release), *seen)

    assert found[0].candidate.signature == "connections-used-up"
    assert "release-takes-the-limit" not in {each.candidate.signature for each in found}
