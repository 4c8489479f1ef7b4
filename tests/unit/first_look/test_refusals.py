"""An API that refuses more requests than before, since who is let in was changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import breach, change, changes, ranked, section
from triage.domain.report import Category

UPDATE = change("apigateway:UpdateAuthorizer", "apiId=a1b2, name=login, jwtConfiguration.audience=web", -2)
REFUSES = "status=401: 31% (310), before 1%"
WHY = "authorizerError=invalid audience in token: 31% (310), before 0%"


def shares(*since: str, failing: tuple[str, ...] = ()) -> dict[str, Any]:
    return section(
        "shares", {"group": "/apigw/shop", "since_onset": list(since), "failing": list(failing)}, "log_shares"
    )


def test_refused_requests_are_told_with_the_reason_the_clients_and_who_changed_the_authorizer() -> None:
    seen = shares(REFUSES, WHY, failing=("userAgent=Shop/3.1: 64% (198), others 1%",))

    best = ranked(breach(), seen, changes(UPDATE))[0].candidate

    assert (best.signature, best.category) == ("requests-refused", Category.PERMISSION_DENIED)
    assert "refuses 31% of its requests with 401 (before 1%)" in best.statement
    assert "invalid audience in token" in best.statement
    assert "64% are Shop/3.1" in best.statement
    assert "UpdateAuthorizer of a1b2 by ci/run-7" in best.statement


@pytest.mark.parametrize(
    ("seen", "call"),
    [
        (shares("status=401: 4% (40), before 1%"), UPDATE),
        (shares("status=404: 31% (310), before 1%"), UPDATE),
        (shares(REFUSES, WHY), change("lambda:UpdateFunctionCode", "functionName=shop", -2)),
        (shares(REFUSES, WHY), change("apigateway:UpdateAuthorizer", "apiId=a1b2, name=login", -600)),
    ],
    ids=["hardly more", "another status", "something else was changed", "changed long before"],
)
def test_without_more_refusals_or_such_a_change_it_is_none(seen: dict[str, Any], call: dict[str, Any]) -> None:
    found = [each.candidate.signature for each in ranked(breach(), seen, changes(call))]

    assert "requests-refused" not in found
