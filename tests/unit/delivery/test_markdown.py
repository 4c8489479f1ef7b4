"""The archived Markdown, read by a CommonMark parser: what came from outside is text and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.builders import a_chart, a_report, an_evidence, an_investigation
from tests.golden.incidents import HOSTILE, INCIDENTS
from tests.unit.delivery.picture.charts import IMPOSSIBLE
from triage.delivery.console_links import links_for
from triage.delivery.presentable import one_line
from triage.delivery.render.markdown import escaped, fenced, render
from triage.domain.chart import Chart
from triage.domain.investigation import Investigation
from triage.domain.report import Category, Hypothesis

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def _tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def _document(investigation: Investigation) -> str:
    return render(investigation, links_for(investigation, "reports-bucket", "reports/x"))


def test_the_parser_would_see_an_injection() -> None:
    first, *_, heading, links = HOSTILE.splitlines()
    assert "html_inline" in {token.type for token in _tokens(f"text {first}")}
    assert "heading_open" in {token.type for token in _tokens(heading)}
    assert {"link_open", "image"} <= {token.type for token in _tokens(links)}


@pytest.mark.parametrize("incident", INCIDENTS)
def test_no_text_makes_html_an_image_or_a_link_of_its_own(incident: str) -> None:
    investigation = INCIDENTS[incident]
    ours = {link.url for link in links_for(investigation, "reports-bucket", "reports/x").every}
    for token in _tokens(_document(investigation)):
        assert token.type not in ("html_block", "html_inline", "image")
        if token.type == "link_open":
            target = str(token.attrs["href"])
            assert target in ours or target.startswith("#e")


@pytest.mark.parametrize("incident", INCIDENTS)
def test_headings_are_ours_alone(incident: str) -> None:
    tokens = list(PARSER.parse(_document(INCIDENTS[incident])))
    second_level = [
        tokens[position + 1].content
        for position, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    assert "Owned" not in second_level
    assert second_level[0] == "Executive summary"
    assert second_level[-1] == "About this report"
    assert sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) == 1


@given(st.text(max_size=200))
def test_escaped_text_reads_exactly_like_the_text(text: str) -> None:
    text = text.encode(errors="ignore").decode().replace("\0", "")
    tokens = list(_tokens(f"start {escaped(text)}"))
    shown = "".join(token.content for token in tokens if token.type in ("text", "text_special"))
    assert {token.type for token in tokens} <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
    }
    assert one_line(shown) == one_line(f"start {text}")


@given(st.text(alphabet=st.sampled_from("`*_[]()<>#+-=.1 \t|\\!~&;a:/"), min_size=1, max_size=40))
def test_text_at_the_start_of_a_line_begins_no_block(text: str) -> None:
    if not text.strip():
        return
    tokens = list(_tokens(escaped(text)))
    shown = "".join(token.content for token in tokens if token.type in ("text", "text_special"))
    assert tokens[0].type == "paragraph_open"
    assert one_line(shown) == one_line(text)


@given(st.text(alphabet=st.sampled_from("`~a\n #>"), max_size=60))
def test_no_content_ends_its_fence(content: str) -> None:
    tokens = PARSER.parse("\n".join((*fenced(content, "text"), "after")))
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.strip("\n") == content.strip("\n")


def test_every_piece_of_evidence_is_there_with_its_code_and_whole_output() -> None:
    output = "\n".join(f"line {number}" for number in range(500))
    evidence = (an_evidence(code="print(1)", output=output), an_evidence(id="E2", code="", output=""))
    blocks = [
        (token.info, token.content)
        for token in PARSER.parse(_document(an_investigation(evidence=evidence)))
        if token.type == "fence" and token.level == 0
    ]
    assert blocks == [("python", "print(1)\n"), ("text", output + "\n"), ("text", "(no output)\n")]


def test_a_citation_links_to_its_evidence() -> None:
    text = _document(an_investigation())
    assert "([E1](#e1))" in text
    assert "\n### E1\n" in text


def test_a_table_row_stays_one_row_whatever_the_value_holds() -> None:
    text = _document(INCIDENTS["hostile_text"])
    rows = [token for token in PARSER.parse(text) if token.type == "tr_open"]
    cells = [token for token in PARSER.parse(text) if token.type in ("td_open", "th_open")]
    assert len(cells) == 2 * len(rows)


def test_an_underscore_inside_a_name_is_not_disfigured() -> None:
    assert escaped("DB_HOST and _private_") == "DB_HOST and \\_private\\_"


def test_prose_of_several_lines_becomes_paragraphs() -> None:
    text = _document(an_investigation(report=a_report(summary="First.\n# Second.")))
    assert "First.\n\n\\# Second." in text


def test_the_chart_is_a_spark_line_with_words_and_no_second_file() -> None:
    document = _document(an_investigation(chart=a_chart()))
    types = {token.type for token in _tokens(document)}
    assert "image" not in types
    assert next(token.content for token in _tokens(document) if token.type == "fence").endswith("▁|▃█\n")
    assert document.index("## Executive summary") < document.index("## The metric around the alarm")
    assert document.index("## The metric around the alarm") < document.index("## Root cause")
    assert "- **02:58** Change: DeleteRolePolicy lambda-role by deploy-bot" in document


@pytest.mark.parametrize("chart", [None, *IMPOSSIBLE.values()])
def test_without_a_chart_that_can_be_drawn_the_document_is_as_before(chart: Chart | None) -> None:
    assert _document(an_investigation(chart=chart)) == _document(an_investigation())


def test_other_explanations_list_what_speaks_for_and_against_them() -> None:
    hypothesis = Hypothesis("The table is throttled.", Category.THROTTLED, "it is busy", "no throttles counted")
    document = _document(an_investigation(report=a_report(hypotheses=(hypothesis,))))
    assert "\n   - **For it:** it is busy\n   - **Against it:** no throttles counted\n" in document
