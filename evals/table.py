"""Results as a person reads them."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from evals.suite import Outcome

_HEAD = ("scenario", "points", "solved", "category", "facts", "forbidden", "decisive", "confidence", "s")
_COUNTED = {"api_calls": "API calls", "log_bytes": "log bytes", "tokens": "tokens", "turns": "turns"}
"""What an investigator may say that it took, as the heads of columns."""


def render(outcomes: Sequence[Outcome]) -> str:
    """One line per scenario; what it took where the investigator says so."""
    used = [one.answer.usage if one.answer else {} for one in outcomes]
    counted = {key: head for key, head in _COUNTED.items() if any(key in usage for usage in used)}
    rows = [(*_HEAD, *counted.values())]
    for one, usage in zip(outcomes, used, strict=True):
        rows.append((*_row(one), *(f"{usage[key]:,.0f}" if key in usage else "" for key in counted)))
    return "\n".join(aligned(rows))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """A head and its rows as lines, the first column to the left and all others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    return [lines[0], "-" * len(lines[0]), *lines[1:]]


def _row(outcome: Outcome) -> tuple[str, ...]:
    name = outcome.scenario + ("" if not outcome.perturbed else f" [{'+'.join(outcome.perturbed)}]")
    score, answer = outcome.score, outcome.answer
    if score is None or answer is None:
        return (name, "0", "FAILED", *[""] * 5, f"{outcome.seconds:.1f}")
    facts = len(score.facts_found)
    decisive = len(score.decisive_cited)
    return (
        name,
        f"{score.points:.0f}",
        "yes" if score.solved else "no",
        answer.category if score.category else f"{answer.category} (wrong)",
        f"{facts}/{facts + len(score.facts_missed)}",
        ",".join(score.forbidden) or "-",
        f"{decisive}/{decisive + len(score.decisive_missed)}",
        answer.confidence,
        f"{outcome.seconds:.1f}",
    )


def summary(outcomes: Sequence[Outcome], frozen: Container[str]) -> str:
    """Totals, the frozen scenarios apart."""
    groups = [("all", list(outcomes)), ("frozen", [one for one in outcomes if one.scenario in frozen])]
    return "\n".join(_total(name, group) for name, group in groups if group)


def _total(name: str, outcomes: Sequence[Outcome]) -> str:
    scores = [one.score for one in outcomes]
    known = [score for score in scores if score is not None]
    count = len(scores)
    share = {
        "points": sum(score.points for score in known) / count / 100,
        "solved": sum(score.solved for score in known) / count,
        "cause named": sum(score.category for score in known) / count,
        "cause among hypotheses": sum(score.among_hypotheses for score in known) / count,
        "facts": sum(score.facts_share for score in known) / count,
    }
    parts = [f"{label} {value:.0%}" for label, value in share.items()]
    forbidden = sum(len(score.forbidden) for score in known)
    brier = sum(score.brier for score in known) / len(known) if known else 1.0
    failed = count - len(known)
    parts += [f"forbidden claims {forbidden}", f"Brier {brier:.2f}"]
    parts += [f"failed {failed}"] if failed else []
    return f"{name + ':':8}{count:3d} scenarios, " + ", ".join(parts) + _usage(outcomes)


def _usage(outcomes: Sequence[Outcome]) -> str:
    """Median and most of what investigators say they took."""
    answers = [one.answer for one in outcomes if one.answer is not None]
    names = sorted({name for answer in answers for name in answer.usage})
    taken = {name: [answer.usage.get(name, 0) for answer in answers] for name in names}
    told = [
        f"{name.replace('_', ' ')} {statistics.median(values):,.0f} ({max(values):,.0f})"
        for name, values in taken.items()
    ]
    return "\n        median (most): " + ", ".join(told) if told else ""
