"""The page of the demo over HTTP, and in a browser: phone and desktop, light and dark, by keyboard alone."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from local_aws.inbox.server import make_server
from tests.inboxes import ID, Shown, a_card, a_run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {"phone": (360, 740), "desktop": (1280, 860)}


@dataclass
class Running:
    """A page that is served, and what it shows."""

    shown: Shown
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, host: str | None = None, method: str = "GET") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{self.port}"})
        answer = connection.getresponse()
        answer.body = answer.read().decode()  # type: ignore[attr-defined]  # kept beyond the connection
        connection.close()
        return answer


@pytest.fixture
def inbox() -> Iterator[Running]:
    shown = Shown.full()
    server = make_server(shown)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Running(shown, server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_answer_forbids_what_it_does_not_need(inbox: Running) -> None:
    answer = inbox.get("/")

    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_each_answer_has_a_nonce_of_its_own(inbox: Running) -> None:
    policies = {inbox.get("/").headers["Content-Security-Policy"] for _ in range(3)}

    assert len(policies) == 3


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:4580", "127.0.0.1.evil.example:4580", "", "[::1]:4580"]
)
def test_a_request_by_another_name_than_this_machine_s_is_refused(inbox: Running, host: str) -> None:
    answer = inbox.get("/", host=host or " ")

    assert answer.status == 403
    assert "order-api" not in answer.body  # type: ignore[attr-defined]  # set by get


def test_a_request_by_this_machine_s_name_is_answered(inbox: Running) -> None:
    assert inbox.get("/", host=f"localhost:{inbox.port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(inbox: Running, method: str) -> None:
    assert inbox.get("/", method=method).status == 501


def test_the_stamp_changes_with_what_there_is(inbox: Running) -> None:
    before = json.loads(inbox.get("/stamp").body)  # type: ignore[attr-defined]  # set by get
    inbox.shown.cards.append(a_card('{"text": "one more"}', 99))
    after = json.loads(inbox.get("/stamp").body)  # type: ignore[attr-defined]  # set by get

    assert (before["busy"], after["busy"]) == (False, False)
    assert before["stamp"] != after["stamp"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser of this machine."""
    executable = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"no browser on this machine: install Chromium (one of {', '.join(BROWSERS)})")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed without a browser

    with sync_playwright() as playwright:
        # Its own sandbox needs rights that a container often lacks; it shows nothing but this machine's pages.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watched:
    """A browser's page, and what it did that it should not."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


def watched(chromium: Any, width: str, scheme: str) -> Watched:
    """A page that reports errors, dialogs, and whom it asks."""
    size = WIDTHS[width]
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    seen = Watched(context.new_page())
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", lambda dialog: (seen.complaints.append("a dialog"), dialog.dismiss()))
    seen.page.on("request", lambda request: seen.asked.add(request.url))
    return seen


def background(page: Any) -> tuple[int, ...]:
    """Red, green and blue behind everything."""
    text = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return tuple(int(one) for one in text[text.index("(") + 1 : -1].split(",")[:3])


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_the_screen_and_asks_nobody_else(
    inbox: Running, chromium: Any, width: str, scheme: str
) -> None:
    seen = watched(chromium, width, scheme)
    plain, full, *_, hostile = inbox.shown.mails
    paths = ["/", f"/report/{ID}", *(f"/slack/{one.name}" for one in inbox.shown.cards[-2:])]
    paths += [f"/mail/{one.name}" for one in (plain, full, hostile)]

    for path in paths:
        seen.page.goto(inbox.url + path, wait_until="load")
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        for frame in seen.page.frames[1:]:
            assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert (max(background(seen.page)) < 60) is (scheme == "dark")
    assert seen.complaints == []
    assert {url for url in seen.asked if not url.startswith((inbox.url, "data:"))} == set()
    seen.page.context.close()


@pytest.mark.slow
def test_the_page_is_read_by_keyboard_alone(inbox: Running, chromium: Any) -> None:
    seen = watched(chromium, "desktop", "light")
    page = seen.page
    page.goto(inbox.url)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    wanted = f"/slack/{inbox.shown.cards[0].name}"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == wanted:
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(inbox.url + wanted)

    assert page.locator(".slack h3").inner_text() == inbox.shown.cards[0].title
    page.context.close()


@pytest.mark.slow
def test_what_happens_is_seen_without_reloading_and_the_focus_stays(inbox: Running, chromium: Any) -> None:
    whole, inbox.shown.found = inbox.shown.found, []
    inbox.shown.run = a_run(step="Investigating")
    seen = watched(chromium, "desktop", "light")
    page = seen.page
    page.goto(inbox.url)
    page.get_by_text("Something is about to fail").wait_for()
    focused = f"/mail/{inbox.shown.mails[2].name}"
    page.locator(f'nav a[href="{focused}"]').focus()

    inbox.shown.found = whole
    inbox.shown.cards.insert(0, a_card('{"text": "one more card"}', 99))
    page.locator("nav").get_by_text("one more card").wait_for()
    page.get_by_role("heading", name="order-api-errors").wait_for()
    assert page.locator("#status").inner_text() == "Investigating …"
    assert page.evaluate("document.activeElement.getAttribute('href')") == focused
    inbox.shown.run = Shown.full().run
    page.get_by_text("Delivered").wait_for()

    assert seen.complaints == []
    page.context.close()


@pytest.mark.slow
def test_a_frame_runs_no_script_even_if_a_mail_had_one(inbox: Running, chromium: Any) -> None:
    hostile = inbox.shown.mails[1]
    script = (
        "<p id=there>x</p><script>alert(1)</script><img src=x onerror=alert(2)><form action=/x><button>b</button>"
    )
    inbox.shown.mails[1] = type(hostile)(**{**vars(hostile), "html": script})
    seen = watched(chromium, "desktop", "light")

    for path in (f"/mail/{hostile.name}", f"/frame/mail/{hostile.name}"):
        seen.page.goto(inbox.url + path)
        seen.page.frames[-1].locator("#there").wait_for()

    assert "a dialog" not in seen.complaints
    assert any("Blocked script execution" in one or "Content Security Policy" in one for one in seen.complaints)
    seen.page.context.close()
