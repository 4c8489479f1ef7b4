"""`make demo`: something fails for real, and the e-mail about it is shown; all on this machine."""

from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from local_aws import (
    channels,
    demo_options,
    inbox_process,
    incident,
    model_process,
    process,
    server,
    settings,
    terraform,
)
from local_aws.applied import Demo, DemoConfiguration
from local_aws.demo_options import Options, UsageError
from local_aws.functions.interpreter import NoInterpreterError
from local_aws.functions.runtime import RuntimeSetupError, prepare_runtime
from local_aws.inbox.run import RunRecord
from local_aws.incident import Delivered, IncidentError
from local_aws.process import LocalAwsConfig, LocalAwsError, Running
from local_aws.progress import Progress
from local_aws.terraform import TerraformError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_ALARM_INTERVAL_S = 1.0
_RETRY_DELAYS_S = (2.0, 4.0)

_STAND_IN = """The model was a scripted stand-in: fixed questions, and a report from what really came back.
No language model was asked. For a real one:
  make demo MODEL=bedrock:<model id>    Amazon Bedrock, with your AWS credentials (costs money)
  make demo MODEL=openai:<base url>     a server with the OpenAI API, for example http://127.0.0.1:11434/v1#<model>"""

_NO_MODEL = "No model was asked: the report is what code found by itself (the first look)."
_NOTES = {"scripted": _STAND_IN, "none": _NO_MODEL}


class DemoRun:
    """One run; until everything is applied, what it started is stopped again when it is interrupted or fails."""

    def __init__(self, options: Options, root: Path, progress: Progress) -> None:
        self._options = options
        self._root = root
        self._state = root / "demo"
        self._progress = progress
        self._undo = ExitStack()

    def run(self) -> Delivered:
        """Everything from an empty machine to the e-mail.

        Raises:
            UsageError: The demo cannot run here like this.
            TerraformError: Terraform is missing or failed.
            LocalAwsError: The local AWS did not start.
            IncidentError: No e-mail arrived.
        """
        executable = terraform.find()
        with self._undo:
            running = self._local_aws()
            if self._options.asks_model:
                model_process.ensure(running, self._options.model)
            page = inbox_process.ensure(running)
            self._progress.say(f"  Mails, Slack cards and the timeline: {page}")
            with RunRecord(running.state, self._options.fault, self._options.model) as record:
                demo = self._applied(running, executable)
                self._undo.pop_all()
                record.step("Investigating")
                return replace(self._incident(running, demo), page=page)

    def _incident(self, running: Running, demo: Demo) -> Delivered:
        incident.forget_last(running, demo)
        if self._options.fault == demo_options.LOG_ERROR:
            return incident.run_log_error(running, demo, self._progress)
        return incident.run(running, demo, self._progress)

    def _local_aws(self) -> Running:
        running = process.reuse(self._state)
        if running is not None and running.sources == process.sources() and self._options.suits(running):
            self._progress.say(
                f"  Reusing the local AWS on port {running.port} (account {running.account}, {running.region})."
            )
            return running
        port = self._port(running)
        if running is not None:
            with self._progress.step("Stopping the local AWS of another port, region, account or version"):
                stop(self._state)
        with self._progress.step("Preparing the function runtime"):
            runtime = prepare_runtime(self._root / "runtime")
        self._progress.say(f"    Functions run on {runtime.description}, as user {runtime.uid}.")
        self._undo.callback(stop, self._state)
        with self._progress.step(f"Starting the local AWS on port {port}"):
            return process.start(self._config(port))

    def _config(self, port: int) -> LocalAwsConfig:
        return LocalAwsConfig(
            state=self._state,
            port=port,
            account=self._options.account or "123456789012",
            region=self._options.region or "us-east-1",
            runtime=self._root / "runtime",
            alarm_interval_s=_ALARM_INTERVAL_S,
            retry_delays_s=_RETRY_DELAYS_S,
        )

    def _port(self, running: Running | None) -> int:
        """The port asked for, or the default one, or a free one when somebody else has it."""
        wanted = self._options.port or settings.DEFAULT_PORT
        if running is not None and running.port == wanted:
            return wanted
        problem = server.port_problem(wanted)
        if problem is None:
            return wanted
        if self._options.port is not None:
            raise UsageError(f"{problem.removesuffix('choose another one with --port.')}choose another PORT.")
        free = process.free_port()
        self._progress.say(f"  Port {wanted} is in use; taking {free} instead.")
        return free

    def _applied(self, running: Running, executable: Path) -> Demo:
        inputs = self._options.inputs(running) | channels.inputs(running)
        configuration = DemoConfiguration(running, inputs, executable)
        demo = configuration.already_applied()
        if demo is not None:
            self._progress.say("  Reusing what Terraform applied before: nothing has changed since.")
            return demo
        with self._progress.step("Applying the module and the demo with Terraform"):
            return configuration.apply()


def stop(state: Path) -> None:
    """Stop the demo's servers, and forget what was applied to them."""
    inbox_process.stop(state)
    model_process.stop(state)
    process.stop(state)


def down(root: Path, progress: Progress) -> None:
    """Stop the servers and delete everything the demo wrote."""
    stop(root / "demo")
    shutil.rmtree(root / "demo", ignore_errors=True)
    if not any(child.name != "runtime" for child in root.glob("*")):
        shutil.rmtree(root, ignore_errors=True)
    progress.say("The local AWS is stopped and its state deleted.")


def show(delivered: Delivered, options: Options, running_s: float) -> str:
    """The e-mail and what to know about it."""
    rule = "─" * 100
    lines = [
        "",
        rule,
        f"To:      {options.email}",
        f"Subject: {delivered.subject}",
        "",
        delivered.text.rstrip(),
        rule,
    ]
    if delivered.card is not None:
        lines.append(f"Slack card:  {delivered.card}")
    if delivered.html_report is not None:
        lines.append(f"HTML report: {delivered.html_report}")
    if delivered.page:
        lines.append(f"All of it:   {delivered.page}")
    lines.append(f"E-mail after {running_s:.1f} s. The local AWS stays up for an hour; `make demo-down` ends it.")
    if options.model in _NOTES:
        lines += ["", _NOTES[options.model]]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point: 0 with an e-mail, 1 without, 2 when the demo cannot run here."""
    if sys.platform != "linux":
        print("The demo runs on Linux only: use a Linux machine, container or virtual machine.", file=sys.stderr)
        return 2
    given = demo_options.parse(arguments)
    progress = Progress()
    if given.down:
        return _guarded(lambda: down(process.default_state(), progress))
    return _guarded(lambda: _run(demo_options.options(given), progress))


def _run(options: Options, progress: Progress) -> None:
    what = "Log error" if options.fault == demo_options.LOG_ERROR else "Alarm"
    progress.say(f"{what} to e-mail on this machine (fault: {options.fault}, model: {options.model})")
    delivered = DemoRun(options, process.default_state(), progress).run()
    progress.say(show(delivered, options, progress.elapsed_s))


_CANNOT_RUN: Mapping[type[Exception], int] = {
    UsageError: 2,
    TerraformError: 2,
    LocalAwsError: 2,
    NoInterpreterError: 2,
    RuntimeSetupError: 2,
    IncidentError: 1,
}


def _guarded(work: Callable[[], None]) -> int:
    try:
        work()
    except tuple(_CANNOT_RUN) as error:
        print(f"\n{error}", file=sys.stderr)
        return _CANNOT_RUN[type(error)]
    except KeyboardInterrupt:
        print(f"\nInterrupted: {_left_running()}", file=sys.stderr)
        return 130
    return 0


def _left_running() -> str:
    """What is true after an interruption, by looking: it depends on how far the run had come."""
    running = process.reuse(process.default_state() / "demo")
    if running is None:
        return "the local AWS is stopped."
    return f"the local AWS stays up on port {running.port}; `make demo-down` ends it."


if __name__ == "__main__":
    sys.exit(main())
