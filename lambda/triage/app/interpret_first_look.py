"""Interpret a first look: suggestions for the agent, a picture for people, a report when no model wrote one.

Its rules are many and read what other people's systems wrote. One that breaks costs what it would have said, never
the report: people get at least what the event says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from triage.app.take_first_look import briefing_of
from triage.first_look.document import FirstLook
from triage.first_look.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.domain.briefing import Briefing
    from triage.domain.chart import Chart
    from triage.domain.report import Category, Report
    from triage.ports import Telemetry

T = TypeVar("T")


@dataclass(frozen=True)
class InterpretFirstLook:
    """What the rules make of a first look."""

    telemetry: Telemetry

    def briefing(self, reading: Reading) -> Briefing:
        """What the agent is told."""
        from triage.first_look import rules  # noqa: PLC0415 - see there

        nothing: tuple[str, ...] = ()
        suggested = self._attempt("suggestions", lambda: rules.suggestions(reading), nothing)
        return briefing_of(reading.look, suggested)

    def category(self, reading: Reading) -> Category | None:
        """The kind of cause that seems likeliest, for what memory has on it."""
        from triage.first_look import rules  # noqa: PLC0415 - see there

        return self._attempt("category", lambda: rules.likeliest(reading), None)

    def chart(self, reading: Reading) -> Chart | None:
        """The breach as a picture; ``None`` without a series."""
        from triage.first_look import rules  # noqa: PLC0415 - see there

        return self._attempt("chart", lambda: rules.chart_of(reading), None)

    def report(self, reading: Reading, briefed: Sequence[str], reason: str, tool_calls: int) -> Report:
        """The report without a model.

        Args:
            briefed: ids of the evidence that holds the sections, in their order.
            reason: why no model wrote it.
            tool_calls: how many calls of a model's have left evidence besides.
        """
        from triage.first_look import rules  # noqa: PLC0415 - see there

        ids = dict(zip((section.id for section in reading.look.sections), briefed, strict=False))
        found = self._attempt("report", lambda: rules.report_of(reading, ids, reason, tool_calls), None)
        if found is not None:
            return found
        unread = FirstLook(gap="it was taken, but its answers could not be interpreted; they are attached")
        return rules.report_of(Reading(reading.signal, unread), {}, reason, tool_calls)

    def _attempt(self, what: str, interpret: Callable[[], T], otherwise: T) -> T:
        try:
            return interpret()
        except Exception as error:
            self.telemetry.count("FirstLooksNotInterpreted")
            self.telemetry.failure(f"first look not interpreted: {what}", error)
            return otherwise
