"""SNS e-mail lands in the mailbox, as SNS composes it and within SNS's limits."""

from __future__ import annotations

import email
import email.policy

import pytest

from local_aws.mail import mailbox
from tests.contract.local_aws.account import Account

pytestmark = pytest.mark.slow


@pytest.fixture
def topic(account: Account) -> str:
    return str(account.client("sns").create_topic(Name=account.name("topic"))["TopicArn"])


def subscribe(account: Account, topic: str) -> str:
    recipient = f"{account.name('oncall')}@example.com"
    answer = account.client("sns").subscribe(
        TopicArn=topic, Protocol="email", Endpoint=recipient, ReturnSubscriptionArn=True
    )
    assert answer["SubscriptionArn"].startswith(topic + ":")
    return recipient


def test_given_an_email_subscription_when_published_then_a_plain_text_message_with_snss_footer_arrives(
    account: Account, topic: str
) -> None:
    recipient = subscribe(account, topic)
    body = "Ursache: größer als geplant → 100 %\n" + "x" * 2000
    account.client("sns").publish(TopicArn=topic, Subject="Überlast", Message=body)
    [path] = [path for path in mailbox.newest(account.running.mailbox) if recipient in path.name]
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == recipient
    assert message["From"] == "AWS Notifications <no-reply@sns.amazonaws.com>"
    assert message["Subject"] == "Überlast"
    assert message.get_content_type() == "text/plain"
    text = mailbox.text_of(path)[1]
    assert text.startswith(body + "\n\n--\nIf you wish to stop receiving notifications")
    assert f"SubscriptionArn={topic}:" in text


def test_given_no_subject_then_sns_own_is_used(account: Account, topic: str) -> None:
    recipient = subscribe(account, topic)
    account.client("sns").publish(TopicArn=topic, Message="m")
    [path] = [path for path in mailbox.newest(account.running.mailbox) if recipient in path.name]
    assert mailbox.text_of(path)[0] == "AWS Notification Message"


@pytest.mark.parametrize(
    "subject", ["x" * 100, "two\nlines", "bell\x07"], ids=["too long", "line break", "control"]
)
def test_given_a_subject_sns_refuses_then_publish_fails_and_nothing_arrives(
    account: Account, topic: str, subject: str
) -> None:
    recipient = subscribe(account, topic)
    sns = account.client("sns")
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Subject"):
        sns.publish(TopicArn=topic, Subject=subject, Message="m")
    assert not [path for path in mailbox.newest(account.running.mailbox) if recipient in path.name]


def test_given_a_body_over_256_kib_then_publish_fails(account: Account, topic: str) -> None:
    sns = account.client("sns")
    with pytest.raises(sns.exceptions.InvalidParameterException, match="too long"):
        sns.publish(TopicArn=topic, Message="ä" * (128 * 1024 + 1))
    sns.publish(TopicArn=topic, Message="ä" * (128 * 1024), Subject="x" * 99)


def test_given_a_message_with_an_email_variant_then_that_one_is_sent(account: Account, topic: str) -> None:
    recipient = subscribe(account, topic)
    account.client("sns").publish(
        TopicArn=topic, MessageStructure="json", Message='{"default": "all", "email": "for people"}'
    )

    [path] = [path for path in mailbox.newest(account.running.mailbox) if recipient in path.name]
    assert mailbox.text_of(path)[1].startswith("for people")


def test_given_an_unconfirmed_endpoint_then_its_arn_is_returned_only_when_asked_for(
    account: Account, topic: str
) -> None:
    sns = account.client("sns")
    endpoint = {"TopicArn": topic, "Protocol": "http", "Endpoint": "http://127.0.0.1:9/hook"}
    asked = sns.subscribe(**endpoint, ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert asked.startswith(topic + ":")
    other = {**endpoint, "Endpoint": "http://127.0.0.1:9/other"}
    assert sns.subscribe(**other)["SubscriptionArn"] == "pending confirmation"
