"""Builds the service from the environment, once per function instance."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sandbox import kernel
from sandbox.credentials import InvestigatorSessions, sts_assume_role
from sandbox.runner import Runner
from sandbox.service import ToolService
from sandbox.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping


def build_service(environ: Mapping[str, str]) -> ToolService:
    """Read the settings, start warming the sandbox, and join the parts.

    Raises:
        ConfigurationError: An environment variable is missing or malformed.
    """
    settings = load_settings(environ)
    runner = Runner()
    if os.geteuid() != 0:  # as root every call is refused, so there is nothing to warm
        runner.warm_up()
    own_guard = {"parent_memory": kernel.hide_memory(), "orphans": kernel.adopt_orphans()}
    return ToolService(
        settings=settings,
        sessions=InvestigatorSessions(settings.investigator_role_arn, sts_assume_role(settings.region)),
        runner=runner,
        own_guard=own_guard,
    )
