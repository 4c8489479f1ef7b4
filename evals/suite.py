"""Many scenarios, one investigator: each played on an account that holds nothing of another."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from evals import access, seeding
from evals.play import Incident, play, this_minute
from evals.scorer import Score, score
from local_aws import process
from local_aws.process import LocalAwsConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import boto3.session

    from evals.answer import Answer
    from evals.scenario import Scenario
    from local_aws.process import Running

ACCOUNT, REGION = "482915736204", "eu-west-1"

_EMPTY = "empty"


@dataclass(frozen=True)
class Played:
    """An incident on its stage.

    Attributes:
        incident: What happened.
        running: The local AWS it happened on.
    """

    incident: Incident
    running: Running

    @cached_property
    def session(self) -> boto3.session.Session:
        """What an investigator may read of it.

        Names a probe writes are renamed as the incident's are; what is left out is left out already.
        """
        keys = access.make_role(self.running, self.incident.denied)
        setting = self.incident.setting
        return seeding.session(self.running.endpoint, setting.region, keys, self.incident.perturbation)


class Investigator(Protocol):
    """Whoever answers."""

    @property
    def name(self) -> str:
        """What tables call it."""

    def prepare(self, running: Running) -> None:
        """Make ready a local AWS, once, before anything is played on it."""

    def finish(self, running: Running) -> None:
        """End what belongs to a local AWS, before it is stopped."""

    def __call__(self, played: Played) -> Answer:
        """Investigate one incident."""


@dataclass(frozen=True)
class Outcome:
    """One answer to one scenario.

    Attributes:
        scenario: Its name.
        perturbed: What was changed about it.
        answer: None when it failed.
        score: None when it failed.
        seconds: How long the investigator took.
        error: Why it failed.
    """

    scenario: str
    perturbed: tuple[str, ...]
    answer: Answer | None
    score: Score | None
    seconds: float
    error: str = ""


@contextmanager
def local_aws() -> Iterator[Running]:
    """A local AWS of its own that evaluates no alarm: states are what the scenario says."""
    shared = process.default_state()
    state = Path(tempfile.mkdtemp(prefix="eval-", dir=shared))
    state.chmod(0o755)
    config = LocalAwsConfig(
        state=state, account=ACCOUNT, region=REGION, runtime=shared / "runtime", alarm_interval_s=86_400.0
    )
    running = process.start(config)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(state)


def run(
    scenarios: Sequence[Scenario],
    investigators: Sequence[Investigator],
    kinds: Sequence[str],
    workers: int,
    progress: Callable[[Outcome], None],
) -> dict[str, list[Outcome]]:
    """Every scenario once, `workers` at a time; each is played once for all investigators, who only read it.

    Args:
        scenarios: What is played.
        investigators: Who answers; called from several threads.
        kinds: Perturbations.
        workers: Local AWSs side by side.
        progress: Told of every outcome.

    Returns:
        Outcomes in the order of the scenarios, by the investigator's name.
    """
    waiting: SimpleQueue[Scenario] = SimpleQueue()
    for scenario in scenarios:
        waiting.put(scenario)
    found: dict[tuple[str, str], Outcome] = {}
    lock = threading.Lock()

    def work() -> None:
        with _stage(investigators) as running:
            while (scenario := _next(waiting)) is not None:
                running.restore_snapshot(_EMPTY)
                played = Played(play(scenario, running, kinds, this_minute()), running)
                for investigator in investigators:
                    outcome = _answered(played, investigator, kinds)
                    with lock:
                        found[investigator.name, scenario.name] = outcome
                        progress(outcome)

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(work) for _ in range(min(workers, len(scenarios)))]:
            future.result()
    return {one.name: [found[one.name, scenario.name] for scenario in scenarios] for one in investigators}


@contextmanager
def _stage(investigators: Sequence[Investigator]) -> Iterator[Running]:
    """A local AWS that holds what the investigators need, and nothing else."""
    with local_aws() as running, ExitStack() as finishing:
        for investigator in investigators:
            finishing.callback(investigator.finish, running)
            investigator.prepare(running)
        running.take_snapshot(_EMPTY)
        yield running


def _next(waiting: SimpleQueue[Scenario]) -> Scenario | None:
    try:
        return waiting.get_nowait()
    except Empty:
        return None


def _answered(played: Played, investigator: Investigator, kinds: Sequence[str]) -> Outcome:
    incident = played.incident
    started = time.monotonic()
    try:
        answer = investigator(played)
    except Exception as error:  # an investigator that breaks has lost this scenario, not the run
        took = time.monotonic() - started
        reason = f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-3)}"
        return Outcome(incident.name, tuple(kinds), None, None, took, reason)
    took = time.monotonic() - started
    scored = score(answer, incident.truth, incident.setting, without_decisive="without" in kinds)
    return Outcome(incident.name, tuple(kinds), answer, scored, took)
