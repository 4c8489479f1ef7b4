"""The first look by itself: what code finds and concludes, without a model and without deploying anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from evals.answer import Answer
from evals.investigators import ReadingInvestigator
from evals.signals import signal_of
from toolbox import first_look
from triage.agent.evidence_book import EvidenceBook
from triage.agent.grounding import ground
from triage.app.interpret_first_look import InterpretFirstLook
from triage.delivery.render.json import report_object
from triage.first_look.document import read
from triage.first_look.reading import Reading

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
        signal = signal_of(played)
        interpret = InterpretFirstLook(_Strict())
        look = read(first_look.run(signal.to_json(), session=played.session, now=played.incident.setting.now))
        reading = Reading(signal, look)
        book = EvidenceBook(lambda: "0" * 16)
        book.add_signal(signal)
        items = [book.add_gathered(gathered) for gathered in interpret.briefing(reading).gathered]
        drafted = interpret.report(reading, [item.id for item in items], REASON, 0)
        grounded = ground(drafted, book.items)
        if grounded.problems:
            raise ValueError(f"the report's own citations do not hold: {'; '.join(grounded.problems)}")
        usage = {
            "tool_calls": 1,
            **(vars(look.effort) if look.effort else {}),
            "tokens": round(len(book.shown_together(items)) / CHARACTERS_PER_TOKEN),
        }
        return Answer(report_object(grounded.report), {item.id: item.output for item in book.items}, usage)


class _Strict:
    """Telemetry of a measurement: a rule that breaks fails it, though it would cost a report only its own part."""

    def record(self, decision: str, **fields: object) -> None:
        """Nobody reads it."""

    def failure(self, what: str, error: BaseException, **fields: object) -> NoReturn:
        """End the measurement."""
        del fields
        raise ValueError(what) from error

    def count(self, metric: str, value: float = 1.0) -> None:
        """Nobody reads it."""
