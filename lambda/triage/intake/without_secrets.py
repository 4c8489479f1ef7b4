"""A signal before it is kept anywhere: secrets that somebody wrote into the alarm are taken out.

The work queue, the Tracker and the digests keep signals; so they are cleaned here, and not only before a sink.
"""

from __future__ import annotations

from dataclasses import replace

from triage.domain.signal import Signal
from untrusted import redact_value


def without_secrets(signal: Signal) -> Signal:
    """The signal with secrets redacted in everything that is text or data.

    What identifies it stays as it is: two alarms must not become one because their names look like secrets.
    """
    cleaned = Signal.from_json(redact_value(signal.to_json()))
    return replace(
        cleaned,
        source=signal.source,
        partition=signal.partition,
        account_id=signal.account_id,
        region=signal.region,
        subject=signal.subject,
        name=signal.name,
        state=signal.state,
        previous_state=signal.previous_state,
        occurred_at=signal.occurred_at,
    )
