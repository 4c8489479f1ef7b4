"""`python -m local_aws.server`: the emulator with every correction installed, on 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from local_aws import settings as server_settings
from local_aws.functions.interpreter import NoInterpreterError
from local_aws.functions.runtime import Runtime, RuntimeSetupError, prepare_runtime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_aws.settings import ServerSettings

TOKEN_FILE = "control-token"  # noqa: S105 - the name of a file
MAILBOX_FOLDER = "mailbox"

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR")


def prepare_process(settings: ServerSettings) -> None:
    """Make the process's environment the emulator's configuration, with nothing of the host's AWS in it.

    The emulator reads its configuration on import, and would take the host's AWS_ACCESS_KEY_ID for its own root.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update(
        {
            "AUTH": "true",
            "AWS_DEFAULT_REGION": settings.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "BIND_HOST": "127.0.0.1",
            "CLOUDTRAIL_RECORDING": "0",  # recorded by local_aws.trail instead
            "DOCKER_HOST": "unix:///nonexistent/docker.sock",  # never a container
            "GATEWAY_PORT": str(settings.port),
            "IOT_MTLS_ENABLED": "0",  # would listen on a port of its own
            "LOG_LEVEL": settings.log_level,
            "MINISTACK_ACCOUNT_ID": settings.account,
            "MINISTACK_REGION": settings.region,
            "SFTP_ENABLED": "0",
            "STATE_DIR": str(settings.state / "emulator"),
            "TMPDIR": str(settings.state / "scratch"),
        }
    )


def port_problem(port: int) -> str | None:
    """One sentence when the port cannot be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}): choose another one with --port."
    return None


class Server:
    """Everything that is alive while the local AWS is up."""

    def __init__(self, settings: ServerSettings, runtime: Runtime) -> None:
        # The emulator is configured by the environment, so it is imported only now.
        from local_aws.installation import Installation  # noqa: PLC0415

        self._settings = settings
        self._runtime = runtime
        self._stopping = asyncio.Event()
        self._installed = Installation(settings, runtime)
        self._control = self._installed.control(
            _token(settings),
            self._status,
            {"shutdown": self._shutdown, "alarms/forget": self._forget, "model": self._use_model},
        )

    def _status(self) -> Mapping[str, Any]:
        return {
            "account": self._settings.account,
            "region": self._settings.region,
            "endpoint": self._settings.endpoint,
            "pid": os.getpid(),
            "interpreter": self._runtime.description,
            "interpreter_path": str(self._runtime.interpreter.executable),
            "function_uid": self._runtime.uid,
            "mailbox": str(self._settings.state / MAILBOX_FOLDER),
            "model_url": self._installed.model_url,
            "refused_invocations": self._installed.refusals(),
            "ran_code": [asdict(ran) for ran in self._installed.executor.ran],
        }

    def _shutdown(self, _request: Mapping[str, Any]) -> Mapping[str, Any]:
        self._stopping.set()
        return {"stopping": True}

    def _forget(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        self._installed.forget_alarm(str(request["alarm_name"]), request.get("log_group"))
        return {"alarm_name": request["alarm_name"], "state": "OK"}

    def _use_model(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        self._installed.use_model(request["url"])
        return {"model_url": request["url"]}

    async def run(self) -> None:
        """Serve until told to stop, or until nobody has asked for anything long enough."""
        from hypercorn.asyncio import serve  # noqa: PLC0415 - not needed before the settings are known to be right
        from hypercorn.config import Config  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        config = Config()
        config.bind = [f"127.0.0.1:{self._settings.port}"]
        config.keep_alive_timeout = 75
        config.graceful_timeout = 1.0
        config.accesslog = None
        config.loglevel = "WARNING"
        idle = asyncio.create_task(self._leave_when_idle())
        try:
            await serve(self._control, config, shutdown_trigger=self._stopping.wait)  # type: ignore[arg-type] # our own ASGI types
        finally:
            idle.cancel()
            await asyncio.to_thread(self._installed.close)

    async def _leave_when_idle(self) -> None:
        limit = self._settings.idle_s
        if limit <= 0:
            return
        while (left := limit - self._control.idle_s) > 0:  # noqa: ASYNC110 - a deadline that moves
            await asyncio.sleep(left)
        logging.getLogger("local_aws").info("idle for %.0f s: leaving", limit)
        self._stopping.set()


def _token(settings: ServerSettings) -> str:
    """A fresh token in a file only the owner reads."""
    path = settings.state / TOKEN_FILE
    path.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return token


async def _main(settings: ServerSettings, runtime: Runtime) -> None:
    await Server(settings, runtime).run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 2 when the server could not start."""
    settings = server_settings.parse(arguments)
    problem = port_problem(settings.port)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    (settings.state / "scratch").mkdir(parents=True, exist_ok=True)
    prepare_process(settings)
    try:
        runtime = prepare_runtime(settings.runtime)
    except (NoInterpreterError, RuntimeSetupError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Functions run on {runtime.description}, as user {runtime.uid}.", flush=True)
    asyncio.run(_main(settings, runtime))
    return 0


if __name__ == "__main__":
    sys.exit(main())
