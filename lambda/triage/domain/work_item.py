"""The message between triage and investigator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.domain.errors import MalformedEvent
from triage.domain.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1


@dataclass(frozen=True)
class WorkItem:
    """A claimed signal on its way to an investigator."""

    fingerprint: str
    investigation_id: str
    signal: Signal

    def to_json(self) -> dict[str, Any]:
        """The JSON object that travels through the work queue."""
        return {
            "version": VERSION,
            "fingerprint": self.fingerprint,
            "investigation_id": self.investigation_id,
            "signal": self.signal.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WorkItem:
        """Read a message written by :meth:`to_json`.

        Raises:
            MalformedEvent: it was written by something else, or by a version this code does not know.
        """
        try:
            if data["version"] != VERSION:
                raise MalformedEvent(f"work item has version {data['version']!r}; this code reads {VERSION}")
            return cls(data["fingerprint"], data["investigation_id"], Signal.from_json(data["signal"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedEvent(f"not a work item: {type(error).__name__}: {error}") from error
