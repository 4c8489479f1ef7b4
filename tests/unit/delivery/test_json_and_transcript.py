"""What programs read: a versioned document, and the whole run line by line."""

from __future__ import annotations

import dataclasses
import gzip
import json
import math
from typing import Any

import pytest

from tests.builders import a_chart, a_mark, a_report, an_evidence, an_investigation
from tests.golden.incidents import INCIDENTS
from triage.delivery.console_links import Links, links_for
from triage.delivery.presentable import presentable
from triage.delivery.render.json import document, render
from triage.delivery.render.transcript import render as render_transcript
from triage.domain.chart import MarkKind
from triage.domain.report_schema import parse_report
from triage.domain.signal import Signal


def _lines(packed: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]


def test_the_document_names_its_schema_and_version() -> None:
    found = json.loads(render(an_investigation(), Links()))
    assert (found["schema"], found["schema_version"]) == ("alarm-triage/report", 1)


def test_the_signal_can_be_restored_from_the_document() -> None:
    investigation = an_investigation()
    assert Signal.from_json(document(investigation, Links())["signal"]) == investigation.signal


def test_the_report_has_the_shape_that_models_submit() -> None:
    report = a_report(findings=())
    found = json.loads(render(an_investigation(report=report), Links()))["report"]
    assert parse_report(found) == report


def test_what_code_decided_is_in_the_report() -> None:
    found = document(an_investigation(), Links())["report"]
    assert [finding["verified"] for finding in found["findings"]] == [True, False]
    assert found["origin"] == "model"


def test_the_chart_is_in_the_document_as_data() -> None:
    chart = a_chart(values=(0.0, None, 4.5), band=(1.0, None), marks=(a_mark(-3, MarkKind.ONSET, "onset"),))
    found = json.loads(render(an_investigation(chart=chart), Links()))["chart"]
    assert found == {
        "heading": chart.heading,
        "title": chart.title,
        "unit": "Count",
        "start": "2026-11-21T02:02:00+00:00",
        "step_s": 60,
        "values": [0.0, None, 4.5],
        "reading": chart.reading,
        "threshold": 10.0,
        "breach": "above",
        "band": [1.0, None],
        "marks": [{"at": "2026-11-21T02:59:00+00:00", "kind": "onset", "label": "onset"}],
    }
    assert json.loads(render(an_investigation(), Links()))["chart"] is None


def test_what_is_no_number_is_null_because_json_has_no_word_for_it() -> None:
    chart = a_chart(values=(math.nan, math.inf, 1.0), threshold=-math.inf, band=(math.nan, 2.0))
    text = render(an_investigation(chart=chart), Links())
    found = json.loads(text, parse_constant=pytest.fail)["chart"]
    assert (found["values"], found["threshold"], found["band"]) == ([None, None, 1.0], None, [None, 2.0])


def test_usage_counts_tokens_and_leaves_an_unknown_price_open() -> None:
    investigation = an_investigation()
    assert document(investigation, Links())["usage"]["usd"] == pytest.approx(0.093)
    assert document(investigation, Links())["usage"]["tokens"]["total"] == 40_690
    unpriced = dataclasses.replace(investigation, usage=dataclasses.replace(investigation.usage, priced=False))
    assert document(unpriced, Links())["usage"]["usd"] is None


def test_the_evidence_index_says_what_there_is_without_repeating_it() -> None:
    index = document(an_investigation(evidence=(an_evidence(output="ü"),)), Links())["evidence"]
    assert index == [
        {
            "id": "E1",
            "purpose": "Errors in the function's log around the alarm",
            "status": "ok",
            "duration_ms": 412.0,
            "truncated": False,
            "output_bytes": 2,
        }
    ]


def test_the_links_are_in_the_document() -> None:
    links = links_for(an_investigation(), "reports-bucket", "reports/x")
    assert document(an_investigation(), links)["links"][0] == {
        "label": "Full report",
        "url": links.every[0].url,
    }


@pytest.mark.parametrize("incident", INCIDENTS)
def test_neither_form_holds_a_secret_or_an_invisible_character(incident: str) -> None:
    investigation = INCIDENTS[incident]
    texts = render(investigation, Links()) + gzip.decompress(render_transcript(investigation)).decode()
    for forbidden in ("AKIAIOSFODNN7EXAMPLE", "hunter2", "\u202e", "\u200b"):
        assert forbidden not in texts


def test_the_transcript_has_investigation_signal_every_call_and_report_in_order() -> None:
    lines = _lines(render_transcript(an_investigation()))
    assert [line["kind"] for line in lines] == ["investigation", "signal", "evidence", "evidence", "report"]
    assert lines[2]["code"] == an_investigation().evidence[0].code
    assert lines[3]["output"] == an_investigation().evidence[1].output


def test_the_same_run_gives_the_same_bytes_without_a_time() -> None:
    packed = render_transcript(an_investigation())
    assert packed == render_transcript(an_investigation())
    assert packed[4:8] == bytes(4)


def test_addresses_are_kept_for_programs() -> None:
    evidence = an_evidence(output="https://evil.example/x")
    lines = _lines(render_transcript(an_investigation(evidence=(evidence,))))
    assert lines[2]["output"] == "https://evil.example/x"


def test_the_document_shows_what_was_cleaned() -> None:
    investigation = INCIDENTS["hostile_text"]
    assert document(investigation, Links())["report"]["summary"] == presentable(investigation).report.summary
