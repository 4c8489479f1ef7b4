"""`feedback`: a person says whether a report was right, in the Tracker of the deployed module."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from cli.aws.account import sign_in
from cli.errors import CliError, ExitCode, explained
from triage.app.record_feedback import RecordFeedback
from triage.aws.memory import DynamoMemory
from triage.aws.runtime import SystemClock
from triage.domain.errors import InvalidFeedback, UnknownInvestigation
from triage.domain.memory import Verdict

if TYPE_CHECKING:
    import argparse

    from cli.aws.account import Account
    from cli.screen import Screen

_OUTPUT = "dynamodb_table_name"
_DEFAULT_NAME = "triage-tracker"
_TERRAFORM_S = 60


def run(arguments: argparse.Namespace, screen: Screen) -> ExitCode:
    """Record the verdict, and say about which investigation it was."""
    account = sign_in(arguments.profile, arguments.region)
    table = arguments.table or _from_terraform() or _by_name(account)
    record = RecordFeedback(DynamoMemory(table, account.client("dynamodb")), SystemClock())
    try:
        found = record.run(arguments.id, Verdict(arguments.verdict), account.arn, arguments.note or "")
    except UnknownInvestigation as error:
        raise CliError(f"{error}. Table: {table} in {account.region}", ExitCode.NOT_FOUND) from error
    except InvalidFeedback as error:
        raise CliError(str(error)) from error
    screen.answer(
        f"{found.alarm}, {found.at:%Y-%m-%d %H:%M} UTC: {found.cause}\n"
        f"noted as {arguments.verdict} by {account.arn} in {table}"
    )
    return ExitCode.OK


def _from_terraform() -> str | None:
    """The output of the configuration in the current folder, where there is one that has it."""
    terraform = shutil.which("terraform")
    if terraform is None:
        return None
    try:
        shown = subprocess.run(  # noqa: S603 - a program the person has on the PATH, with fixed arguments
            [terraform, "output", "-json"], capture_output=True, text=True, timeout=_TERRAFORM_S, check=True
        )
        return _named_in(json.loads(shown.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, AttributeError):
        return None


def _named_in(outputs: dict[str, Any]) -> str | None:
    """The table's name among the outputs: as an output of its own, or inside one that is the whole module."""
    values = [output.get("value") for output in outputs.values()]
    own = outputs.get(_OUTPUT, {}).get("value")
    inside = [value[_OUTPUT] for value in values if isinstance(value, dict) and _OUTPUT in value]
    return next((name for name in (own, *inside) if isinstance(name, str)), None)


def _by_name(account: Account) -> str:
    """The one table that is called as the module calls it, prefix and suffix apart."""
    try:
        pages = account.client("dynamodb").get_paginator("list_tables").paginate()
        names = sorted(name for page in pages for name in page["TableNames"] if _DEFAULT_NAME in name)
    except Exception as error:
        raise explained(error) from error
    if len(names) == 1:
        return str(names[0])
    found = f"{len(names)} could be it: {', '.join(names[:10])}" if names else f"none is called *{_DEFAULT_NAME}*"
    raise CliError(
        f"which table is the Tracker in {account.region} of {account.account_id}? {found}. Say --table with the "
        f"module's output {_OUTPUT}",
        ExitCode.NOT_FOUND,
    )
