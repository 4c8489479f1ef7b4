"""Routes, Slack and the retry of one channel as the functions are wired, over moto and a webhook played here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import time_machine

from tests import block_kit
from tests.contract.aws.conftest import Webhook
from tests.contract.aws.test_storm_as_wired import ONE_AN_HOUR, Account, Context, fresh_clients
from triage.delivery.console_links import CONSOLE_HOSTS

__all__ = ["fresh_clients"]  # a fixture

DIGESTS_TO_SLACK = json.dumps([{"channels": ["slack"], "sources": ["digest"]}])


@pytest.fixture
def slack(fresh_clients: Any, webhook: Webhook) -> Iterator[dict[str, str]]:
    """The environment of a Slack channel whose secret leads to the receiver."""
    manager = boto3.client("secretsmanager")
    arn = manager.create_secret(Name="slack", SecretString=webhook.address)["ARN"]
    return {
        "SLACK_CHANNEL": json.dumps({"secret_arn": arn}),
        "DELIVERY_ROUTES": DIGESTS_TO_SLACK,
        "STORM_GUARD": ONE_AN_HOUR,
    }


def work_off_everything_but_alarms(account: Account) -> None:
    """Hand digests and deliveries that are due to the investigator."""
    for message in account.messages(account.queue_url):
        if json.loads(message["Body"])["fingerprint"].startswith(("digest#", "delivery#")):
            record = {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
            }
            account.investigator({"Records": [record]}, Context())


def test_a_digest_reaches_slack_once_though_slack_was_down_at_first(
    fresh_clients: Any, slack: dict[str, str], webhook: Webhook
) -> None:
    with time_machine.travel("2026-11-21T03:02:05Z", tick=False) as clock:
        account = Account(fresh_clients, **slack)
        account.fires("first")
        account.fires("second")
        webhook.will_answer(503)

        clock.shift(16 * 60)
        work_off_everything_but_alarms(account)
        assert account.mails == []
        assert len(webhook.received) == 1, "it was refused"
        for _ in range(3):
            clock.shift(60)
            work_off_everything_but_alarms(account)

    assert len(webhook.received) == 2
    path, card = webhook.received[-1]
    assert path == "/services/T0/B0/secret"
    assert block_kit.problems(card, tuple(CONSOLE_HOSTS.values())) == []
    assert "second" in block_kit.texts(card)
    assert account.mails == []
