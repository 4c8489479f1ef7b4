"""Builds the service from the environment, once per function instance."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from sandbox import kernel, layers
from sandbox.credentials import InvestigatorSessions, sts_assume_role
from sandbox.plan import Plan
from sandbox.runner import Runner
from sandbox.service import ToolService
from sandbox.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def build_service(environ: Mapping[str, str], without: Collection[str] = ()) -> ToolService:
    """Read the settings, start warming the sandbox, and join the parts.

    Args:
        environ: Environment variables; see `sandbox.settings`.
        without: Layers of the sandbox left out, only ever to show what they are good for.

    Raises:
        ConfigurationError: An environment variable is missing or malformed.
    """
    settings = load_settings(environ)
    runner = Runner(
        Plan(
            directory=tempfile.gettempdir(),
            port=settings.endpoint[1] if settings.endpoint else None,
            # Which objects may be read is a matter of ARNs then, which IAM knows better.
            left_to_iam=("s3:GetObject",) if settings.readable_logs else (),
            without=tuple(without),
        )
    )
    if os.geteuid() != 0:  # as root every call is refused, so there is nothing to warm
        runner.warm_up()
    switches = {layers.PARENT_MEMORY: kernel.hide_memory, layers.ORPHANS: kernel.adopt_orphans}
    own_guard = {name: layers.LEFT_OUT if name in without else throw() for name, throw in switches.items()}
    return ToolService(
        settings=settings,
        sessions=InvestigatorSessions(settings.investigator_role_arn, sts_assume_role(settings.region)),
        runner=runner,
        own_guard=own_guard,
    )
