"""Mails through Amazon SES land in the mailbox with both parts, and are refused as SES refuses them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.mail import mailbox
from local_aws.mail.mailbox import Mail
from tests.contract.local_aws.account import Account

pytestmark = pytest.mark.slow


def utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def send(ses: Any, sender: str, *recipients: str) -> None:
    ses.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": list(recipients)},
        Content={
            "Simple": {
                "Subject": utf8("Überlast \U0001f534"),
                "Body": {"Text": utf8("größer → 100 %\nzweite Zeile"), "Html": utf8("<p>gr&ouml;&szlig;er</p>")},
            }
        },
    )


def mails_to(account: Account, recipient: str) -> list[Mail]:
    return [mailbox.read(path) for path in mailbox.newest(account.running.mailbox) if recipient in path.name]


@pytest.fixture
def sender(account: Account) -> str:
    address = f"{account.name('triage')}@example.com"
    account.client("sesv2").create_email_identity(EmailIdentity=address)
    return address


def test_given_a_verified_identity_when_it_sends_then_each_recipient_has_both_parts(
    account: Account, sender: str
) -> None:
    recipients = [f"{account.name(name)}@example.com" for name in ("first", "second")]

    send(account.client("sesv2"), f"Alarm Triage <{sender}>", *recipients)

    for recipient in recipients:
        [mail] = mails_to(account, recipient)
        assert mail.sender == f"Alarm Triage <{sender}>"
        assert mail.subject == "Überlast \U0001f534"
        assert mail.text.strip() == "größer → 100 %\nzweite Zeile"
        assert mail.html.strip() == "<p>gr&ouml;&szlig;er</p>"
        assert not mail.is_from_topic


def test_given_an_identity_that_is_not_verified_then_ses_refuses_and_nothing_arrives(account: Account) -> None:
    recipient = f"{account.name('oncall')}@example.com"

    with pytest.raises(ClientError, match="not verified"):
        send(account.client("sesv2"), "nobody@elsewhere.example", recipient)

    assert mails_to(account, recipient) == []


def test_given_a_role_that_may_send_from_one_address_then_it_sends_from_that_one_alone(
    account: Account, sender: str
) -> None:
    other = f"{account.name('other')}@example.com"
    account.client("sesv2").create_email_identity(EmailIdentity=other)
    identities = f"arn:aws:ses:{account.region}:{account.id}:identity/*"
    allowed = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": identities}
    role = account.role({**allowed, "Condition": {"StringEquals": {"ses:FromAddress": sender}}})
    trusted = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    account.client("iam").update_assume_role_policy(
        RoleName=role.rsplit("/", 1)[-1],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trusted]}),
    )
    recipient = f"{account.name('oncall')}@example.com"
    ses = account.as_role(role, "sesv2")

    send(ses, f"Alarm Triage <{sender}>", recipient)
    with pytest.raises(ClientError, match="AccessDenied"):
        send(ses, other, recipient)

    assert len(mails_to(account, recipient)) == 1
