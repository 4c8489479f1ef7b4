"""Whatever is told through whichever channel: within the channel's limits, and inert."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

import pytest

from local_aws.mail.mailbox import subject_problem
from tests import block_kit
from tests.builders import an_investigation
from tests.channel_messages import INVESTIGATIONS, links_of
from tests.golden.test_digests import DIGESTS
from tests.golden.test_goldens import NOTICES
from tests.log_batches import signal_of
from tests.unit.delivery.test_mail import ALLOWED, GMAIL_CUTS_BYTES, Page
from triage.delivery.console_links import CONSOLE_HOSTS
from triage.delivery.forms import Form, form_of
from triage.delivery.render import mail
from triage.domain.message import OutgoingMessage
from triage.domain.routes import ChannelName

SNS_MAX_BYTES = 256 * 1024
HOSTS = tuple(CONSOLE_HOSTS.values())
SECRETS = ("hunter2", "AKIAIOSFODNN7EXAMPLE")

LOG_ERROR = an_investigation(signal=signal_of("ERROR [Database] Connection refused at port 5432. <!channel>"))
REPORTS = INVESTIGATIONS | {"log_error": LOG_ERROR}
TOLD: dict[str, Callable[[Form], OutgoingMessage]] = {
    **{f"report {name}": lambda form, one=one: form.report(one, links_of(one)) for name, one in REPORTS.items()},
    **{f"notice {name}": lambda form, one=one: form.notice(one) for name, one in NOTICES.items()},
    **{f"digest {name}": lambda form, one=one: form.digest(one, None) for name, one in DIGESTS.items()},
}


@functools.cache
def message(channel: ChannelName, told: str) -> OutgoingMessage:
    """What the channel is given."""
    return TOLD[told](form_of(channel))


def test_reports_of_every_kind_are_among_them() -> None:
    kinds = {
        "permission_removed",
        "first_look_only",
        "healthy_again_in_govcloud",
        "huge",
        "hostile_text",
        "log_error",
    }

    assert kinds <= set(REPORTS)
    assert len({id(form_of(channel).report) for channel in ChannelName}) == len(ChannelName)


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("channel", [ChannelName.SNS, ChannelName.EMAIL])
def test_a_text_has_a_subject_for_mail_a_size_that_is_taken_and_nothing_hidden(
    channel: ChannelName, told: str
) -> None:
    sent = message(channel, told)

    assert subject_problem(sent.subject) is None
    assert 0 < len(sent.body.encode()) <= SNS_MAX_BYTES
    assert _hidden(sent.subject + sent.body) == set()
    assert _foreign(sent.body) == []


@pytest.mark.parametrize("told", TOLD)
def test_a_card_is_taken_by_slack_mentions_nobody_and_links_to_the_console_alone(told: str) -> None:
    sent = message(ChannelName.SLACK, told)

    assert block_kit.problems(sent.body, HOSTS) == []
    assert _hidden(block_kit.texts(sent.body)) == set()


@pytest.mark.parametrize("told", TOLD)
def test_a_mail_is_whole_in_every_client_and_holds_nothing_that_runs(told: str) -> None:
    sent = message(ChannelName.EMAIL, told)
    page = Page(sent.html)

    assert len(sent.html.encode()) < GMAIL_CUTS_BYTES
    assert len(sent.body.encode()) <= mail.MAX_TEXT_BYTES
    assert "url(" not in sent.html
    assert "@import" not in sent.html
    assert page.elements <= ALLOWED
    assert not [name for name in page.attributes if name.startswith("on")]
    assert all(link.startswith(tuple(f"https://{host}/" for host in HOSTS)) for link in page.links)
    assert _hidden(" ".join(page.words)) == set()


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("channel", ChannelName)
def test_no_secret_is_told(channel: ChannelName, told: str) -> None:
    sent = message(channel, told)

    assert not [secret for secret in SECRETS if secret in sent.subject + sent.body + sent.html]


def _hidden(text: str) -> set[str]:
    """Characters that steer a terminal, turn a line round or are not seen; those of emoji are."""
    emoji = {"\ufe0f", "\u200d"}
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs") and one not in emoji} - {
        "\n"
    }


def _foreign(text: str) -> list[str]:
    """Addresses a mail client would make links of, other than ours."""
    found = re.findall(r"\bhttps?://[^\s/?#]+", text)
    return [address for address in found if address.partition("//")[2] not in HOSTS]
