"""The pages as documents: whole, inert whatever stands in them, and naming everything there is."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from local_aws.inbox import pages
from local_aws.inbox.server import Page, Site
from tests.channel_messages import INVESTIGATIONS
from tests.golden.incidents import HOSTILE
from tests.inboxes import ID, STATES, Shown, a_card, a_mail, a_run, at, the_course
from triage.delivery.console_links import Links
from triage.delivery.render import slack

VOID = {"meta", "link", "br", "hr", "rect", "img", "col"}
PATHS_OF_ONE = ("mail", "slack")


class Document(HTMLParser):
    """What a page is made of; objects to elements that are not closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def links(self) -> list[str]:
        return [str(one["href"]) for one in self.all("a")]


def every_path(shown: Shown) -> list[str]:
    """Of every page there is."""
    paths = ["/", f"/report/{ID}", "/nowhere"]
    paths += [f"/slack/{card.name}" for card in shown.cards]
    return paths + [f"/mail/{mail.name}{part}" for mail in shown.mails for part in ("", "?part=text")]


FULL = Shown.full()


@pytest.mark.parametrize("path", every_path(FULL))
def test_every_page_is_whole_needs_nothing_from_elsewhere_and_runs_its_own_script_alone(path: str) -> None:
    page = Site(FULL).answer(path)
    document = Document(page.body)

    nonces = {one.get("nonce") for tag in ("style", "script") for one in document.all(tag)}
    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}'" in page.policy
    assert (len(document.all("script")), len(document.all("style"))) == (1, 1)
    assert not [
        one for _, attributes in document.tags for one in attributes if one.startswith("on") or one == "style"
    ]
    assert not document.all("img")
    assert all(str(one["src"]).startswith("/frame/") for one in document.all("iframe"))
    assert all(one.startswith(("/", "#main", "https://console.")) for one in document.links)


@pytest.mark.parametrize("path", every_path(FULL))
def test_every_page_has_a_title_a_heading_and_a_way_past_the_list(path: str) -> None:
    document = Document(Site(FULL).answer(path).body)

    assert [one["lang"] for one in document.all("html")] == ["en"]
    assert len(document.all("h1")) == 1
    assert document.links[0] == "#main"
    assert all(one.get("title") for one in document.all("iframe"))
    current = [one["href"] for one in document.all("a") if one.get("aria-current") == "page"]
    assert current == ([] if path == "/nowhere" else [path.partition("?")[0]])


def test_the_list_leads_to_every_message() -> None:
    links = Document(Site(FULL).answer("/").body).links

    assert {f"/mail/{mail.name}" for mail in FULL.mails} <= set(links)
    assert {f"/slack/{card.name}" for card in FULL.cards} <= set(links)
    assert f"/report/{ID}" in links


def test_the_overview_tells_the_course_with_times_and_leads_to_what_was_told() -> None:
    document = Document(Site(FULL).answer("/").body)
    words = " ".join(document.words.split())

    assert "order-api-errors" in words
    assert re.search(
        r"\+0\.0 s Alarm went off .* First look .* Turn 1 of the model .* 900 ms .* Slack card", words
    )
    steps = [bar for bar in document.all("rect") if float(str(bar["width"])) > 0]
    assert len(steps) == len(FULL.found[0].steps)
    assert all(float(str(bar["x"])) + float(str(bar["width"])) <= 100.01 for bar in steps)


@pytest.mark.parametrize("state", STATES)
def test_a_card_is_shown_with_every_word_of_it(state: str) -> None:
    card = FULL.cards[STATES.index(state)]

    words = _letters(Document(Site(FULL).answer(f"/slack/{card.name}").body).words)

    for block in card.payload["blocks"]:
        for line in str(block.get("text", {}).get("text", "")).splitlines():
            if not re.search(r"[<>&*_`~]", line):
                assert _letters(line) in words


def test_a_hostile_text_is_shown_as_characters_wherever_it_stands() -> None:
    shown = Shown([a_mail(HOSTILE, HOSTILE)], [a_card(slack.report(INVESTIGATIONS["hostile_text"], Links()).body)])
    shown.run = a_run(step=HOSTILE)
    shown.found = [replace(the_course(), about=HOSTILE, investigation_id='"><script>')]

    for path in ("/", f"/mail/{shown.mails[0].name}", f"/slack/{shown.cards[0].name}"):
        page = Site(shown).answer(path)
        assert len(Document(page.body).all("script")) == 1
        assert "<script>alert" not in page.body
        assert "49" not in re.findall(r"\b49\b", Document(page.body).words)


@pytest.mark.parametrize("name", [mail.name for mail in FULL.mails if mail.html])
def test_the_html_part_of_a_mail_stands_in_a_frame_that_runs_nothing(name: str) -> None:
    page, frame = Site(FULL).answer(f"/mail/{name}"), Site(FULL).answer(f"/frame/mail/{name}")

    [attributes] = Document(page.body).all("iframe")
    assert attributes["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert frame.policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "script-src" not in frame.policy
    outward = [one for one in Document(frame.body).all("a") if str(one.get("href", "")).startswith("https:")]
    assert all(one["target"] == "_blank" and one["rel"] == "noopener noreferrer" for one in outward)


def test_a_mail_of_the_topic_has_no_frame() -> None:
    document = Document(Site(FULL).answer(f"/mail/{FULL.mails[0].name}").body)

    assert document.all("iframe") == []
    assert _letters(FULL.mails[0].text) in _letters(document.words)


@pytest.mark.parametrize(
    "path", ["/mail/x", "/slack/../run.json", "/report/none", "/frame/mail/x", "/frame/report/x"]
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert Site(FULL).answer(path).status == 404


@pytest.mark.parametrize(
    ("run", "kind", "sentence"),
    [
        (None, "idle", "Nothing has run yet."),
        (a_run(step="Preparing"), "busy", "Preparing …"),
        (
            a_run(ended_ns=at(9), problem="No e-mail arrived."),
            "bad",
            "Ended without an e-mail: No e-mail arrived.",
        ),
        (a_run(pid=2**22 + 1), "bad", "The run was stopped before its end."),
        (a_run(ended_ns=at(9)), "good", "Delivered 8.1 s after it began."),
    ],
)
def test_the_head_says_how_the_run_stands(run: object, kind: str, sentence: str) -> None:
    shown = Shown(run=run, found=[the_course()])  # type: ignore[arg-type]  # as parametrized

    assert pages.status(shown.run, shown.inbox()) == (kind, sentence)
    assert sentence in Document(Site(shown).answer("/").body).words


def test_before_anything_happened_the_page_says_what_to_expect() -> None:
    assert "Run make demo" in Document(Site(Shown()).answer("/").body).words
    assert "about to fail" in Document(Site(Shown(run=a_run())).answer("/").body).words


def test_a_page_without_script_reloads_itself_while_a_run_goes_on() -> None:
    def reloads(page: Page) -> bool:
        return '<noscript><meta http-equiv="refresh"' in page.body

    assert reloads(Site(Shown(run=a_run())).answer("/"))
    assert not reloads(Site(FULL).answer("/"))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)
