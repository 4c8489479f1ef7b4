"""What the page shows, read from the state folder and, as an engineer would, from the account."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local_aws.applied import Demo
from local_aws.inbox import run as runs
from local_aws.inbox.timeline import Course, LogLine, Message, Origin, courses
from local_aws.mail import mailbox
from local_aws.model import turns
from local_aws.model_process import TURNS_FILE
from local_aws.server import TOKEN_FILE
from local_aws.slack.receiver import Card, cards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local_aws.inbox.run import Run
    from local_aws.mail.mailbox import Mail
    from local_aws.process import Running

_START = re.compile(r"^START RequestId: (\S+)")
_FOLDER = re.compile(r"^(?P<folder>reports/.*_(?P<id>\d{8}T\d{6}Z-[0-9a-f]{10}))/report\.html$")
_MAX_LINES = 20_000


@dataclass(frozen=True)
class Inbox:
    """Everything there is to show.

    Attributes:
        courses: the latest first.
        mails, cards: the latest first.
    """

    run: Run | None
    courses: list[Course]
    mails: list[Mail]
    cards: list[Card]


class Reader:
    """Reads anew only what may have changed."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._state = running.state
        # Mails and cards of an earlier local AWS are still there; nothing is known of how they came about.
        self._since_ns = (running.state / TOKEN_FILE).stat().st_mtime_ns
        self._stamp = ""
        self._read: Inbox | None = None
        self._origins: dict[str, Origin] = {}
        self._mails: dict[str, Mail] = {}

    def stamp(self) -> str:
        """Changes whenever there is something new in the state folder."""
        places = (self._state / "mailbox", self._state / "slack")
        counts = [str(sum(1 for _ in place.glob("*.[ej]*"))) for place in places]
        files = [_changed(self._state / name) for name in ("run.json", TURNS_FILE, "applied.json")]
        return "-".join([*counts, *files])

    def inbox(self) -> Inbox:
        """What there is now.

        The account is asked while a run goes on, and when something arrived: an open page must not keep the local
        AWS from ending after an idle hour.
        """
        stamp, run = self.stamp(), runs.read(self._state)
        if self._read is None or stamp != self._stamp or (run is not None and run.is_going_on):
            self._read, self._stamp = self._now(run), stamp
        return self._read

    def mail(self, name: str) -> Mail | None:
        """A mail by its name."""
        return next((mail for mail in self._all_mails() if mail.name == name), None)

    def card(self, name: str) -> Card | None:
        """A card by its name."""
        return next((card for card in cards(self._running.slack) if card.name == name), None)

    def report(self, investigation_id: str) -> str | None:
        """The archived HTML report of an investigation."""
        demo = self._demo()
        origin = self._origins.get(investigation_id)
        if demo is None or origin is None or not origin.report:
            return None
        return self._object(demo, f"{origin.report}/report.html")

    def _now(self, run: Run | None) -> Inbox:
        mails = sorted(self._all_mails(), key=lambda mail: mail.name, reverse=True)
        posted = cards(self._running.slack, self._since_ns)[::-1]
        demo = self._demo()
        found: list[Course] = []
        if demo is not None:
            self._look_for_origins(demo)
            messages = [*map(_mail_message, mails), *map(_card_message, posted)]
            found = courses(self._lines(demo), turns.read(self._state / TURNS_FILE), messages, self._origins)
        return Inbox(run, found, mails, posted)

    def _demo(self) -> Demo | None:
        try:
            return Demo.of(json.loads((self._state / "applied.json").read_text())["outputs"])
        except (OSError, ValueError, KeyError):
            return None

    def _all_mails(self) -> list[Mail]:
        for path in mailbox.newest(self._running.mailbox, self._since_ns):
            if path.name not in self._mails:
                self._mails[path.name] = mailbox.read(path)
        return list(self._mails.values())

    def _lines(self, demo: Demo) -> Iterator[LogLine]:
        logs = self._running.client("logs")
        for group in demo.log_groups:
            pages = logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, PaginationConfig={"MaxItems": _MAX_LINES}
            )
            for event in (event for page in pages for event in page["events"]):
                line = _line(int(event["timestamp"]), str(event["message"]))
                if line is not None:
                    yield line

    def _look_for_origins(self, demo: Demo) -> None:
        """When each incident began: from its report where there is one, from the Tracker until then."""
        for item in self._tracked(demo):
            known = self._origins.get(item["investigation_id"])
            if known is None:
                self._origins[item["investigation_id"]] = Origin(_epoch_ns(item.get("transition_at")))
        pages = self._running.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=demo.reports_bucket, Prefix="reports/"):
            for entry in page.get("Contents", ()):
                found = _FOLDER.match(entry["Key"])
                if found and not self._origins.get(found["id"], Origin()).report:
                    self._origins[found["id"]] = self._reported(demo, found["folder"])

    def _reported(self, demo: Demo, folder: str) -> Origin:
        document = json.loads(self._object(demo, f"{folder}/report.json") or "{}")
        signal = document.get("signal") or {}
        return Origin(_iso_ns(signal.get("occurred_at")), folder, str(signal.get("name") or ""))

    def _tracked(self, demo: Demo) -> Iterator[dict[str, Any]]:
        table = self._running.client("dynamodb")
        for page in table.get_paginator("scan").paginate(TableName=demo.table_name):
            for item in page["Items"]:
                values = {name: next(iter(value.values())) for name, value in item.items()}
                if values.get("sk") == "claim" and "investigation_id" in values:
                    yield values

    def _object(self, demo: Demo, key: str) -> str | None:
        s3 = self._running.client("s3")
        try:
            body: bytes = s3.get_object(Bucket=demo.reports_bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
        return body.decode()


def _mail_message(mail: Mail) -> Message:
    channel = "E-mail of the topic" if mail.is_from_topic else "HTML e-mail"
    return Message(mail.arrived_ns, channel, mail.subject, f"mail/{mail.name}", mail.text)


def _card_message(card: Card) -> Message:
    return Message(card.posted_ns, "Slack card", card.title, f"slack/{card.name}", card.text)


def _line(timestamp_ms: int, text: str) -> LogLine | None:
    """A line that says something of an investigation, or begins an invocation."""
    start = _START.match(text)
    if start:
        return LogLine(timestamp_ms * 1_000_000, {"start_of": start[1]})
    if not text.startswith("{"):
        return None
    try:
        fields: Mapping[str, Any] = json.loads(text)
    except ValueError:
        return None
    return LogLine(timestamp_ms * 1_000_000, fields) if "message" in fields else None


def _changed(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "0"
    return f"{found.st_mtime_ns}"


def _epoch_ns(value: object) -> int:
    """A moment as the Tracker keeps it: seconds since the epoch, or ISO 8601."""
    try:
        return int(float(str(value)) * 1e9)
    except ValueError:
        return _iso_ns(value)


def _iso_ns(value: object) -> int:
    try:
        return int(datetime.fromisoformat(str(value)).timestamp() * 1e9)
    except ValueError:
        return 0
