"""The first look by itself: what code finds and concludes, without a model and without deploying anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.answer import Answer
from evals.investigators import ReadingInvestigator
from toolbox import first_look
from triage.agent.evidence_book import EvidenceBook
from triage.agent.grounding import ground
from triage.app.take_first_look import briefing_of
from triage.delivery.render.json import report_object
from triage.first_look.document import read
from triage.first_look.reading import Reading
from triage.first_look.report import report_of
from triage.intake import detect

if TYPE_CHECKING:
    from evals.suite import Played

REASON = "no model takes part in this measurement"

CHARACTERS_PER_TOKEN = 3.2
"""Of text such as this; measured on none of the models, so take it as an estimate."""


class FirstLookOnly(ReadingInvestigator):
    """Runs the toolbox in this process and reports as the investigator function does when no model answers."""

    name = "first-look"

    def __call__(self, played: Played) -> Answer:
        """The report without a model, and what it took."""
        signal = detect(played.incident.event)
        document = first_look.run(signal.to_json(), session=played.session, now=played.incident.setting.now)
        look = read(document)
        book = EvidenceBook(lambda: "0" * 16)
        book.add_signal(signal)
        items = [book.add_gathered(gathered) for gathered in briefing_of(look).gathered]
        ids = {section.id: item.id for section, item in zip(look.sections, items, strict=True)}
        grounded = ground(report_of(Reading(signal, look), ids, REASON), book.items)
        if grounded.problems:
            raise ValueError(f"the report's own citations do not hold: {'; '.join(grounded.problems)}")
        usage = {
            "tool_calls": 1,
            **(vars(look.effort) if look.effort else {}),
            "tokens": round(len(book.shown_together(items)) / CHARACTERS_PER_TOKEN),
        }
        return Answer(report_object(grounded.report), {item.id: item.output for item in book.items}, usage)
