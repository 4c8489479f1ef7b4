"""The mail of a digest: it fits, it says what decides, and nobody outside writes into it."""

from __future__ import annotations

import json
import re

from tests.digests import MADE_AT, a_digest, a_hostile_digest, a_large_digest, a_small_digest, an_entry
from triage.delivery.console_links import Link
from triage.delivery.digest import documents, email, folder, full_list_link, json_document
from triage.delivery.render.text import SNS_BODY_BYTES
from triage.domain.digest import DigestReport, StatesNow, digest_signal

FULL_LIST = Link("Full list", "https://console.aws.amazon.com/s3/object/bucket")


def a_flood() -> DigestReport:
    """Twelve hundred alarms with the longest names."""
    return a_digest(tuple(an_entry(f"{number:04}-{'x' * 250}") for number in range(1_200)))


def test_totals_and_the_full_list_come_before_the_groups() -> None:
    body = email(a_large_digest(), FULL_LIST).body

    head = body[: body.index("1. AWS/Lambda")]
    assert "40 alarms fired 300 times" in head
    assert "26 in ALARM, 14 OK" in head
    assert FULL_LIST.url in head


def test_every_alarm_has_a_line_also_when_there_are_many() -> None:
    report = a_large_digest()
    body = email(report, FULL_LIST).body

    for entry in report.entries:
        assert (
            len(re.findall(rf"^   - {entry.signal.name}: .* {entry.count}x, (?:ALARM|OK)$", body, re.MULTILINE))
            == 1
        )


def test_a_few_alarms_are_all_shown_with_reason_and_link_and_many_are_not() -> None:
    small, large = email(a_small_digest(), FULL_LIST).body, email(a_large_digest(), FULL_LIST).body

    assert small.count("alarmsV2:alarm/") == small.count("Threshold Crossed") == 3
    assert large.count("alarmsV2:alarm/") == large.count("Threshold Crossed") == 8  # one for each group


def test_alarms_that_still_fire_come_first_in_their_group() -> None:
    entries = (an_entry("fine", (1, 2, 3)), an_entry("burning", (4,)))
    states = {("123456789012", "us-east-2", "burning"): "ALARM", ("123456789012", "us-east-2", "fine"): "OK"}

    body = email(a_digest(entries, now=StatesNow(MADE_AT, states)), None).body

    assert body.index("- burning") < body.index("- fine")


def test_a_digest_without_a_look_says_nothing_about_states() -> None:
    message = email(a_digest((an_entry(),)), None)

    assert message.subject == "[DIGEST] 1 alarm: not investigated one by one"
    assert "in ALARM now" not in message.body
    assert "not known" not in message.body


def test_what_could_not_be_seen_is_said() -> None:
    assert "(!) alarms of account 123456789012 in eu-central-1" in email(a_small_digest(), None).body


def test_times_have_dates_when_they_are_not_all_of_one_day() -> None:
    body = email(a_digest((an_entry("late", (-86_400.0, 3)),)), None).body

    assert "- late: 11-20 03:00:00 to 11-21 03:00:03, 2x" in body


def test_the_longest_digest_fits_and_says_where_the_rest_is() -> None:
    message = email(a_flood(), FULL_LIST)

    assert len(message.body.encode()) <= SNS_BODY_BYTES
    assert len(message.subject) < 100
    assert message.body.endswith(f"{FULL_LIST.url}]\n")


def test_the_archived_digest_holds_every_alarm() -> None:
    markdown, data = (document.body.decode() for document in documents(a_flood()))

    assert markdown.count("alarmsV2:alarm/") == 1_200
    assert len(json.loads(data)["groups"][0]["alarms"]) == 1_200


def test_no_form_carries_a_secret_or_what_hides() -> None:
    report = a_hostile_digest()
    forms = [email(report, None).body, *(document.body.decode() for document in documents(report))]

    for form in forms:
        assert "hunter2" not in form
        assert "AKIAIOSFODNN7EXAMPLE" not in form
        assert "\u202e" not in form


def test_addresses_in_names_and_reasons_are_no_links_for_people() -> None:
    report = a_hostile_digest()

    assert "https://evil.example" not in email(report, None).body
    assert "https://evil.example" not in documents(report)[0].body.decode()


def test_the_folder_is_beside_those_of_investigations() -> None:
    assert folder(a_small_digest()) == "reports/2026/11/21/031504Z_digest_20261121T030205Z-0a1b2c3d4e"


def test_the_link_to_the_full_list_is_right_for_the_partition() -> None:
    def link(partition: str) -> str | None:
        home = digest_signal("2026-11-21T03:00:00Z", partition, "123456789012", "cn-north-1")
        found = full_list_link(a_small_digest(), home, "bucket", "cn-north-1")
        return found.url if found else None

    assert (link("aws-cn") or "").startswith("https://console.amazonaws.cn/s3/object/bucket?prefix=reports/")
    assert link("aws-iso") is None


def test_json_names_its_form_and_counts() -> None:
    data = json.loads(json_document(a_small_digest()))

    assert (data["schema"], data["schema_version"]) == ("alarm-triage/digest", 1)
    assert (data["alarms"], data["transitions"]) == (3, 5)
