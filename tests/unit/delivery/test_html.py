"""The archived page: whole, self-contained, and safe whatever the evidence holds."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_chart, a_citation, a_mark, a_report, a_root_cause, an_evidence, an_investigation
from tests.golden.incidents import INCIDENTS
from tests.unit.delivery.picture.charts import IMPOSSIBLE, charts
from triage.delivery.console_links import Links, links_for
from triage.delivery.render.html import TEMPLATES, render
from triage.domain.chart import Chart, MarkKind
from triage.domain.investigation import Investigation
from triage.domain.report import Category, Hypothesis

ELEMENTS = (
    {"html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "h1", "h2", "h3"}
    | {"p", "span", "strong", "a", "ul", "ol", "li", "table", "tr", "th", "td", "div", "details", "summary"}
    | {"blockquote", "pre", "code", "samp"}
    | {"figure", "figcaption", "svg", "desc", "g", "path", "rect", "circle", "text"}
)
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "scope"} | {
    *("viewbox", "role", "aria-labelledby", "aria-hidden", "transform", "d", "x", "y", "width", "height"),
    *("cx", "cy", "r", "font-size", "text-anchor"),
}

SVG = re.compile(r'<svg class="chart .*?</svg>', re.DOTALL)
MAX_PICTURE_BYTES = 40_000


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


@given(charts())
@settings(max_examples=60, deadline=None)
def test_every_picture_is_well_formed_of_our_elements_and_bounded(chart: Chart) -> None:
    html = render(an_investigation(chart=chart), Links())
    page = _Page(html)
    assert page.elements <= ELEMENTS
    assert page.attributes <= ATTRIBUTES
    assert len(page.ids) == len(set(page.ids))
    drawings = [ET.fromstring(svg) for svg in SVG.findall(html)]  # noqa: S314 - written by our own code
    assert len(drawings) == 2
    for drawing in drawings:
        assert set(drawing.attrib["aria-labelledby"].split()) <= set(page.ids)
    assert sum(len(svg.encode()) for svg in SVG.findall(html)) < MAX_PICTURE_BYTES


def test_the_picture_of_many_values_and_many_marks_is_no_larger_than_a_page_may_be(
    record_property: Callable[[str, object], None],
) -> None:
    marks = tuple(a_mark(-minute, MarkKind.CHANGE, "mmm " * 100) for minute in range(100))
    values = tuple(float(position * 7919 % 1013) for position in range(20_000))
    chart = a_chart(values=values, title="t " * 10_000, reading="r " * 10_000, marks=marks, step_s=1)
    html = render(an_investigation(chart=chart), Links())
    section = html[html.index('<section id="chart">') : html.index('<section id="root-cause">')]
    record_property("measured", f"largest picture with its text alternatives: {len(section.encode()):,} bytes")
    assert len(section.encode()) < MAX_PICTURE_BYTES


def test_the_picture_has_text_alternatives_for_those_who_do_not_see_it() -> None:
    page = _page(an_investigation(chart=a_chart()))
    html = render(an_investigation(chart=a_chart()), Links())
    assert html.count('role="img"') == 2
    assert html.count("<title id=") == html.count("<desc id=") == 2
    for told in (
        "0 → 30 Errors/min at 02:59 UTC, baseline 0, still high",
        "2026-11-21 02:02 to 03:02 UTC",
        "Threshold 10, the alarm rings above it.",
        "highest 47 at 03:01, last 47 at 03:01.",
        "Change: DeleteRolePolicy lambda-role by deploy-bot",
    ):
        assert told in page.text


def test_kinds_of_marks_differ_in_shape_and_every_sign_has_its_number() -> None:
    marks = tuple(a_mark(-10 * number, kind, "x") for number, kind in enumerate(MarkKind))
    html = render(an_investigation(chart=a_chart(marks=marks)), Links())
    shapes = {re.sub(r' class="[^"]*"', "", sign) for sign in re.findall(r'<\w+ class="sign[^>]*>', html)}
    assert len(shapes) == len(MarkKind)
    assert html.count('class="number"') == 3 * len(MarkKind)


def test_the_chart_follows_the_summary() -> None:
    assert _page(an_investigation(chart=a_chart())).ids[:3] == ["alarm", "summary", "chart"]


@pytest.mark.parametrize("chart", [None, *IMPOSSIBLE.values()])
def test_without_a_chart_that_can_be_drawn_the_page_has_no_place_for_one(chart: Chart | None) -> None:
    page = _page(an_investigation(chart=chart))
    assert "svg" not in page.elements
    assert "chart" not in page.ids


def test_other_explanations_say_what_speaks_for_and_against_them_on_lines_of_their_own() -> None:
    hypothesis = Hypothesis("The table is throttled.", Category.THROTTLED, "it is busy", "no throttles counted")
    html = render(an_investigation(report=a_report(hypotheses=(hypothesis,))), Links())
    assert '<li><strong>For it:</strong> <span class="text">it is busy</span></li>' in html
    assert '<li><strong>Against it:</strong> <span class="text">no throttles counted</span></li>' in html


def test_evidence_that_a_statement_rests_on_is_marked() -> None:
    evidence = (an_evidence(), an_evidence(id="E7"))
    summaries = re.findall(r"<summary><strong>.*", render(an_investigation(evidence=evidence), Links()))
    assert ['<span class="ref">cited</span>' in summary for summary in summaries] == [True, False]


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
        for sign in (*MarkKind, "series", "limit"):  # numbers in signs are written in the colour of the card
            assert _contrast(colours["card"], colours[sign]) >= 4.5, sign


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
