"""Reports about errors in logs, as files a person can read: one for each kind of batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import an_investigation
from tests.conftest import Golden
from tests.golden.test_goldens import EXPECTED, _links, _mail
from tests.log_batches import FOLDER, HOME, document, signals_of
from triage.delivery.notice import malformed_event
from triage.delivery.render import text
from triage.domain.errors import MalformedEvent
from triage.intake import detect_all

BATCHES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "control_message")


@pytest.mark.parametrize("name", BATCHES)
def test_the_mail_about_a_log_error_is_its_golden_file(name: str, golden: Golden) -> None:
    (signal,) = signals_of(document(name))
    investigation = an_investigation(signal=signal)
    golden(EXPECTED / "log_errors" / f"{name}.txt", _mail(text.email(investigation, _links(investigation))))


def test_the_notice_about_a_batch_that_cannot_be_read_is_its_golden_file(golden: Golden) -> None:
    (found,) = detect_all({"awslogs": {"data": "not Base64"}}, HOME)

    assert isinstance(found, MalformedEvent)
    golden(EXPECTED / "log_errors" / "malformed.txt", _mail(text.notice(malformed_event(found))))


def test_the_documentation_shows_the_report_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "log-errors.md").read_text(encoding="utf-8")
    excerpt = page.partition("<!-- excerpt -->\n```\n")[2].partition("\n```\n<!-- /excerpt -->")[0]
    mail = (EXPECTED / "log_error" / "mail.txt").read_text(encoding="utf-8")

    parts = excerpt.split("\n\n[…]\n\n")
    assert len(parts) == 2
    assert all(part in mail for part in parts)
