"""`python -m evals`: plays scenarios, scores an investigator, prints a table and keeps the results."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from evals import measures, perturbation, results, suite, table
from evals.investigators import imported, models
from evals.investigators.deployed import Deployed
from evals.investigators.first_look import FirstLookOnly
from evals.investigators.in_process import InProcess
from evals.investigators.reference import Lazy, Oracle, Wrong
from evals.scenario import ScenarioError, find, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evals.suite import Investigator, Outcome

_KNOWN: dict[str, Callable[[], Investigator]] = {
    "oracle": Oracle,
    "lazy": Lazy,
    "wrong": Wrong,
    "first-look": FirstLookOnly,
}

_WITH_MODEL: dict[str, Callable[[str], Investigator]] = {"agent": InProcess, "lambda": Deployed}

_NAMES = f"{', '.join([*_KNOWN, *_WITH_MODEL])} or python:package.module:function"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 2 for what was asked wrongly, 1 when an investigator failed on a scenario."""
    options = _options().parse_args(arguments)
    kinds = [kind for kind in options.perturb.split(",") if kind]
    try:
        perturbation.check(kinds)
        scenarios = find(options.scenarios)
        investigators = [_investigator(name, options.model) for name in options.investigator.split(",")]
        failed, total = 0, len(scenarios) * len(investigators)
        played: dict[str, list[Outcome]] = {}
        for run in range(options.runs):
            found = suite.run(scenarios, investigators, kinds, options.workers, _progress(total))
            for name, outcomes in found.items():
                failed += _report(name, outcomes, run, options.runs)
                played.setdefault(name, []).extend(outcomes)
    except (ScenarioError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for name, outcomes in played.items():
        if measures.are_worth_a_table(outcomes):
            print(f"\n{name}, {options.runs} {'run' if options.runs == 1 else 'runs'}")
            print(measures.render(outcomes, frozen()))
    return 1 if failed else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument(
        "--investigator",
        default="oracle,lazy,wrong",
        help=f"{_NAMES}; several with commas",
    )
    parser.add_argument(
        "--model",
        default="scripted",
        help=f"of agent and lambda: {models.MEANING}",
    )
    parser.add_argument("--scenarios", default="*", help="names with *, several with commas, or a folder")
    parser.add_argument("--perturb", default="", help=f"any of {','.join(perturbation.KINDS)}")
    parser.add_argument("--runs", type=int, default=1, help="how often everything is played")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1), help="local AWSs side by side")
    return parser


def _investigator(name: str, model: str) -> Investigator:
    if name in _WITH_MODEL:
        return _WITH_MODEL[name](model)
    if name in _KNOWN:
        return _KNOWN[name]()
    if name.startswith("python:"):
        return imported(name.removeprefix("python:"))
    raise ValueError(f"INVESTIGATOR={name}: write {_NAMES}.")


def _progress(total: int) -> Callable[[Outcome], None]:
    started, done = time.monotonic(), 0

    def show(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        points = "failed" if outcome.score is None else f"{outcome.score.points:.0f}"
        took = time.monotonic() - started
        print(f"  [{took:5.1f} s] {done}/{total} {outcome.scenario}: {points}", file=sys.stderr, flush=True)

    return show


def _report(name: str, outcomes: Sequence[Outcome], run: int, runs: int) -> int:
    """Print and keep one run; how many scenarios failed."""
    before = results.last(name)
    now = results.document(name, outcomes)
    path = results.write(now)
    print(f"\n{name}" + (f", run {run + 1} of {runs}" if runs > 1 else ""))
    print(table.render(outcomes))
    print(table.summary(outcomes, frozen()))
    for outcome in outcomes:
        if outcome.error:
            print(f"\n{outcome.scenario} failed: {outcome.error}")
    if before is not None:
        changed = results.changes(before, now)
        print(f"Since {before['finished_at']}: " + ("; ".join(changed) or "nothing changed") + ".")
    print(f"Kept in {path}")
    return sum(outcome.score is None for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())
