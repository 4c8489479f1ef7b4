"""The first look in this process: the product's own toolbox, which reads and nothing else.

It is code of this repository, not of a model, so it works with the developer's own credentials.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.child import MAX_VALUE_BYTES
from sandbox.jsonsafe import bounded
from toolbox import first_look
from triage.ports import ToolReply
from untrusted import make_visible_value, redact, redact_value

if TYPE_CHECKING:
    import boto3.session

    from triage.ports import ToolCall


@dataclass(frozen=True)
class LookHere:
    """The ToolRunner port for the one call that is the first look."""

    session: boto3.session.Session

    def run(self, call: ToolCall) -> ToolReply:
        """Take the look; what fails is told as a failed call."""
        started = time.monotonic()
        try:
            found = first_look.run(
                call.inputs["signal"],
                own=call.inputs["own"],
                session=self.session,
                deadline_s=min(first_look.DEADLINE_S, call.timeout_s),
            )
        except Exception:
            error = redact(traceback.format_exc())
            return ToolReply("error", error=error, duration_ms=(time.monotonic() - started) * 1000)
        result = make_visible_value(redact_value(bounded(found, MAX_VALUE_BYTES).value))
        return ToolReply("ok", result=result, duration_ms=(time.monotonic() - started) * 1000)
