"""Shares and multiples beside the two figures they are made of."""

from __future__ import annotations

import pytest

from triage.agent.grounding.contradictions.ratios import against_ratios


@pytest.mark.parametrize(
    "statement",
    [
        "396 of its 400 connections were used, about 99 %.",
        "47 of 50 calls failed (94 %).",
        "It failed for 1 of 3 calls, roughly a third.",
        "Errors grew from 2 to 47, 23.5 times as many.",
        "The backlog tripled from 34 to 102.",
        "The rate fell fourfold, from 80 to 20.",
        "Memory went from 1 GB to 4096 MB, 4 times as much.",
        "2 of 3 tasks stopped, and CPU was at 97 %.",
    ],
)
def test_what_the_figures_give_holds(statement: str) -> None:
    assert list(against_ratios(statement)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "396 of its 400 connections were used, about 85 %.",
        "47 of 50 calls failed (49 %).",
        "The rate grew about 35-fold, from 0.9 to 19.6.",
        "The backlog tripled from 34 to 214.",
        "It doubled, from 10 to 55 a minute.",
    ],
)
def test_another_share_or_multiple_does_not(statement: str) -> None:
    assert list(against_ratios(statement))
