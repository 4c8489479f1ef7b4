"""Start, find again and stop a local AWS as a detached process; for the demo, the end-to-end tests and evals."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from local_aws.control import TOKEN_HEADER
from local_aws.settings import DEFAULT_IDLE_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.faults.rules import Fault

CHECKOUT = Path(__file__).resolve().parent.parent

ADMINISTRATOR = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
"""boto3's keyword arguments for the credentials of whoever owns the account."""

_RECORD = "server.json"
_START_LIMIT_S = 60.0
_CALL_LIMIT_S = 10.0

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Loopback is never asked for through a proxy."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Servers this process started: to be waited for when they are stopped."""


class LocalAwsError(RuntimeError):
    """The local AWS could not be started, reached or stopped."""


@dataclass(frozen=True)
class LocalAwsConfig:
    """What to start.

    Attributes:
        state: Folder of this server; see `default_state`.
        port: Port on 127.0.0.1; a free one when None.
        account: Account id, twelve digits.
        region: Home region.
        model_url: Endpoint of Bedrock's runtime API for the functions.
        runtime: Folder of the function runtime, which several servers may share; one of its own when left out.
        alarm_interval_s: Seconds between two evaluations of all alarms.
        retry_delays_s: Waits before retries of asynchronous invocations.
        idle_s: Leave after this long without a request.
    """

    state: Path
    port: int | None = None
    account: str = "123456789012"
    region: str = "us-east-1"
    model_url: str | None = None
    runtime: Path | None = None
    alarm_interval_s: float = 5.0
    retry_delays_s: tuple[float, ...] = (60.0, 120.0)
    idle_s: float = DEFAULT_IDLE_S


@dataclass(frozen=True)
class Running:
    """A local AWS that answers."""

    state: Path
    pid: int
    started_ticks: int
    port: int
    account: str
    region: str
    sources: str = ""

    @property
    def endpoint(self) -> str:
        """Base URL of every service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mailbox(self) -> Path:
        """Folder of the .eml files."""
        return self.state / "mailbox"

    @property
    def slack(self) -> Path:
        """Folder of the Slack cards."""
        return self.state / "slack"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.state / "server.log"

    def client(self, service: str, region: str | None = None, **session: str) -> Any:
        """A boto3 client with the administrator's credentials, or with the session credentials given.

        Args:
            service: as boto3 names it.
            region: where it works; the region of this local AWS unless told.
            session: keyword arguments of boto3 for the credentials.
        """
        keys = session or ADMINISTRATOR
        config = Config(
            retries={"total_max_attempts": 1}, read_timeout=900, s3={"addressing_style": "path"}, proxies={}
        )
        isolated = boto3.session.Session(botocore_session=session_without_host_configuration())
        return isolated.client(  # type: ignore[call-overload] # any service by name
            service, endpoint_url=self.endpoint, region_name=region or self.region, config=config, **keys
        )

    def status(self, limit_s: float = _CALL_LIMIT_S) -> Mapping[str, Any]:
        """The status document of /_local/status."""
        return self._call("GET", "status", limit_s=limit_s)

    def forget_alarm(self, alarm_name: str, log_group: str | None = None) -> None:
        """Put the alarm back to OK without action, and drop all its last incident left.

        That is the datapoints of every metric of the alarm's dimensions, the alarm's transitions and the streams
        of the log group. CloudTrail does not show it.
        """
        self._call("POST", "alarms/forget", {"alarm_name": alarm_name, "log_group": log_group})

    def use_model(self, url: str) -> None:
        """Point the functions at another model server."""
        self._call("POST", "model", {"url": url})

    def declare(self, state: Mapping[str, Any]) -> None:
        """Add declared state; docs/local-aws.md says what may be in it.

        Raises:
            LocalAwsError: It is malformed; nothing was added.
        """
        self._call("POST", "state", state)

    def forget_declared(self) -> None:
        """Drop all declared state."""
        self._call("POST", "state", {"clear": True})

    def take_snapshot(self, name: str) -> None:
        """Keep a copy of the whole account's state."""
        self._call("POST", "snapshots", {"take": name})

    def restore_snapshot(self, name: str) -> None:
        """Bring a kept state back; what was declared since is dropped.

        Raises:
            LocalAwsError: Nothing was kept under that name.
        """
        self._call("POST", "snapshots", {"restore": name})

    @property
    def token(self) -> str:
        """What commands, and calls that say when they are made, have to carry."""
        return (self.state / "control-token").read_text()

    def fail(self, fault: Fault) -> str:
        """Switch a fault on; returns the name it is cleared by."""
        return str(self._call("POST", "faults", {"add": fault.to_json()})["added"])

    def clear_fault(self, name: str | None = None) -> None:
        """Switch one fault off, or all of them."""
        self._call("POST", "faults", {"clear": name})

    def fault_hits(self) -> Mapping[str, int]:
        """How many calls each fault has met so far."""
        hits: Mapping[str, int] = self._call("POST", "faults", {})["hits"]
        return hits

    def invocations(self, about: str = "") -> list[Mapping[str, Any]]:
        """Function name, request id, process id and event of what runs now, of events that hold a text."""
        return list(self._call("POST", "invocations", {"about": about})["running"])

    def signal(self, request_id: str, name: str) -> None:
        """Send KILL, STOP or CONT to the process of an invocation.

        Raises:
            LocalAwsError: It does not run any more.
        """
        self._call("POST", "invocations", {"request_id": request_id, "signal": name})

    def stop(self) -> None:
        """End the server and everything it runs; returns when it is gone."""
        try:
            if _is_alive(self):  # or another may listen there
                self._call("POST", "shutdown", {})
        except LocalAwsError:  # it is still starting, or does not answer any more
            if _is_alive(self):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGTERM)
        if not _gone(self, 10.0) and _is_alive(self):
            os.kill(self.pid, signal.SIGKILL)  # its functions end with it
            _gone(self, 5.0)
        (self.state / _RECORD).unlink(missing_ok=True)

    def _call(
        self,
        method: str,
        name: str,
        document: Mapping[str, Any] | None = None,
        limit_s: float = _CALL_LIMIT_S,
    ) -> Mapping[str, Any]:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.endpoint}/_local/{name}", body, method=method)  # noqa: S310 - loopback
        token = self.state / "control-token"
        if token.exists():
            request.add_header(TOKEN_HEADER, token.read_text())
        try:
            with _direct.open(request, timeout=limit_s) as answer:
                found: Mapping[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            with error:
                raise LocalAwsError(f"/_local/{name}: {json.load(error).get('message')}") from None
        except (OSError, ValueError) as error:
            raise LocalAwsError(f"The local AWS on port {self.port} does not answer: {error}") from error


def session_without_host_configuration() -> botocore.session.Session:
    """A session that reads neither the host's profiles nor its configuration files.

    Sessions share the service models: reading them again takes longer than most calls.
    """
    nowhere = (None, None, os.devnull, None)
    unset = {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    session = botocore.session.Session(session_vars=unset)
    session.register_component("data_loader", _service_models())
    return session


@cache
def _service_models() -> Loader:
    return create_loader()


def default_state(checkout: Path = CHECKOUT) -> Path:
    """The state folder of a checkout.

    Functions run as another user when the server runs as root, and a checkout often lies in a home directory no
    other user may enter; so root's state lives in a folder of its own below /var/tmp, which must be root's own.

    Raises:
        LocalAwsError: Somebody else owns the folder, or others may write to it.
    """
    if os.getuid() != 0:
        return checkout / ".local"
    name = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    folder = Path("/var/tmp") / f"alarm-triage-local-{name}"  # noqa: S108 - owner and mode are checked below
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or writable:
        raise LocalAwsError(f"{folder} must be a folder only root can write to: remove it.")
    return folder


def sources() -> str:
    """What tells this code of the local AWS from any other: a server goes on with the code it was started from."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def free_port() -> int:
    """A port on 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(config: LocalAwsConfig) -> Running:
    """Start a detached server and wait until it answers.

    Raises:
        LocalAwsError: It ended, or did not answer in time; the message quotes its log.
    """
    config.state.mkdir(parents=True, exist_ok=True)
    port = config.port or free_port()
    log = config.state / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            _command(config, port),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    ticks = started_ticks(process.pid)
    running = Running(config.state, process.pid, ticks, port, config.account, config.region, sources())
    try:
        _await_answer(running, process)
    except BaseException:  # Ctrl-C included: nothing else knows yet that it runs
        running.stop()
        raise
    return running


def _await_answer(running: Running, process: subprocess.Popen[bytes]) -> None:
    record = {**dataclasses.asdict(running), "state": str(running.state)}
    (running.state / _RECORD).write_text(json.dumps(record))
    limit = time.monotonic() + _START_LIMIT_S
    while not _answers(running, limit_s=1.0):  # whoever else holds the port may never answer
        if process.poll() is not None:
            raise LocalAwsError(_last_lines(running.log))
        if time.monotonic() > limit:
            last = _last_lines(running.log)
            raise LocalAwsError(f"The local AWS did not answer within {_START_LIMIT_S:.0f} s:\n{last}")
        time.sleep(0.05)


def _command(config: LocalAwsConfig, port: int) -> list[str]:
    command = [sys.executable, "-m", "local_aws.server", "--port", str(port), "--state", str(config.state)]
    command += ["--account", config.account, "--region", config.region]
    command += ["--runtime", str(config.runtime or config.state / "runtime")]
    command += ["--alarm-interval", str(config.alarm_interval_s), "--idle", str(config.idle_s)]
    command += ["--retry-delays", ",".join(str(delay) for delay in config.retry_delays_s)]
    return command + (["--model-url", config.model_url] if config.model_url else [])


def reuse(state: Path) -> Running | None:
    """The server of a state folder, if it still runs."""
    try:
        record = json.loads((state / _RECORD).read_text())
        running = Running(**{**record, "state": Path(record["state"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return running if _is_alive(running) and _answers(running) else None


def stop(state: Path) -> bool:
    """Stop the server of a state folder; whether one was running."""
    running = reuse(state)
    if running is None:
        return False
    running.stop()
    return True


def _answers(running: Running, limit_s: float = _CALL_LIMIT_S) -> bool:
    try:
        return bool(running.status(limit_s)["pid"] == running.pid)
    except (LocalAwsError, KeyError):
        return False


def started_ticks(pid: int) -> int:
    """When a process started: with its id, what tells it from a later one of that id; -1 once it ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return -1
    return -1 if fields[0] == "Z" else int(fields[19])


def _is_alive(running: Running) -> bool:
    return started_ticks(running.pid) == running.started_ticks != -1


def _gone(running: Running, limit_s: float) -> bool:
    limit = time.monotonic() + limit_s
    while time.monotonic() < limit:
        child = _children.get(running.pid)
        if child is not None:
            child.poll()
        if not _is_alive(running):
            if child is not None:
                del _children[running.pid]
                child.wait()  # it may have ended since it was looked at
            return True
        time.sleep(0.02)
    return False


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-15:]) or f"The local AWS ended without a word ({log})."
