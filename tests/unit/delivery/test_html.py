"""The archived page: whole, self-contained, and safe whatever the evidence holds."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_citation, a_report, a_root_cause, an_evidence, an_investigation
from tests.golden.incidents import INCIDENTS
from triage.delivery.console_links import Links, links_for
from triage.delivery.render.html import TEMPLATES, render
from triage.domain.investigation import Investigation

ELEMENTS = (
    {"html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "h1", "h2", "h3"}
    | {"p", "span", "strong", "a", "ul", "ol", "li", "table", "tr", "th", "td", "div", "details", "summary"}
    | {"blockquote", "pre", "code", "samp"}
)
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "scope"}


class _Page(HTMLParser):
    """What a browser would build of the page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.policy = ""
        self.style = ""
        self.text = ""
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._open = tag
        self.elements.add(tag)
        self.attributes |= values.keys()
        self.ids += [values["id"]] if "id" in values else []
        self.targets += [values["href"]] if "href" in values else []
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "style":
            self.style += data
        else:
            self.text += data


def _page(investigation: Investigation) -> _Page:
    return _Page(render(investigation, links_for(investigation, "reports-bucket", "reports/x")))


@pytest.mark.parametrize("incident", INCIDENTS)
def test_the_page_consists_of_our_elements_and_attributes_only(incident: str) -> None:
    page = _page(INCIDENTS[incident])
    assert page.elements <= ELEMENTS
    assert page.attributes <= ATTRIBUTES


@pytest.mark.parametrize("incident", INCIDENTS)
def test_every_link_is_an_anchor_of_the_page_or_one_of_ours(incident: str) -> None:
    investigation = INCIDENTS[incident]
    ours = {link.url for link in links_for(investigation, "reports-bucket", "reports/x").every}
    page = _page(investigation)
    for target in page.targets:
        assert target in ours or target.removeprefix("#") in page.ids


@given(st.text(max_size=120))
@settings(deadline=None)
def test_no_text_becomes_markup(text: str) -> None:
    hostile = f"</p></pre></title></style><img src=x onerror=alert(1)>{text}"
    page = _page(
        an_investigation(
            report=a_report(headline=hostile, root_cause=a_root_cause(citations=(a_citation(hostile, hostile),))),
            evidence=(an_evidence(id=hostile, purpose=hostile, code=hostile, output=hostile),),
        )
    )
    assert page.elements <= ELEMENTS
    assert page.attributes <= ATTRIBUTES


def test_the_parser_of_these_tests_would_see_an_injection() -> None:
    page = _Page(render(an_investigation(), Links()).replace("</main>", "<script src=x></script></main>"))
    assert not page.elements <= ELEMENTS
    assert not page.attributes <= ATTRIBUTES


def test_the_policy_allows_this_style_sheet_and_nothing_else() -> None:
    page = _page(an_investigation())
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert page.policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_style_sheet_loads_nothing_and_knows_dark_paper_and_phones() -> None:
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert "</" not in style
    for medium in ("prefers-color-scheme: dark", "print", "max-width"):
        assert medium in style


def test_text_and_background_are_told_apart_in_light_and_dark() -> None:
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    light, dark = (_colours(block) for block in re.findall(r":root \{([^}]*)\}", style)[:2])
    for colours in (light, dark):
        for ink in ("text", "soft", "link", "alert"):
            for paper in ("page", "card", "code", "warn"):
                assert _contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, success criterion 1.4.3."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[position : position + 2], 16) / 255 for position in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_everything_the_report_says_can_be_read_on_the_page() -> None:
    investigation = an_investigation()
    text = _page(investigation).text
    report = investigation.report
    for part in (
        report.summary,
        report.root_cause.statement,
        report.impact.statement,
        report.immediate_actions[0].command,
        report.timeline[0].event,
        report.findings[1].statement,
        report.ruled_out[0].reason,
        report.prevention[0],
        report.monitoring[0],
        report.open_questions[0],
        report.gaps[0],
        investigation.evidence[0].code,
        investigation.evidence[1].output,
        investigation.id,
        investigation.signal.reason,
    ):
        assert part is not None
        assert part in text
    assert "Unverified" in text


def test_what_fired_comes_before_what_was_made_of_it() -> None:
    ids = _page(an_investigation()).ids
    assert ids[:3] == ["alarm", "summary", "root-cause"]


def test_a_citation_leads_to_its_evidence_and_an_unknown_one_nowhere() -> None:
    page = _page(an_investigation())
    assert "#evidence-E1" in page.targets
    assert "evidence-E1" in page.ids
    cause = a_root_cause(citations=(a_citation("E9", "x"),))
    assert "#evidence-E9" not in _page(an_investigation(report=a_report(root_cause=cause))).targets


def test_template_syntax_in_evidence_is_not_executed() -> None:
    page = _page(an_investigation(evidence=(an_evidence(output="{{ 7 * 7 }} {% include 'x' %}"),)))
    assert "{{ 7 * 7 }} {% include 'x' %}" in page.text


def test_jinja_is_imported_only_when_a_page_is_rendered() -> None:
    script = (
        "import sys; import triage.delivery.archive_layout, triage.delivery.render.text, triage.delivery.notice;"
        "sys.exit('jinja2' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and a constant
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    assert done.returncode == 0
