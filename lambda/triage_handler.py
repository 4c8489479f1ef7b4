"""Entry of the triage function: an alarm's action, answered within a second."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from triage.wiring.triage import triage_function

if TYPE_CHECKING:
    from triage.aws.runtime import LambdaContext

_run = triage_function(os.environ)


def handler(event: Any, context: LambdaContext) -> Any:
    """Called by the Lambda runtime."""
    return _run(event, context)
