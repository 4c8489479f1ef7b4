"""Entry of the investigator function: one message of the work queue."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from triage.wiring.investigator import investigator_function

if TYPE_CHECKING:
    from triage.aws.runtime import LambdaContext

_run = investigator_function(os.environ)


def handler(event: Any, context: LambdaContext) -> Any:
    """Called by the Lambda runtime."""
    return _run(event, context)
