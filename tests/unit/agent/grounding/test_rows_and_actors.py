"""Details of an answer beside others than those a claim puts them beside: who did it, and when it was."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems

TRAIL = (
    "2026-08-18T13:41:07Z ec2:CreateLaunchTemplateVersion launchTemplateName=render by image-builder/bake-1907\n"
    "2026-08-18T14:20:50Z sqs:SetQueueAttributes queueName=render-jobs by dev/jule\n"
    "2026-08-18T14:30:11Z lambda:TagResource functionName=thumb-maker user=ops/m.silva"
)
CREATED = "ec2:CreateLaunchTemplateVersion launchTemplateName=render"
LAG = "time   r1    r2\n02:18  14.4  18412.6\n02:19  16.0  27355.1\n02:20  15.7  36890.4"


@pytest.mark.parametrize(
    "statement",
    [
        "image-builder/bake-1907 created the version at 13:41.",
        "The version was created by bake-1907.",
        "A new version of the launch template was created at 13:41.",
    ],
)
def test_who_did_it_by_the_line_quoted_holds(statement: str) -> None:
    assert problems(TRAIL, statement, CREATED) == ()


@pytest.mark.parametrize("who", ["jule", "dev/jule", "m.silva"])
def test_somebody_who_did_something_else_does_not(who: str) -> None:
    (told, *_) = problems(TRAIL, f"The version was created by {who}.", CREATED)

    assert "image-builder/bake-1907" in told
    assert who.rpartition("/")[2] in told


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The lag of r2 reached 36,890 at 02:20.", "15.7  36890.4"),
        ("r2 was at 27,355 at 02:19 and at 36,890 at 02:20.", "02:19  16.0  27355.1"),
        ("The lag of r2 rose from 18,413 to 36,890.", "02:18  14.4  18412.6"),
    ],
)
def test_a_value_at_its_time_holds(statement: str, quote: str) -> None:
    assert problems(LAG, statement, quote) == ()


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (LAG, "The lag of r2 reached 36,890 at 02:19.", "15.7  36890.4"),
        (LAG, "r2 lagged by 27,355 at 02:20.", "15.7  36890.4"),
        ("Errors: 10:00 3, 10:05 470, 10:10 12", "There were 470 errors at 10:10.", "10:05 470, 10:10 12"),
    ],
)
def test_a_value_at_another_time_does_not(output: str, statement: str, quote: str) -> None:
    assert any("another value at that time" in told for told in problems(output, statement, quote))


def test_figures_of_two_rows_go_the_way_their_times_say() -> None:
    rows = ("02:18  14.4  18412.6", "02:20  15.7  36890.4")

    assert problems(LAG, "The lag of r2 went from 18,413 up to 36,890.", *rows) == ()
    assert any("wrong way round" in told for told in problems(LAG, "The lag fell from 36,890 to 18,413.", *rows))
