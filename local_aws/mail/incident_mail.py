"""Which e-mail is about an incident, and which archived report it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local_aws.mail import mailbox

if TYPE_CHECKING:
    from pathlib import Path

_ROW = re.compile(r"^(?P<label>Alarm|State|Log group|Since) {2,}(?P<value>\S.*?) *$", re.MULTILINE)
_REPORT = re.compile(r"^https://\S+/s3/object/(?P<bucket>[^?\s]+)\?prefix=(?P<key>[^&\s]+)", re.MULTILINE)


@dataclass(frozen=True)
class IncidentMail:
    """An e-mail of the topic about one transition of one alarm, or one error of a log: a report or a notice."""

    subject: str
    text: str

    def is_about(self, name: str, since: datetime) -> bool:
        """Whether it tells that this alarm went off, or that an error came in this log, at or after a moment.

        Its first rows say so, in reports as in notices. Confirmations of a subscription and what CloudWatch
        itself writes to a topic have no such rows.
        """
        rows: dict[str, str] = {}
        for row in _ROW.finditer(self.text):  # evidence further down may quote such rows
            rows.setdefault(row["label"], row["value"])
        in_alarm = rows.get("Alarm") == name and rows.get("State", "").endswith("ALARM")
        return (in_alarm or rows.get("Log group") == name) and _moment(rows.get("Since", "")) >= since

    def report_key(self, bucket: str) -> str | None:
        """Key of the archived report it links to; ``None`` when it links to none, as a notice does."""
        link = _REPORT.search(self.text)
        return unquote(link["key"]) if link and unquote(link["bucket"]) == bucket else None


def arrived(folder: Path, name: str, after_ns: int) -> IncidentMail | None:
    """The topic's first e-mail since a moment (nanoseconds since the epoch) that is about an incident after it.

    Args:
        name: of the alarm, or of the log group an error came in.
    """
    since = datetime.fromtimestamp(after_ns // 1_000_000_000, UTC)
    mails = (IncidentMail(*told) for told in mailbox.of_topic(folder, after_ns))
    return next((mail for mail in mails if mail.is_about(name, since)), None)


def _moment(text: str) -> datetime:
    """A time as the module writes it to the second; long ago when it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
