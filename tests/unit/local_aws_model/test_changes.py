"""Changes: told in the order they were made, and suspected only when they could have been the cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.local_aws_model import incidents
from tests.unit.local_aws_model.incidents import dice, investigate, line

if TYPE_CHECKING:
    from tests.unit.local_aws_model.incidents import Investigated

BEFORE, AFTER = "2031-05-06T07:00:00+00:00", "2031-05-06T07:09:00+00:00"


def a_change(event: str, at: str = BEFORE, **facts: Any) -> str:
    return line("change", of="thing", at=at, event=event, by="someone", **facts)


def investigated(*newest_first: str) -> Investigated:
    return investigate(incidents.killed(dice(31)).with_lines("changes", *newest_first))


def suspected(done: Investigated) -> list[str]:
    titles = [action["title"] for action in done.report["immediate_actions"]]
    return [title for title in titles if title.startswith("Review the last change")]


def told(done: Investigated) -> list[str]:
    return [entry["event"].split()[0] for entry in done.report["timeline"] if " by someone" in entry["event"]]


def test_changes_of_one_second_are_told_in_the_order_they_were_made() -> None:
    done = investigated(a_change("PutRetentionPolicy"), a_change("CreateLogGroup"))

    assert told(done) == ["CreateLogGroup", "PutRetentionPolicy"]


def test_the_last_change_of_one_second_is_the_one_to_review() -> None:
    done = investigated(a_change("PutRolePolicy"), a_change("DetachRolePolicy"))

    assert suspected(done) == ["Review the last change: PutRolePolicy of thing"]


def test_a_change_after_the_onset_is_not_suspected() -> None:
    done = investigated(a_change("UpdateFunctionConfiguration20150331v2", AFTER), a_change("DeleteRolePolicy"))

    assert suspected(done) == ["Review the last change: DeleteRolePolicy of thing"]


def test_only_changes_after_the_onset_leave_nothing_to_review() -> None:
    done = investigated(a_change("UpdateFunctionConfiguration20150331v2", AFTER))

    assert suspected(done) == []
    assert "Whether the last change caused" not in " ".join(done.report["open_questions"])


def test_configuration_and_permissions_come_before_later_changes_of_other_kinds() -> None:
    later = "2031-05-06T07:05:00+00:00"
    done = investigated(a_change("DeleteLogStream", later), a_change("UpdateFunctionConfiguration20150331v2"))

    assert suspected(done) == ["Review the last change: UpdateFunctionConfiguration20150331v2 of thing"]


def test_without_a_telling_change_the_last_of_any_kind_is_reviewed() -> None:
    done = investigated(a_change("TagRole"), a_change("CreateRole"))

    assert suspected(done) == ["Review the last change: TagRole of thing"]


def test_a_refused_call_changed_nothing() -> None:
    done = investigated(a_change("PutRolePolicy", refused="AccessDenied"))

    assert suspected(done) == []
    assert told(done) == []


def test_of_many_changes_the_telling_one_is_told_however_old() -> None:
    done = investigated(*[a_change(f"Tag{n}") for n in range(20)], a_change("DeleteRolePolicy"))

    assert told(done)[0] == "DeleteRolePolicy"
    assert len(told(done)) == 10
