"""Everything people are told, for tests of every channel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.builders import (
    a_citation,
    a_feedback,
    a_remembered,
    a_report,
    an_action,
    an_evidence,
    an_investigation,
)
from tests.golden.incidents import HOSTILE, INCIDENTS
from triage.delivery.archive_keys import folder
from triage.delivery.console_links import Links, links_for
from triage.domain.memory import MAX_ALARM, MAX_CAUSE, MAX_NOTE, Remembered
from triage.domain.recurrence import Recurrence
from triage.domain.report import Category, Finding, Hypothesis

if TYPE_CHECKING:
    from triage.domain.investigation import Investigation

BUCKET = "alarm-reports-123456789012-us-east-2"

MENTIONS = (
    "<!channel> <!here> <@U024BE7LH> <#C024BE7LR> <!subteam^S1|x> <https://evil.example|click> @channel & &lt;"
)


def links_of(investigation: Investigation) -> Links:
    """As they are delivered."""
    return links_for(investigation, BUCKET, folder(investigation))


def _judged(sentence: str) -> Remembered:
    """As long as what is remembered may be."""
    feedback = a_feedback(note=(sentence * 9)[:MAX_NOTE])
    return a_remembered(cause=(sentence * 9)[:MAX_CAUSE], alarm=(sentence * 9)[:MAX_ALARM], feedback=feedback)


def _huge() -> Investigation:
    """More of everything than any channel takes, with what escaping makes longer."""
    sentence = "The <queue> & the \U0001f4a5 consumer > 100 % of its quota; "
    citation = a_citation("E1", sentence * 40)
    return an_investigation(
        report=a_report(
            headline=sentence * 10,
            summary=sentence * 400,
            findings=tuple(Finding(f"{one} {sentence * 30}", citations=(citation,) * 9) for one in range(30)),
            hypotheses=tuple(Hypothesis(sentence * 30, Category.CAPACITY, sentence * 20) for _ in range(10)),
            immediate_actions=tuple(
                an_action(title=sentence * 20, command=f"aws sqs get {number} ``` <x>\n" * 200)
                for number in range(30)
            ),
            gaps=(sentence * 50,) * 9,
        ),
        evidence=tuple(an_evidence(id=f"E{number}", output=sentence * 200) for number in range(1, 13)),
        recurrence=Recurrence(51, True, _judged(sentence), _judged(sentence), citation),
    )


def _with_mentions() -> Investigation:
    found = INCIDENTS["hostile_text"]
    return replace(
        found,
        signal=replace(found.signal, name=f"alarm {MENTIONS}", reason=MENTIONS, description=HOSTILE),
        report=replace(found.report, headline=MENTIONS, summary=f"{MENTIONS}\n{HOSTILE}"),
    )


INVESTIGATIONS = INCIDENTS | {"huge": _huge(), "with_mentions": _with_mentions()}
