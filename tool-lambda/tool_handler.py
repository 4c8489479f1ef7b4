"""Entry point of the tool function: runs model-written Python read-only and always answers.

Request and reply are described in `sandbox.contract`, environment variables in `sandbox.settings`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sandbox.service import describe
from sandbox.wiring import build_service

# The sandbox starts warming in its own process here, while this one goes on importing.
_SERVICE = build_service(os.environ)

from sandbox.journal import Journal  # noqa: E402

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_JOURNAL = Journal(_SERVICE.settings.log_level)


def handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Answer one request; see `sandbox.contract` for both shapes."""
    answer = _SERVICE.answer(event, context.get_remaining_time_in_millis() / 1000)
    _JOURNAL.record(describe(answer))
    return answer.reply.as_dict()
