"""What the Archive keeps is enough: every form again, byte for byte, and the report checked again."""

from __future__ import annotations

import argparse
import gzip
import io
import json
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from cli import render, replay
from cli.archived import Archived, read
from cli.errors import CliError, ExitCode
from cli.screen import Screen
from tests.builders import FIRED_AT, a_signal, an_investigation
from tests.fakes import FakeClock, FakeDeadline, FakeTools, ScriptedModel, printed, says
from tests.golden.incidents import INCIDENTS
from tests.unit.agent.test_loop import LOOK, SUBMIT
from triage.agent.loop import AgentLoop
from triage.delivery.archive_layout import documents
from triage.delivery.console_links import links_for
from triage.domain.budget import Budget
from triage.domain.investigation import Investigation

QUOTED = "AccessDeniedException: not authorized to perform: dynamodb:GetItem, 47 times"
CODE = LOOK["toolUse"]["input"]["code"]


def archived_in(folder: Path, investigation: Investigation) -> Path:
    for document in documents(investigation, links_for(investigation)):
        (folder / document.name).write_bytes(document.body)
    return folder


def investigated() -> Investigation:
    """A model looked once and reported."""
    clock, nonces = FakeClock(), count()
    tools = FakeTools({CODE: printed(QUOTED)})
    model = ScriptedModel([says(LOOK), says(SUBMIT)])
    loop = AgentLoop(model, tools, clock, Budget(), 120, lambda: f"{next(nonces):016x}")
    outcome = loop.run("20261121T030205Z-0123456789", a_signal(), FakeDeadline(clock))
    assert outcome.report is not None
    return Investigation(
        id="20261121T030205Z-0123456789",
        signal=a_signal(),
        attempt=1,
        started_at=FIRED_AT,
        finished_at=FIRED_AT,
        evidence=outcome.evidence,
        report=outcome.report,
        usage=outcome.usage,
        model_id=outcome.model_id,
        turns=outcome.turns,
    )


def answered(command: object, **arguments: object) -> tuple[ExitCode, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = command.run(argparse.Namespace(**arguments), Screen(out, err))  # type: ignore[attr-defined]
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("name", INCIDENTS)
@pytest.mark.parametrize(
    ("form", "file"), [("markdown", "report.md"), ("html", "report.html"), ("json", "report.json")]
)
def test_an_archived_report_renders_as_it_was_archived(tmp_path: Path, name: str, form: str, file: str) -> None:
    folder = archived_in(tmp_path, INCIDENTS[name])

    code, shown, _ = answered(render, report=str(folder), form=form, out=None)

    assert code == ExitCode.OK
    assert shown == (folder / file).read_text()


@pytest.mark.parametrize("form", render.FORMS)
def test_report_json_alone_is_enough_for_every_form_and_says_what_is_missing(tmp_path: Path, form: str) -> None:
    folder = archived_in(tmp_path, an_investigation())
    (folder / "transcript.jsonl.gz").unlink()

    code, shown, told = answered(render, report=str(folder / "report.json"), form=form, out=None)

    assert code == ExitCode.OK
    assert "prod-api-handler" in shown
    assert "transcript.jsonl.gz" in told


def test_a_report_is_written_to_a_file(tmp_path: Path) -> None:
    folder = archived_in(tmp_path, an_investigation())

    answered(render, report=str(folder), form="slack", out=str(tmp_path / "card.json"))

    assert json.loads((tmp_path / "card.json").read_text())["blocks"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\x1f\x8b\x08broken", b"[1]\n", b'{"kind": "report"}\n', b"\xff\xfe"]
)
def test_what_is_no_transcript_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "transcript.jsonl.gz"
    file.write_bytes(content)

    with pytest.raises(CliError, match="no transcript or report"):
        read(file)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(CliError) as missing:
        read(tmp_path / "nothing")
    assert missing.value.code == ExitCode.NOT_FOUND


def test_the_recorded_turns_say_what_was_told_said_and_called(tmp_path: Path) -> None:
    folder = archived_in(tmp_path, investigated())

    code, shown, _ = answered(replay, transcript=str(folder), full=False, json=False)

    assert code == ExitCode.OK
    assert "Turn 1  global.anthropic.claude-sonnet-4-6, tool_use, 1,100 tokens" in shown
    assert "called run_python" in shown
    assert "got    E2 ok" in shown
    assert "called submit_report" in shown
    assert "the same report" in shown


def test_a_model_report_is_delivered_again_from_what_was_recorded(tmp_path: Path) -> None:
    archived = read(archived_in(tmp_path, investigated()))

    verdict = replay.checked_again(archived)

    assert verdict.is_same
    assert "submitted in turn 2" in verdict.how


def test_a_report_that_says_more_than_was_submitted_differs(tmp_path: Path) -> None:
    found = investigated()
    altered = replace(found, report=replace(found.report, headline="The region is down"))
    folder = archived_in(tmp_path, altered)

    code, shown, _ = answered(replay, transcript=str(folder), full=False, json=False)

    assert code == ExitCode.DIFFERS
    assert "ANOTHER REPORT" in shown
    assert '- "headline": "The region is down",' in shown


def test_evidence_that_no_longer_shows_a_quote_makes_a_difference(tmp_path: Path) -> None:
    found = investigated()
    emptied = tuple(replace(one, output="nothing") if one.id == "E2" else one for one in found.evidence)

    verdict = replay.checked_again(Archived(replace(found, evidence=emptied)))

    assert not verdict.is_same


def test_a_transcript_from_before_turns_were_recorded_is_checked_by_its_report(tmp_path: Path) -> None:
    folder = archived_in(tmp_path, replace(investigated(), turns=()))

    verdict = replay.checked_again(read(folder))

    assert verdict.is_same
    assert "older than recorded turns" in verdict.how


def test_a_report_without_a_model_has_its_citations_checked_again(tmp_path: Path) -> None:
    verdict = replay.checked_again(read(archived_in(tmp_path, INCIDENTS["first_look_only"])))

    assert "code wrote the report" in verdict.how


def test_replay_needs_the_evidence(tmp_path: Path) -> None:
    folder = archived_in(tmp_path, an_investigation())
    (folder / "transcript.jsonl.gz").unlink()

    with pytest.raises(CliError, match="without its evidence"):
        answered(replay, transcript=str(folder), full=False, json=False)


def test_a_transcript_cannot_steer_the_terminal(tmp_path: Path) -> None:
    folder = archived_in(tmp_path, investigated())
    file = folder / "transcript.jsonl.gz"
    lines = (
        gzip.decompress(file.read_bytes()).decode().replace("The event that started", "\\u001b[2J The event that")
    )
    file.write_bytes(gzip.compress(lines.encode()))

    _, shown, _ = answered(replay, transcript=str(folder), full=True, json=False)

    assert "\x1b" not in shown
