"""Settings of the local AWS server, from its command line."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PORT = 4566
DEFAULT_IDLE_S = 3600.0


@dataclass(frozen=True)
class ServerSettings:
    """How one server runs.

    Attributes:
        port: TCP port on 127.0.0.1.
        account: Twelve-digit account id of the emulated account.
        region: Home region.
        state: Folder for mail, unpacked code and the control token.
        runtime: Folder holding (or receiving) the function runtime; shared between servers.
        model_url: Where functions find Bedrock's runtime API; without it they find none.
        alarm_interval_s: Seconds between two evaluations of all alarms.
        retry_delays_s: Waits before the retries of asynchronous invocations.
        idle_s: The server leaves after this long without a request; 0 for never.
        log_level: Python log level of the server's own log.
    """

    port: int
    account: str
    region: str
    state: Path
    runtime: Path
    model_url: str | None
    alarm_interval_s: float
    retry_delays_s: tuple[float, ...]
    idle_s: float
    log_level: str

    @property
    def endpoint(self) -> str:
        """Base URL of every service."""
        return f"http://127.0.0.1:{self.port}"


def parse(arguments: Sequence[str] | None = None) -> ServerSettings:
    """Read the command line; ends the process with a message on a wrong value."""
    parser = argparse.ArgumentParser(
        prog="python -m local_aws.server",
        description="A local AWS on 127.0.0.1 that runs the module's functions on the real Lambda runtime client.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port on 127.0.0.1")
    parser.add_argument("--account", type=account, default="123456789012", help="account id, twelve digits")
    parser.add_argument("--region", type=region, default="us-east-1", help="home region")
    parser.add_argument("--state", type=Path, required=True, help="folder for mail, unpacked code and the token")
    parser.add_argument("--runtime", type=Path, help="folder of the function runtime (default: STATE/runtime)")
    parser.add_argument("--model-url", help="endpoint of Bedrock's runtime API for the functions")
    parser.add_argument("--alarm-interval", type=_positive, default=5.0, help="seconds between alarm evaluations")
    parser.add_argument(
        "--retry-delays", type=_delays, default="60,120", help="seconds before retries of asynchronous invocations"
    )
    parser.add_argument(
        "--idle", type=float, default=DEFAULT_IDLE_S, help="leave after this many idle seconds; 0: never"
    )
    parser.add_argument(
        "--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="log level"
    )
    given = parser.parse_args(arguments)
    state = given.state.resolve()
    return ServerSettings(
        port=given.port,
        account=given.account,
        region=given.region,
        state=state,
        runtime=(given.runtime or state / "runtime").resolve(),
        model_url=given.model_url,
        alarm_interval_s=given.alarm_interval,
        retry_delays_s=given.retry_delays,
        idle_s=given.idle,
        log_level=given.log_level,
    )


def account(text: str) -> str:
    """An account id from the command line."""
    if not re.fullmatch(r"\d{12}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no account id: write twelve digits, such as 123456789012")
    return text


def region(text: str) -> str:
    """A region from the command line."""
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no region: write one such as eu-central-1")
    return text


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number from 1 to 65535")
    return int(text)


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be more than 0 seconds")
    return value


def _delays(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write seconds separated by commas, such as 60,120") from None
