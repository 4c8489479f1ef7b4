"""The evidence that no tool call produced: the event itself, one line of JSON, laid out for people.

The model cites that line as it was recorded; people get the same keys and values one below the other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from triage.delivery.presentable import clean

if TYPE_CHECKING:
    from triage.domain.evidence import Evidence

_PREFIX = "signal: "

IN_SHORT = "The event is shown above; report.json holds it whole."
"""What a short form says instead of the event: the facts of the alarm are at its top already."""


def laid_out(evidence: Evidence) -> str | None:
    """The recorded event as indented JSON; ``None`` for the output of a tool call, or what is no JSON object."""
    if evidence.code or not evidence.output.startswith(_PREFIX):
        return None
    try:
        event = json.loads(evidence.output.removeprefix(_PREFIX))
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict):
        return None
    # Parsing turns an escape such as \u202e back into what it stands for: that must be made visible once more.
    return clean(json.dumps(event, indent=2, ensure_ascii=False))
