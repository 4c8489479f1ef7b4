"""What `make demo` was asked for: from the command line, or from the variables the Makefile hands on."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local_aws.process import Running

LOG_ERROR = "log-error"
FAULTS = ("permission", "timeout", "memory", LOG_ERROR)
_DEFAULT_FAULT = "permission"
_FUNCTION_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,47}"
"""The rule of the variable `function_name` in demo/variables.tf."""


class UsageError(ValueError):
    """The demo cannot run like this; the message is one sentence."""


@dataclass(frozen=True)
class Options:
    """What was asked for; None where it was left open."""

    fault: str
    model: str
    port: int | None
    region: str | None
    account: str | None
    function_name: str
    email: str

    def suits(self, running: Running) -> bool:
        """Whether a server that runs is the one asked for."""
        wanted = ((self.port, running.port), (self.region, running.region), (self.account, running.account))
        return all(asked in (None, found) for asked, found in wanted)

    @property
    def model_id(self) -> str:
        """What the module calls the model: a stand-in must not sign a report with the name of a real one."""
        kind, _, rest = self.model.partition(":")
        named = {"bedrock": rest, "openai": "local.openai-server", "none": "none"}
        return named.get(kind, "local.scripted-stand-in")

    @property
    def asks_model(self) -> bool:
        """Whether anything plays the model."""
        return self.model != "none"

    def inputs(self, running: Running) -> dict[str, str]:
        """Terraform's input variables."""
        return {
            "email": self.email,
            "region": running.region,
            # An error in a log needs no fault of the function, which is not called then.
            "fault": _DEFAULT_FAULT if self.fault == LOG_ERROR else self.fault,
            "function_name": self.function_name,
            "bedrock_model_id": self.model_id,
        }


def parse(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
) -> argparse.Namespace:
    """The options as text, with those of the environment (DEMO_PORT, …) where the command line has none."""
    parser = argparse.ArgumentParser(prog="python -m local_aws.demo", description="The demo on this machine.")
    helps = {
        "fault": f"what is wrong: {', '.join(FAULTS)} (default: permission)",
        "model": "scripted, none, bedrock:<model id> or openai:<url> (default: scripted)",
        "port": "port on 127.0.0.1 (default: 4566, or a free one)",
        "region": "region of the local AWS (default: us-east-1)",
        "account": "account id (default: 123456789012)",
        "function_name": "name of the failing function (default: order-api)",
        "email": "who gets the report (default: oncall@example.com)",
    }
    for name, text in helps.items():
        default = environment.get(f"DEMO_{name.upper()}", "")
        parser.add_argument(f"--{name.replace('_', '-')}", default=default, help=text)
    parser.add_argument("--down", action="store_true", help="stop the local AWS and delete its state")
    return parser.parse_args(arguments)


def options(given: argparse.Namespace) -> Options:
    """The options, every one checked before anything is started or stopped.

    Raises:
        UsageError: A value cannot be used; the message names the variable of `make demo`.
    """
    port = _checked(given, "port", _is_port, "write a number from 1 to 65535, such as 4567")
    return Options(
        fault=_checked(given, "fault", FAULTS.__contains__, f"write {', '.join(FAULTS[:-1])} or {FAULTS[-1]}")
        or _DEFAULT_FAULT,
        model=_checked(given, "model", _matches(r"scripted|none|bedrock:\S+|openai:https?://\S+"), _MODELS)
        or "scripted",
        port=int(port) if port else None,
        region=_checked(given, "region", _is_region, "write an AWS region, such as eu-central-1"),
        account=_checked(given, "account", _matches("[0-9]{12}"), "write twelve digits, such as 123456789012"),
        function_name=_checked(
            given,
            "function_name",
            _matches(_FUNCTION_NAME),
            "write 1 to 48 letters, digits, hyphens or underscores, first a letter or digit, such as order-api",
        )
        or "order-api",
        email=_checked(
            given, "email", _matches(r"[^@\s]+@[^@\s]+"), "write an address, such as oncall@example.com"
        )
        or "oncall@example.com",
    )


_MODELS = (
    "write scripted, none, bedrock:<model id> or openai:<url>, such as openai:http://127.0.0.1:11434/v1#my-model"
)


def _checked(given: argparse.Namespace, name: str, valid: Callable[[str], bool], remedy: str) -> str | None:
    """The value as it was given, None where it was left open or empty."""
    text: str = getattr(given, name)
    if text and not valid(text):
        raise UsageError(f"{name.upper()}={text!r} cannot be used: {remedy}.")
    return text or None


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_port(text: str) -> bool:
    return re.fullmatch("[0-9]{1,5}", text) is not None and 1 <= int(text) <= 65535


def _is_region(text: str) -> bool:
    """Whether botocore knows the region, in any partition."""
    session = botocore.session.Session()
    return any(
        text in session.get_available_regions("lambda", partition)
        for partition in session.get_available_partitions()
    )
