"""Slack's markup as HTML: what Slack shows, and nothing that a browser would run."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.inbox.cards import html_of, mrkdwn

ALLOWED = {"b", "i", "s", "code", "pre", "br", "blockquote", "a", "span", "hr", "h3", "div", "p"}


class Tags(HTMLParser):
    """Elements and attributes of a piece of HTML, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


SHOWN = {
    "*bold* and _italic_": "<b>bold</b> and <i>italic</i>",
    "*a _b_ c*": "<b>a <i>b</i> c</b>",
    "snake_case_name and 2*3*4": "snake_case_name and 2*3*4",
    "`a*b*c`": "<code>a*b*c</code>",
    "a &lt;b&gt; &amp;amp;": "a &lt;b&gt; &amp;amp;",
    "one\ntwo": "one<br>two",
    "> E1: x\n> y\nz": "<blockquote>E1: x<br>y</blockquote>z",
    "```\naws x &lt;y&gt; *z*\n```": "<pre>aws x &lt;y&gt; *z*</pre>",
    "<!channel>": '<span class="mention">!channel</span>',
    "<@U024BE7LH>": '<span class="mention">@U024BE7LH</span>',
    "<javascript:alert(1)|click>": '<span class="mention">click</span>',
}


@pytest.mark.parametrize("text", SHOWN)
def test_markup_is_shown_as_slack_shows_it(text: str) -> None:
    assert mrkdwn(text) == SHOWN[text]


def test_a_link_leads_where_it_says_in_a_page_of_its_own() -> None:
    shown = Tags(mrkdwn("<https://console.aws.amazon.com/x?a=1&amp;b=2|Full report>"))

    assert ("href", "https://console.aws.amazon.com/x?a=1&b=2") in shown.attributes
    assert {("target", "_blank"), ("rel", "noopener noreferrer")} <= shown.attributes
    assert shown.text == "Full report"


@given(st.text(alphabet=st.sampled_from("<>&|*_~`\n\"'ab/: ltgamp;!@#https")))
def test_no_text_becomes_an_element_of_its_own_or_an_attribute(text: str) -> None:
    found = Tags(mrkdwn(text))

    assert found.elements <= ALLOWED
    assert {name for name, _ in found.attributes} <= {"href", "target", "rel", "class"}
    assert all(value.startswith("https://") for name, value in found.attributes if name == "href")


def test_a_message_without_blocks_is_its_text() -> None:
    assert html_of({"text": "what <broke>"}) == '<p>what <span class="mention">broke</span></p>'


def test_every_kind_of_block_is_shown() -> None:
    text = {"type": "mrkdwn", "text": "*x*"}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "<b>*title*"}},
        {"type": "section", "text": text, "fields": [text, text]},
        {"type": "context", "elements": [text]},
        {"type": "divider"},
    ]

    assert html_of({"blocks": blocks}).split("\n") == [
        "<h3>&lt;b&gt;*title*</h3>",
        '<div class="section"><b>x</b></div><div class="fields"><div><b>x</b></div><div><b>x</b></div></div>',
        '<div class="context"><b>x</b></div>',
        "<hr>",
    ]
