"""An alarm goes through the product's pipeline in one process, and ends in a folder and on the screen."""

from __future__ import annotations

import io
from itertools import count
from pathlib import Path

import pytest

from cli import investigate
from cli.archived import read
from cli.aws.alarms import action_event
from cli.errors import CliError, ExitCode
from cli.in_memory.places import ContextFile
from cli.screen import Screen
from cli.watched import WatchedModel, WatchedTools
from tests.fakes import FakeClock, FakeTools, ScriptedModel, Turn, fails_with, printed, says
from tests.unit.agent.test_loop import DENIED, LOOK, SUBMIT
from tests.unit.cli.histories import a_change, an_account, an_alarm
from triage.agent.loop import AgentLoop
from triage.domain.budget import Budget
from triage.domain.errors import ModelUnavailable
from triage.domain.report import Origin

CODE = LOOK["toolUse"]["input"]["code"]
# Submitted again as it is: what its evidence does not show is left out then.
TURNS = (says(LOOK), says(SUBMIT), says(SUBMIT))
EVENT = action_event(an_alarm(), an_account(), a_change("orders-errors", 0, "ALARM"))


class Run:
    """One investigation with a scripted model."""

    def __init__(self, out: Path, *turns: Turn, context: str | None = None) -> None:
        self.clock, self.out, nonces = FakeClock(), out, count()
        self.shown, self.told = io.StringIO(), io.StringIO()
        self.screen = Screen(self.shown, self.told)
        self.model, self.sandbox = ScriptedModel(list(turns)), FakeTools({CODE: printed(DENIED)})
        self.agent = AgentLoop(
            WatchedModel(self.model, self.screen),
            WatchedTools(FakeTools(), self.sandbox, self.screen),
            self.clock,
            Budget(),
            120,
            lambda: f"{next(nonces):016x}",
        )
        self.context = investigate._context(context)

    def __call__(self, event: object = EVENT) -> ExitCode:
        pipeline = investigate._pipeline(an_account(), self.agent, self.out, self.context, self.screen)
        deadline = investigate.UntilThen(self.clock, 900.0)
        return investigate._report(pipeline, event, self.agent, deadline, self.screen, asks_model=True)  # type: ignore[arg-type]


def test_the_report_is_in_a_folder_of_its_own_and_on_the_screen(tmp_path: Path) -> None:
    run = Run(tmp_path, *TURNS)

    assert run() == ExitCode.OK
    [folder] = tmp_path.iterdir()
    assert read(folder).investigation.report.origin is Origin.MODEL
    assert "orders-errors" in run.shown.getvalue()
    assert str(folder / "report.html") in run.told.getvalue()
    assert "s3/object" not in run.shown.getvalue(), "no link to a bucket that is not there"


def test_progress_tells_turns_tools_tokens_and_dollars(tmp_path: Path) -> None:
    run = Run(tmp_path, *TURNS)

    run()

    told = run.told.getvalue()
    assert "turn 1: asking the model" in told
    assert "run_python: errors in the log: ok" in told
    assert "3,300 in all, 0.0135 USD" in told


def test_a_model_that_does_not_answer_leaves_the_first_look_and_says_so(tmp_path: Path) -> None:
    run = Run(tmp_path, fails_with(ModelUnavailable("AccessDeniedException: no access to the model")))

    assert run() == ExitCode.NO_MODEL
    assert "No model wrote this report" in run.told.getvalue()
    assert "no access to the model" in run.told.getvalue()


def test_what_the_owners_wrote_reaches_the_model(tmp_path: Path) -> None:
    context = tmp_path / "context.md"
    context.write_text("Orders belong to team blue.")
    run = Run(tmp_path / "out", *TURNS, context=str(context))

    run()

    assert "Orders belong to team blue." in run.model.requests[0].system


def test_a_context_that_cannot_be_read_is_an_error_before_anything_is_spent(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="--context"):
        investigate._context(str(tmp_path / "missing.md"))
    assert investigate._context(None) == ContextFile()


def test_an_event_nobody_can_read_is_an_error_in_words(tmp_path: Path) -> None:
    event = {**EVENT, "alarmArn": "nonsense"}

    with pytest.raises(CliError, match=r"cannot be investigated: .*alarmArn"):
        Run(tmp_path)(event)


def test_only_the_first_look_runs_outside_the_sandbox(tmp_path: Path) -> None:
    run = Run(tmp_path, *TURNS)

    run()

    assert [call.code for call in run.sandbox.calls] == [CODE]
