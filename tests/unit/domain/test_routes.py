"""Routes: the first that takes a message decides, and the topic gets the rest."""

from __future__ import annotations

from triage.domain.report import Severity
from triage.domain.routes import ChannelName, Occasion, Route, Routes
from triage.domain.signal import SignalSource

SNS, SLACK, EMAIL = ChannelName.SNS, ChannelName.SLACK, ChannelName.EMAIL
ALARM = SignalSource.CLOUDWATCH_ALARM
URGENT = Route((SNS, SLACK), severities=frozenset({Severity.CRITICAL, Severity.HIGH}))
PAYMENTS = Route((EMAIL,), tags={"Team": "payments", "Stage": "prod"})
DIGESTS = Route((SLACK,), sources=frozenset({SignalSource.DIGEST}))


def test_without_routes_everything_goes_to_the_topic() -> None:
    assert Routes().channels(Occasion(ALARM, Severity.CRITICAL)) == (SNS,)
    assert Routes().channels(Occasion()) == (SNS,)


def test_the_first_route_that_takes_a_message_decides() -> None:
    routes = Routes((URGENT, PAYMENTS))
    tags = {"Team": "payments", "Stage": "prod"}

    assert routes.channels(Occasion(ALARM, Severity.HIGH, tags)) == (SNS, SLACK)
    assert routes.channels(Occasion(ALARM, Severity.LOW, tags)) == (EMAIL,)
    assert Routes((PAYMENTS, URGENT)).channels(Occasion(ALARM, Severity.HIGH, tags)) == (EMAIL,)


def test_a_route_takes_a_message_only_when_every_condition_holds() -> None:
    assert not PAYMENTS.takes(Occasion(ALARM, tags={"Team": "payments"}))
    assert not PAYMENTS.takes(Occasion(ALARM, tags={"Team": "payments", "Stage": "test"}))
    assert PAYMENTS.takes(Occasion(ALARM, tags={"Team": "payments", "Stage": "prod", "Owner": "x"}))


def test_what_has_no_severity_is_not_taken_by_a_route_with_severities() -> None:
    assert Routes((URGENT,)).channels(Occasion(ALARM)) == (SNS,)


def test_a_source_has_its_route() -> None:
    routes = Routes((DIGESTS,))

    assert routes.channels(Occasion(SignalSource.DIGEST)) == (SLACK,)
    assert routes.channels(Occasion(ALARM, Severity.CRITICAL)) == (SNS,)


def test_only_the_tags_that_routes_ask_for_travel() -> None:
    assert Routes((PAYMENTS,)).asked_for({"Team": "search", "Secret": "x"}) == {"Team": "search"}
    assert Routes((URGENT,)).tag_keys == frozenset()
