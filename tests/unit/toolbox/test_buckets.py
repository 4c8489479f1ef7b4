"""What a bucket's rules are told as: what expires when, and of which objects whom it tells."""

from __future__ import annotations

import pytest

from toolbox.resources.s3 import _expires, _notified


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}},
            "old: all objects expire after 30 days",
        ),
        (
            {"ID": "tmp", "Status": "Enabled", "Filter": {"And": {"Prefix": "tmp/"}}, "Expiration": {"Days": 1}},
            "tmp: objects under tmp/ expire after 1 days",
        ),
        (
            {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 7}},
            "a rule: earlier versions are deleted after 7 days",
        ),
        ({"ID": "old", "Status": "Disabled", "Expiration": {"Days": 30}}, ""),
        ({"ID": "warm", "Status": "Enabled", "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}]}, ""),
        (
            {"ID": "cold", "Status": "Enabled", "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}]},
            "cold: all objects move to GLACIER after 90 days",
        ),
    ],
)
def test_a_lifecycle_rule_is_told_by_what_it_takes_away(rule: dict[str, object], told: str) -> None:
    assert _expires(rule) == told


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        ([], "of all prefixes"),
        ([{"Name": "Prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ".jpg"}], "under in/, ending .jpg"),
    ],
)
def test_a_notification_is_told_with_its_filter(rules: list[dict[str, str]], where: str) -> None:
    each = {
        "Arn": "arn:aws:lambda:eu-west-1:1:function:resize",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }

    assert _notified(each, "Arn") == f"resize: s3:ObjectCreated:* {where}"
