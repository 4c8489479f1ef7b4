"""What first look, folding and the check of claims each bring: the same work with one of them switched off.

    python -m bench.ablation                      a dozen incidents; takes several minutes
    python -m bench.ablation 'lambda-*,sqs-*'     incidents by name

Who investigates is scripted; no language model takes part (see `bench.capable`).
"""

from __future__ import annotations

import argparse
import statistics
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import orchestrator
from bench.capable import CapableStandIn
from evals import suite
from evals.investigators.in_process import InProcess
from evals.scenario import find, frozen
from tests.agents import claiming
from tests.agents.playing import Played as PlayedAgent
from tests.agents.scripted import overflowing
from tests.agents.worlds import WORLDS
from tests.grounding.labelled import Label
from triage.agent import loop
from triage.agent.conversation import Conversation
from triage.agent.grounding import Grounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from evals.scenario import Scenario
    from evals.suite import Outcome, Played
    from triage.domain.report import Report

INCIDENTS = (
    "admission-forms-fail",
    "audit-events-not-delivered",
    "courier-api-error-rate",
    "kinesis-iterator-age-climbs",
    "lambda-charges-time-out",
    "lambda-throttled-at-checkout",
    "lambda-thumbnails-killed",
    "policies-not-sealed",
    "portal-5xx-since-the-night",
    "scans-end-as-dead-letters",
    "sqs-fifo-age-grows",
    "tasks-below-desired",
)
"""Of all difficulties and many services; none of them is frozen."""

HEAD = ("switched off", "measured on", "what", "with it", "without it")
Cells = tuple[str, ...]
_UNFOLDED = dict.fromkeys(("fold_if_long", "fold", "fold_unseen"), lambda _: False)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m bench.ablation", description=__doc__.splitlines()[0])
    parser.add_argument(
        "incidents", nargs="?", default=",".join(INCIDENTS), help="names with *, several with commas"
    )
    scenarios = [one for one in find(parser.parse_args().incidents) if one.name not in frozen()]
    rows = [*_first_look(scenarios), *_folding(), *_grounding()]
    print("\n".join([_line(HEAD), "|---" * len(HEAD) + "|", *map(_line, rows)]))
    return 0


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


@dataclass(frozen=True)
class _Arm:
    """One way to investigate, over all incidents."""

    outcomes: Sequence[Outcome]
    models: Sequence[CapableStandIn]

    @property
    def right(self) -> str:
        solved = sum(one.score is not None and one.score.solved for one in self.outcomes)
        return f"{solved} of {len(self.outcomes)}"

    def mean(self, name: str) -> float:
        return statistics.mean(one.answer.usage[name] for one in self.outcomes if one.answer)

    @property
    def weighted(self) -> float:
        return statistics.mean(one.sent.weighted for one in self.models)

    @property
    def seen(self) -> str:
        pieces = sum(len(one.incident.truth.decisive) for one in self.models)
        return f"{sum(one.seen for one in self.models)} of {pieces}"


def _first_look(scenarios: Sequence[Scenario]) -> Iterator[Cells]:
    arms = [_played(scenarios, is_on=is_on) for is_on in (True, False)]
    where = f"a capable stand-in on {len(scenarios)} incidents"
    told: list[tuple[str, Callable[[_Arm], str]]] = [
        ("causes right", lambda arm: arm.right),
        ("pieces of decisive evidence shown", lambda arm: arm.seen),
        ("turns, mean", lambda arm: f"{arm.mean('turns'):.1f}"),
        ("tool calls, mean", lambda arm: f"{arm.mean('tool_calls'):.1f}"),
        ("input tokens, mean", lambda arm: f"{arm.mean('input_tokens') / 1000:.1f} k"),
        ("input tokens, cache-weighted, mean", lambda arm: f"{arm.weighted / 1000:.1f} k"),
        ("output tokens, mean", lambda arm: f"{arm.mean('output_tokens') / 1000:.1f} k"),
    ]
    for what, of in told:
        yield "first look", where, what, *map(of, arms)


def _played(scenarios: Sequence[Scenario], *, is_on: bool) -> _Arm:
    models: list[CapableStandIn] = []

    def made(played: Played) -> CapableStandIn:
        models.append(CapableStandIn(played.incident))
        return models[-1]

    def progress(outcome: Outcome) -> None:
        points = outcome.error.splitlines()[0] if outcome.score is None else f"{outcome.score.points:.0f}"
        print(f"  first look {is_on}, {outcome.scenario}: {points}", file=sys.stderr, flush=True)

    agent = InProcess("capable stand-in", takes_first_look=is_on, of=made)
    (outcomes,) = suite.run(scenarios, [agent], [], 1, progress).values()
    return _Arm(outcomes, models)


def _folding() -> Iterator[Cells]:
    where = "20 tool calls of 20 KB"
    usual = orchestrator.tokens_sent(20, 20)
    with _changed(Conversation, **_UNFOLDED):
        plain = orchestrator.tokens_sent(20, 20)
    yield "folding", where, "input tokens", f"{usual.tokens / 1000:.0f} k", f"{plain.tokens / 1000:.0f} k"
    weighted = (f"{each.weighted / 1000:.0f} k" for each in (usual, plain))
    yield "folding", where, "input tokens, cache-weighted", *weighted
    where = f"a model with a small window, {len(WORLDS)} small worlds"
    own = _reports_of_its_own()
    with _changed(Conversation, **_UNFOLDED):
        yield "folding", where, "ends in the model's own report", own, _reports_of_its_own()


def _reports_of_its_own() -> str:
    origins = [PlayedAgent(overflowing, world).report["origin"] for world in WORLDS]
    return f"{origins.count('model')} of {len(origins)}"


def _grounding() -> Iterator[Cells]:
    checked = claiming.delivered()
    with _changed(loop, ground=_believed, without_unsupported=lambda report: report):
        believed = claiming.delivered()
    for label in Label:
        of = f"of {checked[label][1]}"
        what = f"{label.value.replace('_', ' ')}: delivered as facts, {of}"
        yield (
            "check of claims",
            "an agent that insists on labelled claims",
            what,
            *(str(each[label][0]) for each in (checked, believed)),
        )


def _believed(report: Report, _evidence: object) -> Grounded:
    return Grounded(report, ())


@contextmanager
def _changed(owner: Any, **members: Any) -> Iterator[None]:
    """Members of a class or module replaced for a while."""
    before = {name: getattr(owner, name) for name in members}
    for name, member in members.items():
        setattr(owner, name, member)
    try:
        yield
    finally:
        for name, member in before.items():
            setattr(owner, name, member)


if __name__ == "__main__":
    sys.exit(main())
