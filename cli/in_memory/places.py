"""Where reports go on a developer's machine: a folder, the terminal; and what is not needed there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from triage.domain.message import OutgoingMessage
    from triage.domain.signal import Signal
    from triage.ports import Document


@dataclass
class FolderArchive:
    """The Archive port over a folder; each report has a folder of its own in it.

    Attributes:
        bucket, region: empty, so that no report links to a bucket that is not there.
        stored: where the last report is.
    """

    root: Path
    bucket: str = ""
    region: str = ""
    stored: Path | None = None
    names: list[str] = field(default_factory=list)

    def store(self, folder: str, documents: Sequence[Document]) -> None:
        """Write the documents."""
        target = self.root / folder.rpartition("/")[2]
        target.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (target / document.name).write_bytes(document.body)
        self.names = [document.name for document in documents]
        self.stored = target


@dataclass
class Outbox:
    """The Channel port: keeps what would have been sent."""

    messages: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> None:
        """Keep the message."""
        self.messages.append(message)


class NoCheckpoints:
    """The Checkpoints port: a run that was interrupted is started again by the person who did."""

    def save(self, investigation_id: str, attempt: int, number: int, body: bytes) -> None:
        """Keep nothing."""

    def load(self, investigation_id: str, before_attempt: int) -> tuple[bytes, ...]:  # noqa: ARG002 - the port
        """Nothing."""
        return ()


@dataclass(frozen=True)
class ContextFile:
    """The AccountContext port over a file; no file, no context."""

    path: Path | None = None

    def read(self) -> str:
        """The text."""
        return self.path.read_text(encoding="utf-8") if self.path else ""


class NoTags:
    """The AlarmTags port without tags."""

    def of(self, signal: Signal) -> Mapping[str, str]:  # noqa: ARG002 - the port
        """None."""
        return {}


class NoOccurrences:
    """The Occurrences port: alarms are not counted."""

    def add(self, *_: object, **__: object) -> tuple[()]:
        """None."""
        return ()


class NoTelemetry:
    """The Telemetry port that keeps nothing."""

    def record(self, decision: str, **fields: object) -> None:
        """Keep nothing."""

    def failure(self, what: str, error: BaseException, **fields: object) -> None:
        """Keep nothing."""

    def count(self, metric: str, value: float = 1.0) -> None:
        """Keep nothing."""
