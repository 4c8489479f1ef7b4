"""Digests as files a person can read: would you like to get this at three in the morning?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.digests import a_hostile_digest, a_large_digest, a_small_digest
from triage.delivery.digest import email, full_list_link, json_document, markdown
from triage.delivery.render import mail, slack
from triage.domain.digest import digest_signal

EXPECTED = Path(__file__).parent / "expected" / "digests"
DIGESTS = {
    "three_alarms": a_small_digest(),
    "three_hundred_transitions": a_large_digest(),
    "hostile_text": a_hostile_digest(),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_in_every_channel_is_its_golden_file(name: str, golden: Golden) -> None:
    report = DIGESTS[name]
    home = digest_signal(report.digest, "aws", "123456789012", "us-east-2")
    link = full_list_link(report, home, "alarm-reports-123456789012-us-east-2", "us-east-2")
    message = email(report, link)
    golden(EXPECTED / name / "mail.txt", f"Subject: {message.subject}\n\n{message.body}")
    golden(EXPECTED / name / "mail.html", mail.digest(report, link).html)
    card = json.loads(slack.digest(report, link).body)
    golden(EXPECTED / name / "slack.json", json.dumps(card, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", DIGESTS)
def test_the_archived_digest_is_its_golden_file(name: str, golden: Golden) -> None:
    golden(EXPECTED / name / "digest.md", markdown(DIGESTS[name]))
    golden(EXPECTED / name / "digest.json", json_document(DIGESTS[name]))
