"""Which events the rule of watch_all_alarms lets through, tried on the pattern as Terraform renders it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.terraform import CHECKOUT, Workspace, find
from tests.events import event
from tests.terraform.event_pattern import UnsupportedPatternError, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TESTS = "tests/terraform"
OWN = ("triage-errors", "triage-events-lost", "triage-notice-errors", "triage-work-queue-age", "triage-notice-dlq")


def change(name: str, state: str = "ALARM", **fields: Any) -> dict[str, Any]:
    """An alarm's state change."""
    changed = event("eventbridge_metric_alarm") | fields
    changed["resources"] = [f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"]
    changed["detail"] |= {"alarmName": name, "state": {**changed["detail"]["state"], "value": state}}
    return changed


@pytest.fixture(scope="session")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Event patterns by the name of the run that planned them."""
    folder = tmp_path_factory.mktemp("module")
    for source in (*CHECKOUT.glob("*.tf"), *(CHECKOUT / name for name in ("dist", "modules", "tests"))):
        (folder / source.name).symlink_to(source)
    workspace = Workspace(folder, find())
    workspace.init("-backend=false", f"-test-directory={TESTS}")
    with workspace.attached() as served:
        output = served.checked(
            "test", f"-test-directory={TESTS}", f"-filter={TESTS}/watch_all.tftest.hcl", "-json", "-verbose"
        )
    return dict(_patterns(json.loads(line) for line in output.splitlines()))


def _patterns(messages: Iterator[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for message in messages:
        for changed in message.get("test_plan", {}).get("resource_changes", []):
            if changed["type"] == "aws_cloudwatch_event_rule":
                yield message["@testrun"], json.loads(changed["change"]["after"]["event_pattern"])


@pytest.mark.parametrize(
    ("run", "taken", "left"),
    [
        (
            "every_alarm",
            [
                change("payments"),
                change("an alarm <of> \u00fcbung & co"),
                change("my-triage-errors"),
                event("eventbridge_composite_alarm"),
                event("eventbridge_multi_series_alarm"),
                event("eventbridge_contributor"),
            ],
            [
                *(change(name) for name in OWN),
                change("TargetTracking-table/orders-AlarmLow"),
                change("payments", "OK"),
                change("payments", "INSUFFICIENT_DATA"),
                change("payments", source="my.app"),
                change("payments", **{"detail-type": "CloudWatch Alarm Configuration Change"}),
                event("direct_metric_alarm"),
                {},
            ],
        ),
        (
            "prefixes_states_and_names",
            [change("prod-api"), change("shared db", "OK"), change("prod-api", "INSUFFICIENT_DATA")],
            [
                change("stage-api"),
                change("shared"),
                change("my-prod-api"),
                change("prod-test-api"),
                change("prod-triage-errors-blue"),
                change("prod-triage-watch-all-lost-blue"),
            ],
        ),
        ("ok_is_heard_of_once", [change("TargetTracking-x", "OK")], [change("TargetTracking-x", "ALARM")]),
    ],
)
@pytest.mark.slow
@pytest.mark.xdist_group("terraform_documents")
def test_the_rule_takes_what_it_should_and_leaves_the_rest(
    patterns: Mapping[str, Any], run: str, taken: list[dict[str, Any]], left: list[dict[str, Any]]
) -> None:
    assert [one for one in taken if not matches(patterns[run], one)] == []
    assert [one for one in left if matches(patterns[run], one)] == []


@pytest.mark.parametrize(
    "wanted",
    [
        "text",
        [],
        [{"suffix": "x"}],
        [{"prefix": ""}],
        [{"anything-but": ["x"]}],
        [{"anything-but": {"wildcard": ["x"]}}],
        [{"anything-but": {"prefix": [""]}}],
    ],
)
def test_the_matcher_refuses_what_it_does_not_know(wanted: Any) -> None:
    with pytest.raises(UnsupportedPatternError):
        matches({"source": wanted}, {"source": "aws.cloudwatch"})
