"""Senders against what they send to: a webhook played here, and the semantics of secrets and SES (moto)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sesv2 import sesv2_backends

from tests.contract.aws.conftest import Webhook
from tests.fakes import FakeClock
from triage.aws.mail import SesChannel
from triage.aws.secrets import KEPT_S, AwsSecrets
from triage.delivery.channels.slack import PATIENCE_S, SlackChannel, webhook_address
from triage.domain.errors import DeliveryError
from triage.domain.message import OutgoingMessage

CARD = OutgoingMessage("[HIGH] alarm", '{"text": "what broke \U0001f534"}')
MAIL = OutgoingMessage("[HIGH] alarm", "what broke", "<p>what broke</p>")


@dataclass
class Vault:
    """A secret whose text can be replaced; known until it is asked for anew."""

    text: str
    known: str = ""
    reads: int = 0

    def value(self, arn: str, *, fresh: bool = False) -> str:
        if fresh or not self.known:
            self.known, self.reads = self.text, self.reads + 1
        return self.known


def slack(webhook: Webhook, clock: FakeClock | None = None, vault: Vault | None = None) -> SlackChannel:
    """The channel whose secret leads to the webhook."""
    return SlackChannel("arn", vault or Vault(webhook.address), clock or FakeClock())


def test_a_card_is_posted_as_it_is(webhook: Webhook) -> None:
    slack(webhook).send(CARD)

    assert webhook.received == [("/services/T0/B0/secret", CARD.body)]


def test_a_rate_limit_is_waited_for_where_it_is_short(webhook: Webhook) -> None:
    clock = FakeClock()
    webhook.will_answer(429, Retry_After="3")

    slack(webhook, clock).send(CARD)

    assert clock.slept == [3.0]
    assert len(webhook.received) == 2


def test_a_rate_limit_beyond_patience_is_left_to_the_queue(webhook: Webhook) -> None:
    clock = FakeClock()
    webhook.will_answer(429, Retry_After=str(int(PATIENCE_S) + 50))

    with pytest.raises(DeliveryError) as caught:
        slack(webhook, clock).send(CARD)

    assert clock.slept == []
    assert caught.value.retry_after_s == PATIENCE_S + 50
    assert not caught.value.is_final


def test_patience_is_bounded_over_all_answers(webhook: Webhook) -> None:
    clock = FakeClock()
    for _ in range(20):
        webhook.will_answer(429, Retry_After="4")

    with pytest.raises(DeliveryError):
        slack(webhook, clock).send(CARD)

    assert sum(clock.slept) <= PATIENCE_S


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_a_fault_of_slack_is_tried_again(webhook: Webhook, status: int) -> None:
    webhook.will_answer(status)

    with pytest.raises(DeliveryError) as caught:
        slack(webhook).send(CARD)

    assert not caught.value.is_final


@pytest.mark.parametrize(
    ("status", "word"), [(400, "invalid_blocks"), (403, "invalid_token"), (404, "no_service"), (410, "archived")]
)
def test_a_refusal_is_final_says_why_and_keeps_the_secret(webhook: Webhook, status: int, word: str) -> None:
    webhook.will_answer(status, word)

    with pytest.raises(DeliveryError, match=f"status {status} {word}") as caught:
        slack(webhook).send(CARD)

    assert caught.value.is_final
    assert "secret" not in str(caught.value)


def test_a_webhook_that_was_replaced_is_found_by_reading_its_secret_again(webhook: Webhook) -> None:
    vault = Vault("https://hooks.slack.com/services/new", known="https://hooks.slack.com/services/old")
    webhook.will_answer(404, "no_service")

    slack(webhook, vault=vault).send(CARD)

    assert [path for path, _ in webhook.received] == ["/services/old", "/services/new"]


def test_a_redirect_is_not_followed(webhook: Webhook) -> None:
    webhook.will_answer(307, Location="https://hooks.slack.com/elsewhere")

    with pytest.raises(DeliveryError, match="status 307"):
        slack(webhook).send(CARD)

    assert len(webhook.received) == 1


def test_a_slack_that_does_not_answer_is_tried_again(webhook: Webhook) -> None:
    webhook.will_hang_up()

    with pytest.raises(DeliveryError, match="could not be reached") as caught:
        slack(webhook).send(CARD)

    assert not caught.value.is_final
    assert "services" not in str(caught.value)


def test_whoever_shows_no_certificate_of_slack_s_gets_nothing(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(DeliveryError, match="could not be reached: SSLCertVerificationError"):
        slack(webhook).send(CARD)

    assert webhook.received == []


def test_a_host_that_is_not_played_is_not_reached(webhook: Webhook) -> None:
    elsewhere = Vault("https://hooks.slack-gov.com/services/T0/B0/secret")

    with pytest.raises(DeliveryError, match="could not be reached"):
        slack(webhook, vault=elsewhere).send(CARD)

    assert webhook.received == []


@pytest.mark.parametrize(
    "secret",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "https://hooks.slack-gov.com/services/T0/B0/x",
        ' {"url": "https://hooks.slack.com/services/T0/B0/x"}',
        '{"webhook_url": "https://hooks.slack.com/services/T0/B0/x"}',
    ],
)
def test_the_address_of_an_incoming_webhook_is_accepted(secret: str) -> None:
    assert webhook_address(secret).endswith("/services/T0/B0/x")


@pytest.mark.parametrize(
    "secret",
    [
        "http://hooks.slack.com/services/T0/B0/x",
        "https://hooks.slack.com.evil.example/services/T0/B0/x",
        "https://hooks.slack.com@evil.example/services/T0/B0/x",
        "https://user@hooks.slack.com/services/T0/B0/x",
        "https://hooks.slack.com:8443/services/T0/B0/x",
        "https://hooks.slack.com/workflows/T0/B0/x",
        "https://[hooks.slack.com/services/x",
        "http://169.254.169.254/services/x",
        "http://127.0.0.1:80/services/x",
        "xoxb-1234",
        '{"token": "x"}',
        '{"url": 7}',
        "{not json",
        "",
    ],
)
def test_any_other_secret_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(DeliveryError, match="should hold") as caught:
        webhook_address(secret)

    assert caught.value.is_final
    assert not secret.strip() or secret.strip() not in str(caught.value)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


def secrets(clock: FakeClock) -> AwsSecrets:
    """The adapter over clients of moto."""
    return AwsSecrets(clock, lambda service, region: boto3.client(service, region_name=region))  # type: ignore[call-overload]  # any service


def test_a_secret_is_read_when_needed_kept_for_a_while_and_then_read_again(aws: None) -> None:
    manager, clock = boto3.client("secretsmanager"), FakeClock()
    arn = manager.create_secret(Name="slack/webhook", SecretString="first")["ARN"]
    adapter = secrets(clock)

    assert adapter.value(arn) == "first"
    manager.put_secret_value(SecretId=arn, SecretString="second")
    assert adapter.value(arn) == "first"
    assert adapter.value(arn, fresh=True) == "second"
    manager.put_secret_value(SecretId=arn, SecretString="third")
    clock.advance(KEPT_S)
    assert adapter.value(arn) == "third"


@pytest.mark.parametrize("name", ["/triage/slack", "slack-webhook"])
def test_a_secure_string_is_read_by_its_arn(aws: None, name: str) -> None:
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name=name, Value="kept", Type="SecureString")
    arn = ssm.get_parameter(Name=name)["Parameter"]["ARN"]

    assert secrets(FakeClock()).value(arn) == "kept"


def test_a_secret_that_cannot_be_read_is_named_and_tried_again(aws: None) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbC123"

    with pytest.raises(DeliveryError, match=arn) as caught:
        secrets(FakeClock()).value(arn)

    assert not caught.value.is_final


def test_a_secret_without_text_is_said_to_be_one(aws: None) -> None:
    arn = boto3.client("secretsmanager").create_secret(Name="binary", SecretBinary=b"x")["ARN"]

    with pytest.raises(DeliveryError, match="holds no text"):
        secrets(FakeClock()).value(arn)


def ses(**more: object) -> SesChannel:
    """The channel over moto's SES."""
    arguments = {"reply_to": ("team@example.com",), "ses": boto3.client("sesv2", region_name="eu-west-1")} | more
    return SesChannel("Triage <triage@example.com>", ["a@example.com", "b@example.com"], "eu-west-1", **arguments)  # type: ignore[arg-type]  # as given


def test_a_mail_leaves_with_both_parts_for_every_recipient(aws: None) -> None:
    boto3.client("sesv2", region_name="eu-west-1").create_email_identity(EmailIdentity="triage@example.com")

    ses().send(MAIL)

    (sent,) = sesv2_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].core_backend.sent_messages
    assert sent.destinations["ToAddresses"] == ["a@example.com", "b@example.com"]
    assert sent.subject == "[HIGH] alarm"


@pytest.mark.parametrize(
    ("code", "status", "is_final"),
    [
        ("MessageRejected", 400, True),
        ("MailFromDomainNotVerifiedException", 400, True),
        ("AccessDeniedException", 403, True),
        ("TooManyRequestsException", 429, False),
        ("LimitExceededException", 400, False),
        ("InternalServiceErrorException", 500, False),
    ],
)
def test_what_ses_refuses_is_final_unless_it_passes_by_itself(
    aws: None, code: str, status: int, *, is_final: bool
) -> None:
    client = boto3.client("sesv2", region_name="eu-west-1")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, "refused", http_status_code=status)

        with pytest.raises(DeliveryError, match=f"SES did not accept the mail: {code}") as caught:
            ses(ses=client).send(MAIL)

    assert caught.value.is_final is is_final


def test_a_mail_is_what_the_service_s_model_describes(aws: None) -> None:
    client = boto3.client("sesv2", region_name="eu-west-1")
    with Stubber(client) as stub:
        utf8 = "UTF-8"
        stub.add_response(
            "send_email",
            {"MessageId": "m"},
            {
                "FromEmailAddress": "Triage <triage@example.com>",
                "Destination": {"ToAddresses": ["a@example.com", "b@example.com"]},
                "ReplyToAddresses": ["team@example.com"],
                "ConfigurationSetName": "incidents",
                "Content": {
                    "Simple": {
                        "Subject": {"Data": MAIL.subject, "Charset": utf8},
                        "Body": {
                            "Text": {"Data": MAIL.body, "Charset": utf8},
                            "Html": {"Data": MAIL.html, "Charset": utf8},
                        },
                    }
                },
            },
        )

        ses(ses=client, configuration_set="incidents").send(MAIL)

        stub.assert_no_pending_responses()
    assert json.loads(CARD.body)
