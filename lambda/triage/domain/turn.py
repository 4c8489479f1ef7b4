"""A turn of an investigation: what the model was told, and what it answered. Kept for the transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.domain.budget import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Called:
    """A tool that the model called, with the input as it sent it."""

    id: str
    name: str
    input: Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """One call of the model.

    Attributes:
        told: what was new for the model, one text for each part. Of evidence only its header: the transcript has
            the whole of it.
        said: the texts of the answer; reasoning is not kept.
        seconds: until the answer was there.
    """

    number: int
    model_id: str
    stop_reason: str
    tokens: TokenUsage
    told: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    calls: tuple[Called, ...] = ()
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """A JSON object for the archive."""
        return {
            "number": self.number,
            "model_id": self.model_id,
            "stop_reason": self.stop_reason,
            "tokens": dict(vars(self.tokens)),
            "seconds": round(self.seconds, 3),
            "told": list(self.told),
            "said": list(self.said),
            "calls": [{"id": call.id, "name": call.name, "input": dict(call.input)} for call in self.calls],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Turn:
        """Restore a turn written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        return cls(
            int(data["number"]),
            str(data["model_id"]),
            str(data["stop_reason"]),
            TokenUsage(**data["tokens"]),
            tuple(map(str, data["told"])),
            tuple(map(str, data["said"])),
            tuple(Called(call["id"], call["name"], call["input"]) for call in data["calls"]),
            float(data["seconds"]),
        )
