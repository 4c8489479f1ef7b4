"""Entry of the notice function: dead letters become short messages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from triage.wiring.notice import notice_function

if TYPE_CHECKING:
    from triage.aws.runtime import LambdaContext

_run = notice_function(os.environ)


def handler(event: Any, context: LambdaContext) -> Any:
    """Called by the Lambda runtime."""
    return _run(event, context)
