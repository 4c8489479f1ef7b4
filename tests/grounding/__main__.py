"""Prints how often the checker of citations is wrong on labelled claims, and on which.

python -m tests.grounding
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.grounding.labelled import CLAIMS, HELD_OUT, Label, Verdict, judged, rates

if TYPE_CHECKING:
    from collections.abc import Sequence

FOREIGN = "- altered by a figure or name that nothing cited has"
REARRANGED = "- altered by words, or by a figure or name of something else that is cited"
MEANING = {
    Label.SUPPORTED: "false drop",
    Label.ALTERED: "false accept",
    Label.INVENTED: "false accept",
    Label.NO_SUPPORT: "false accept (the named residual)",
}


def main() -> int:
    """Entry point."""
    for folder in (CLAIMS, HELD_OUT):
        sys.stdout.write("\n".join(_table(folder.name, judged(folder))) + "\n\n")
    return 0


def _table(name: str, verdicts: Sequence[Verdict]) -> list[str]:
    lines = [
        f"| {name} | claims | wrong | rate | wrong by quotes alone | a wrong verdict is a |",
        "|---|---|---|---|---|---|",
    ]
    for label, (wrong, total) in rates(verdicts).items():
        own = [each for each in verdicts if each.case.label is label]
        by_quotes = sum(each.quotes_hold is not (label is Label.SUPPORTED) for each in own)
        lines.append(f"| {label} | {total} | {wrong} | {wrong / total:.1%} | {by_quotes} | {MEANING[label]} |")
    altered = [each for each in verdicts if each.case.label is Label.ALTERED]
    for told, is_foreign in ((FOREIGN, True), (REARRANGED, False)):
        own = [each for each in altered if each.has_foreign_detail is is_foreign]
        wrong = sum(each.accepted for each in own)
        lines.append(f"| {told} | {len(own)} | {wrong} | {wrong / max(1, len(own)):.1%} | | |")
    return [*lines, "", *(_described(verdict) for verdict in verdicts if not verdict.is_right)]


def _described(verdict: Verdict) -> str:
    case = verdict.case
    why = f" -- {verdict.problems[0]}" if verdict.problems else ""
    return f"- {case.incident}, {case.label}: {case.finding.statement}{why}"


if __name__ == "__main__":
    sys.exit(main())
