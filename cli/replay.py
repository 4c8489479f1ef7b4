"""`replay`: a recorded investigation turn by turn, and whether today's code would deliver the same report.

What the model answered is taken from the transcript; everything behind it is done again: reading the submitted
report, checking every claim against the recorded evidence, leaving out what does not hold.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.archived import read
from cli.errors import CliError, ExitCode
from triage.agent.grounding import ground, without_unsupported
from triage.agent.instruction_findings import noting_instructions
from triage.agent.tools import SUBMIT_REPORT
from triage.delivery.presentable import presentable
from triage.delivery.render.json import report_object
from triage.domain.errors import InvalidReport
from triage.domain.report import Origin
from triage.domain.report_schema import parse_report
from untrusted import make_visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from cli.archived import Archived
    from cli.screen import Screen
    from triage.domain.evidence import Evidence
    from triage.domain.investigation import Investigation
    from triage.domain.report import Report
    from triage.domain.turn import Turn

UNREAD = "Earlier investigations: "
LINES_SHOWN = 6
CHARACTERS_SHOWN = 160


@dataclass(frozen=True)
class Verdict:
    """What came of checking again.

    Attributes:
        how: what was done again, in words.
        differences: lines of a diff between the delivered report and today's; none when they are the same.
    """

    how: str
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether today's code would deliver the same report."""
        return not self.differences


def run(arguments: argparse.Namespace, screen: Screen) -> ExitCode:
    """Show the turns and compare the reports."""
    archived = read(Path(arguments.transcript))
    if not archived.has_evidence:
        raise CliError(
            f"{arguments.transcript} is a report without its evidence; replay needs transcript.jsonl.gz",
            ExitCode.NOT_FOUND,
        )
    verdict = checked_again(archived)
    if arguments.json:
        screen.answer(json.dumps(_document(archived, verdict), indent=2, ensure_ascii=False))
    else:
        screen.answer(make_visible("\n".join(_lines(archived, verdict, None if arguments.full else LINES_SHOWN))))
    return ExitCode.OK if verdict.is_same else ExitCode.DIFFERS


def checked_again(archived: Archived) -> Verdict:
    """The delivered report beside what today's code makes of the same answers.

    Raises:
        CliError: the report is said to be a model's, and no turn submitted one.
    """
    found = archived.investigation
    if found.report.origin is Origin.FIRST_LOOK:
        report = ground(found.report, found.evidence).report
        how = "code wrote the report from the first look; its citations were checked again"
    elif not archived.has_turns:
        report = without_unsupported(ground(found.report, found.evidence).report)
        how = "the transcript is older than recorded turns; the delivered report itself was checked again"
    else:
        report, how = _submitted_again(found)
    report = noting_instructions(report, found.evidence)
    # Said by the pipeline, not by the model: the transcript's evidence does not show what could not be read.
    unread = [gap for gap in found.report.gaps if gap.startswith(UNREAD) and gap not in report.gaps]
    report = replace(report, gaps=(*report.gaps, *unread))
    before, after = _written(found), _written(replace(found, report=report))
    return Verdict(how, tuple(difflib.unified_diff(before, after, "delivered", "today", lineterm="", n=1)))


def _submitted_again(found: Investigation) -> tuple[Report, str]:
    """The report that the last accepted submission leads to."""
    for turn in reversed(found.turns):
        for call in turn.calls:
            if call.name != SUBMIT_REPORT.name:
                continue
            try:
                grounded = ground(parse_report(call.input), found.evidence)
            except InvalidReport:
                continue
            how = f"the report submitted in turn {turn.number} was read and checked again"
            return without_unsupported(grounded.report), how
    raise CliError("the transcript holds a model's report, and no turn that submitted one", ExitCode.USAGE)


def _written(investigation: Investigation) -> list[str]:
    report = report_object(presentable(investigation).report)
    return json.dumps(report, indent=1, ensure_ascii=False, sort_keys=True).splitlines()


def _document(archived: Archived, verdict: Verdict) -> dict[str, Any]:
    found = archived.investigation
    return {
        "investigation_id": found.id,
        "turns": [turn.to_json() for turn in found.turns],
        "evidence": [{"id": one.id, "purpose": one.purpose, "status": one.status.value} for one in found.evidence],
        "checked": verdict.how,
        "same": verdict.is_same,
        "differences": list(verdict.differences),
    }


def _lines(archived: Archived, verdict: Verdict, most: int | None) -> Iterator[str]:
    found = archived.investigation
    when = f"{found.started_at:%Y-%m-%d %H:%M:%S} UTC, {found.duration_s:.1f} s"
    yield f"{found.id}  {found.signal.name}  {when}, {found.model_id or 'no model'}"
    by_model = _evidence_by_turn(found)
    before = [one for one in found.evidence if not any(one in later for later in by_model.values())]
    yield ""
    yield f"Before the first turn: {len(before)} pieces of evidence"
    for one in before:
        yield f"  {one.id}  {one.status.value:<6} {one.purpose}"
    for turn in found.turns:
        yield from _turn(turn, by_model.get(turn.number, ()), most)
    if not found.turns:
        yield "No turns of a model were recorded."
    yield ""
    report = found.report
    yield f"Delivered: {report.severity.value}, cause {report.root_cause.confidence.value}: {report.headline}"
    yield f"Today: {verdict.how}: {'the same report' if verdict.is_same else 'ANOTHER REPORT'}."
    yield from verdict.differences


def _evidence_by_turn(found: Investigation) -> dict[int, tuple[Evidence, ...]]:
    """Evidence that the calls of each turn left: calls that were run leave one piece each, in order.

    Which calls were run is read from what the model was told next: each piece of evidence by its header.
    """
    known = {one.id: one for one in found.evidence}
    headers = {
        turn.number - 1: [text[1 : text.index("]")] for text in turn.told if text.startswith("[E")]
        for turn in found.turns[1:]
    }
    return {number: tuple(known[name] for name in names if name in known) for number, names in headers.items()}


def _turn(turn: Turn, evidence: tuple[Evidence, ...], most: int | None) -> Iterator[str]:
    yield ""
    yield (
        f"Turn {turn.number}  {turn.model_id}, {turn.stop_reason}, {turn.tokens.total:,} tokens "
        f"({turn.tokens.output_tokens:,} out), {turn.seconds:.1f} s"
    )
    for text in turn.told:
        yield from _excerpt("  told   ", text, most)
    for text in turn.said:
        yield from _excerpt("  said   ", text, most)
    for call in turn.calls:
        shown = call.input.get("code") if isinstance(call.input.get("code"), str) else None
        purpose = f": {call.input['purpose']}" if call.input.get("purpose") else ""
        yield f"  called {call.name}{purpose}"
        yield from _excerpt("         ", shown or json.dumps(dict(call.input), ensure_ascii=False), most)
    for one in evidence:
        yield f"  got    {one.id} {one.status.value}, {len(one.output):,} characters, {one.duration_ms:.0f} ms"
        yield from _excerpt("         ", one.output, most)


def _excerpt(indent: str, text: str, most: int | None) -> Iterator[str]:
    lines = text.splitlines() or [""]
    shown = lines if most is None else lines[:most]
    for number, line in enumerate(shown):
        cut = line if most is None or len(line) <= CHARACTERS_SHOWN else f"{line[:CHARACTERS_SHOWN]}…"
        yield f"{indent if number == 0 else ' ' * len(indent)}{cut}"
    if len(lines) > len(shown):
        yield f"{' ' * len(indent)}… {len(lines) - len(shown):,} more lines (--full)"
