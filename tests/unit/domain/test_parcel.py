"""Parcels: a message on its way to one channel, within what the queue carries and for a bounded time."""

from __future__ import annotations

import json
import random

import pytest

from tests.builders import a_signal
from triage.delivery.render.mail import MAX_HTML_BYTES, MAX_TEXT_BYTES
from triage.domain.errors import MalformedEvent
from triage.domain.message import OutgoingMessage
from triage.domain.parcel import MAX_ATTEMPTS, MAX_OTHERWISE_BYTES, Parcel
from triage.domain.routes import ChannelName
from triage.domain.work_item import WorkItem

MESSAGE = OutgoingMessage("[HIGH] alarm: what", "text \U0001f4a5", "<p>text</p>")


def test_a_parcel_survives_the_queue() -> None:
    parcel = Parcel(ChannelName.SLACK, MESSAGE, OutgoingMessage("s", "b"), attempts=3)
    item = WorkItem("fp", "inv-slack", a_signal(), claimed=False, parcel=parcel, tags={"Team": "payments"})

    assert WorkItem.from_json(json.loads(json.dumps(item.to_json()))) == item


def test_the_largest_mail_fits_a_message_of_the_queue() -> None:
    noise = random.Random(7)  # noqa: S311 - nothing compresses worse than noise
    letters = [chr(number) for number in range(33, 127)]

    def text(size: int) -> str:
        return "".join(noise.choices(letters, k=size))

    mail = OutgoingMessage("s" * 99, text(MAX_TEXT_BYTES), text(MAX_HTML_BYTES))
    parcel = Parcel(ChannelName.EMAIL, mail, OutgoingMessage("s" * 99, text(MAX_OTHERWISE_BYTES)))

    assert len(json.dumps(WorkItem("fp", "inv-email", a_signal(), parcel=parcel).to_json())) < 256 * 1024


def test_a_parcel_that_cannot_be_unpacked_is_a_malformed_work_item() -> None:
    data = WorkItem("fp", "inv", a_signal(), parcel=Parcel(ChannelName.SLACK, MESSAGE)).to_json()
    data["parcel"]["packed"] = "bm90IHppcHBlZA=="

    with pytest.raises(MalformedEvent, match="unpacked"):
        WorkItem.from_json(data)


def test_attempts_come_ever_later_and_end_after_about_two_hours() -> None:
    parcel, waits = Parcel(ChannelName.SLACK, MESSAGE), []
    while not parcel.is_worn_out:
        parcel = parcel.failed()
        waits.append(parcel.wait_s)

    assert waits[:6] == [30, 60, 120, 240, 480, 900]
    assert max(waits) == 900, "SQS delays no longer"
    assert len(waits) == MAX_ATTEMPTS
    assert 100 * 60 < sum(waits[:-1]) < 130 * 60
