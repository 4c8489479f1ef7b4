"""Batches of log subscriptions: those in tests/fixtures/log_batches, as CloudWatch Logs would hand them over."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.home import Home
from triage.domain.signal import Signal
from triage.intake import detect_all

FOLDER = Path(__file__).parent / "fixtures" / "log_batches"
HOME = Home("aws", "123456789012", "us-east-2")
AT_MS = 1_795_230_000_000
"""2026-11-21T03:00:00Z."""

_ids = itertools.count(39_000_000_000)


def document(name: str) -> dict[str, Any]:
    """One batch, unpacked, by the name of its file."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def packed(content: Any) -> dict[str, Any]:
    """The event that carries a document."""
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def batch_of(
    messages: Iterable[str | tuple[int, str]],
    group: str = "/prod/payment-service",
    stream: str = "a/1",
    **fields: Any,
) -> dict[str, Any]:
    """An unpacked batch of messages a millisecond apart, or at given milliseconds after :data:`AT_MS`."""
    timed = [(place, one) if isinstance(one, str) else one for place, one in enumerate(messages)]
    return {
        "messageType": "DATA_MESSAGE",
        "owner": HOME.account_id,
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": ["alarm-triage"],
        "logEvents": [
            {"id": f"{next(_ids):056d}", "timestamp": AT_MS + offset, "message": message}
            for offset, message in timed
        ],
    } | fields


def detected(content: Any, home: Home = HOME) -> tuple[Signal | MalformedEvent | UnsupportedEvent, ...]:
    """What a document is read as."""
    return detect_all(packed(content), home)


def signals_of(content: Any, home: Home = HOME) -> list[Signal]:
    """The signals of a document, all of which has to be readable."""
    found = detected(content, home)
    signals = [one for one in found if isinstance(one, Signal)]
    assert len(signals) == len(found), found
    return signals


def signal_of(*messages: str, home: Home = HOME, **fields: Any) -> Signal:
    """The only signal of a batch of messages."""
    (signal,) = signals_of(batch_of(messages, **fields), home)
    return signal
