"""The process that runs model-written Python: the tool function's own service, its requests on standard input.

One JSON object a line: {"event": …, "remaining_seconds": n, "credentials": {…}} in, the tool's reply out. The
credentials of a call come with it; this process has no others, and reads no configuration of the developer's.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox import kernel, layers
from sandbox.credentials import Credentials
from sandbox.plan import Plan
from sandbox.runner import Runner
from sandbox.service import ToolService
from sandbox.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMORY_MIB = 2_048


class HandedOver:
    """The credentials that came with the request at hand."""

    def __init__(self) -> None:
        self.now: Credentials | None = None

    def session(self, investigation_id: str | None, region: str, needed_seconds: float) -> Credentials:  # noqa: ARG002 - the port's signature
        """Those of the request."""
        if self.now is None:
            raise RuntimeError("a request came without credentials")
        return self.now


def main() -> None:
    """Serve until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # nothing else may write where replies go
    told = json.loads(sys.argv[1])
    session = HandedOver()
    service = _service(told, session)
    for line in sys.stdin:
        message = json.loads(line)
        session.now = _credentials(message["credentials"])
        answer = service.answer(message["event"], message["remaining_seconds"])
        session.now = None
        replies.write(json.dumps(answer.reply.as_dict()) + "\n")


def _service(told: Mapping[str, Any], session: HandedOver) -> ToolService:
    settings = Settings(
        investigator_role_arn=told["identity"],
        timeout_seconds=told["timeout_s"],
        region=told["region"],
        memory_mib=MEMORY_MIB,
        endpoint_url=told["endpoint_url"],
        log_level="INFO",
    )
    runner = Runner(
        Plan(
            directory=tempfile.gettempdir(),
            port=settings.endpoint[1] if settings.endpoint else None,
            readable=tuple(told["readable"]),
        )
    )
    if os.geteuid() != 0:  # as root every call is refused
        runner.warm_up()
    guard = {layers.PARENT_MEMORY: kernel.hide_memory(), layers.ORPHANS: kernel.adopt_orphans()}
    return ToolService(settings, session, runner, guard)


def _credentials(given: Mapping[str, str]) -> Credentials:
    return Credentials(
        given["access_key_id"],
        given["secret_access_key"],
        given["session_token"],
        datetime.fromisoformat(given["expires_at"]),
    )


if __name__ == "__main__":
    main()
