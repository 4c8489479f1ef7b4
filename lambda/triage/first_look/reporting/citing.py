"""From words of a section to citations of its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Citation
from triage.first_look.observations.quoting import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage.domain.signal import Signal
    from triage.first_look.observations.quoting import Quote

_LEAST = 3
_MOST = 4
_EVENT = "E1"


@dataclass(frozen=True)
class Citing:
    """Knows the evidence of each section.

    Attributes:
        evidence_ids: by the section's id.
        signal: E1 is the event.
    """

    evidence_ids: Mapping[str, str]
    signal: Signal

    def of(self, quotes: Iterable[Quote]) -> tuple[Citation, ...]:
        """Citations of quotes whose evidence is known, the same words once."""
        known = {**self.evidence_ids, EVENT: _EVENT}
        found = (
            Citation(known[quote.section], quote.text)
            for quote in quotes
            if quote.section in known and len(quote.text.strip()) >= _LEAST
        )
        return tuple(dict.fromkeys(found))[:_MOST]

    def of_event(self) -> tuple[Citation, ...]:
        """The alarm's own reason.

        E1 holds the event as JSON, where quotes and line breaks are escaped: it is quoted up to the first.
        """
        quote = self.signal.reason.split('"')[0].split("\n")[0].split("\\")[0][:200]
        return (Citation(_EVENT, quote),) if len(quote.strip()) >= _LEAST else ()
