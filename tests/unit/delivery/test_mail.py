"""HTML mail: what clients show of it, inert, in two parts of one content, and short enough for Gmail."""

from __future__ import annotations

import functools
import html
import re
from html.parser import HTMLParser

import pytest

from tests.builders import a_chart
from tests.channel_messages import INVESTIGATIONS, links_of
from triage.delivery.console_links import CONSOLE_HOSTS
from triage.delivery.picture.bars import COLUMNS, HEIGHT, bars_of
from triage.delivery.render import mail, text
from triage.domain.message import OutgoingMessage

GMAIL_CUTS_BYTES = 102 * 1024
OURS = tuple(f"https://{host}/" for host in CONSOLE_HOSTS.values())
VOID = {"meta", "br", "img", "hr"}


class Page(HTMLParser):
    """What a mail is made of; objects to elements that are not closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


@functools.cache
def report(incident: str) -> OutgoingMessage:
    """The mail about an incident."""
    return mail.report(INVESTIGATIONS[incident], links_of(INVESTIGATIONS[incident]))


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "table", "tr", "td", "div", "p", "span", "b"),
    *("h1", "h2", "pre", "blockquote", "a"),
}
"""What mail clients show alike: no SVG, no pictures, no scripts, no forms."""


@pytest.mark.parametrize("incident", ["permission_removed", "stopped_without_model", "with_linked_alarms"])
def test_both_parts_tell_the_same(incident: str) -> None:
    sent = report(incident)
    shown = _words(html.unescape(" ".join(Page(sent.html).words)))

    for line in _statements(sent.body):
        assert line in shown


def _statements(body: str) -> list[str]:
    """Lines of the text part without marks of its layout."""
    kept = []
    for line in body.splitlines():
        bare = re.sub(r"^(?:\(!\)|[-•]|\d+\.|E\d+ +(?:\|)?|\|)\s*", "", line.strip())
        if len(bare) > 30 and not bare.startswith(("http", "---", ">", "|")) and not set(bare) & set("▁▂▃▄▅▆▇█|>"):
            kept.append(_words(bare)[:40])
    return [line for line in kept if line and not line.isupper()]


def _words(text: str) -> str:
    """Letters and digits only: parts break lines and set marks differently."""
    return re.sub(r"[^0-9A-Za-z]+", "", text)


def test_the_text_part_is_the_mail_of_the_topic() -> None:
    investigation = INVESTIGATIONS["permission_removed"]

    assert report("permission_removed").body == text.email(investigation, links_of(investigation)).body


def test_a_mail_that_leaves_something_out_says_so_and_keeps_its_foot() -> None:
    shown = " ".join(Page(report("huge").html).words)

    assert "Shortened here" in shown
    assert "About this report" in shown


def test_a_dark_screen_gets_dark_colours() -> None:
    sent = report("permission_removed").html

    assert '<meta name="color-scheme" content="light dark">' in sent
    assert "@media (prefers-color-scheme: dark)" in sent


def test_the_chart_is_bars_with_what_rings_in_red_and_the_onset_marked() -> None:
    sent = report("with_chart").html

    assert sent.count('class="rings"') > 0
    assert sent.count('class="bar"') > 0
    assert "&#9650;" in sent
    assert 'role="img" aria-label="' in sent


def test_bars_are_as_high_as_their_values_and_gaps_are_none() -> None:
    bars = bars_of(a_chart(values=(0.0, 5.0, None, 10.0), threshold=7.0, marks=()))

    assert bars is not None
    assert [(bar.height, bar.rings) for bar in bars.bars] == [
        (1, False),
        (HEIGHT // 2, False),
        (0, False),
        (HEIGHT, True),
    ]
    assert (bars.top, bars.onset) == ("10", None)


def test_a_long_series_has_as_many_bars_as_a_phone_shows() -> None:
    bars = bars_of(a_chart(values=tuple(float(number) for number in range(1_000))))

    assert bars is not None
    assert len(bars.bars) <= COLUMNS


def test_a_series_without_a_value_has_no_bars() -> None:
    assert bars_of(a_chart(values=(None, None))) is None
