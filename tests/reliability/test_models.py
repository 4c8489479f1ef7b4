"""A slow, a throttled, a failing and an overflowing model, and a function killed between turns: a report leaves.

The deployed investigator with a shorter time limit. It keeps its reserves, so it is left a third of that limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws.model.server import serve
from tests.reliability.pipeline import Kind, Pipeline
from tests.reliability.temperaments import Temperament, Temperaments
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reliability")]

LIMIT_S = 120
"""Of the function: 75 s of it are the reserve for wrapping up and delivering."""

OVERFLOW = "ValidationException"


def one_in_ten(number: int) -> str | None:
    """Throttled nine times of ten; the answered one is not the first."""
    return None if number % 10 == 3 else "ThrottlingException"


ENDS = {
    "slow-model": (Temperament(asks=(1,), pause_s=4.0), {Kind.REPORT}),
    "throttled-model": (Temperament(asks=(1, 0), fails=one_in_ten), {Kind.REPORT, Kind.FIRST_LOOK}),
    "failing-model": (Temperament(fails=lambda _: "InternalServerException"), {Kind.FIRST_LOOK}),
    "overflowing-model": (Temperament(asks=(3, 9, 16, 0), window_tokens=30_000), {Kind.REPORT}),
    "killed-function": (Temperament(asks=(1, 1, 0), pause_s=3.0), {Kind.REPORT}),
}
"""What a model is like, and what leaves then; by chance, where waits are drawn by lot, one of two."""

KILLED = "killed-function"


@dataclass(frozen=True)
class Played:
    """What came of all of them.

    Attributes:
        kept: turns that were in checkpoints when the function was killed.
    """

    pipeline: Pipeline
    models: Temperaments
    kept: int

    def report(self, alarm_name: str) -> dict[str, Any]:
        """The archived report."""
        found = self.pipeline.archived("report.json")
        (own,) = [one for one in found if one["signal"]["name"] == alarm_name]
        return own


@pytest.fixture(scope="module")
def played(pipeline: Pipeline) -> Iterator[Played]:
    functions, name = pipeline.client("lambda"), pipeline.functions["investigator"]
    before = functions.get_function_configuration(FunctionName=name)["Timeout"]
    functions.update_function_configuration(FunctionName=name, Timeout=LIMIT_S)
    models = Temperaments({alarm: temperament for alarm, (temperament, _) in ENDS.items()})
    try:
        with serve(models) as server:
            pipeline.running.use_model(server.url)
            for alarm in ENDS:
                pipeline.fire(alarm)
            kept = _kill_after_a_turn(pipeline)
            for alarm in ENDS:
                eventually(lambda alarm=alarm: pipeline.mails(alarm), f"a report about {alarm}", LIMIT_S)
            pipeline.await_quiet(60.0)
            yield Played(pipeline, models, kept)
    finally:
        pipeline.running.use_model(pipeline.model_url)
        functions.update_function_configuration(FunctionName=name, Timeout=before)


def _kill_after_a_turn(pipeline: Pipeline) -> int:
    """Kill the function while the model thinks about its second turn; how many turns were kept."""
    running = eventually(lambda: pipeline.investigations(KILLED), "it is investigated")[0]["request_id"]
    investigation_id = pipeline.claim(KILLED)["investigation_id"]["S"]
    # The first checkpoint is what was known before the first turn.
    eventually(lambda: len(pipeline.checkpoints(investigation_id)) >= 2, "a turn is kept")
    pipeline.running.signal(running, "KILL")
    return len(pipeline.checkpoints(investigation_id)) - 1


@pytest.mark.parametrize("alarm_name", ENDS)
def test_one_report_leaves_before_the_limit(played: Played, alarm_name: str, record_property: Any) -> None:
    mails = played.pipeline.mails(alarm_name)
    report = played.report(alarm_name)
    record_property(
        "measured",
        f"{alarm_name}: {mails[0].kind} after {report['investigation']['duration_s']:.0f} s of {LIMIT_S}, "
        f"{len(played.models.requests[alarm_name])} requests, {report['usage']['turns']} turns",
    )

    assert len(mails) == 1
    assert mails[0].kind in ENDS[alarm_name][1]
    assert report["investigation"]["duration_s"] < LIMIT_S


def test_a_slow_model_is_asked_for_its_report_while_there_is_time(played: Played) -> None:
    assert played.report("slow-model")["investigation"]["stopped_by"] == "time limit"
    assert len(played.models.turns("slow-model")) > 2


def test_what_a_throttled_model_had_asked_for_is_delivered(played: Played) -> None:
    report = played.report("throttled-model")

    assert len(played.models.turns("throttled-model", "ThrottlingException")) >= 9
    assert any(evidence["purpose"] == "Look" for evidence in report["evidence"])


def test_an_overflow_folds_what_was_read_then_what_was_not_and_is_answered(played: Played) -> None:
    assert played.models.turns("overflowing-model", OVERFLOW) == [2, 3]
    assert played.models.turns("overflowing-model") == [0, 1, 2, 3]


def test_after_a_kill_the_model_is_asked_nothing_again_that_was_kept(played: Played) -> None:
    asked = [turn for turn, _ in played.models.requests[KILLED]]

    assert played.kept >= 1
    assert [turn for turn in asked if turn < played.kept] == list(range(played.kept))
    assert max(asked) == 2
    assert played.report(KILLED)["investigation"]["attempt"] == 2
    assert played.report(KILLED)["usage"]["turns"] == 3
