"""What rose did not fall, and what was 60 and became 10 was not raised from 10 to 60."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems
from triage.agent.grounding.contradictions.changes import Change, changes_in
from triage.agent.grounding.reading.series import series_in

AGE = "ApproximateAgeOfOldestMessage of refunds (Maximum, s): 10:00 12, 10:05 340, 10:10 655"
HITS = "HitRate of tile-cache: 10:00 97.1, 10:05 80.2, 10:10 61.5"
SCALED = "2026-11-21T10:02:11Z UpdateService service=refund-api desiredCount 12 -> 4 by autoscaling"
JSON_CHANGE = (
    '{"parameter": "max_connections", "oldValue": "400", "newValue": "100", "at": "2026-11-21T10:02:11Z"}'
)
NEWEST_FIRST = (
    '[{"Timestamp": "2026-11-21T10:10:00Z", "Sum": 9.0}, {"Timestamp": "2026-11-21T10:05:00Z", "Sum": 41.0}]'
)
READING = "reading: 0.0973 s → 4.61 s TargetResponseTime at 05:36 UTC, 48 x baseline"


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        (AGE, "The age grew from 12 s to 655 s."),
        (AGE, "The age of the oldest message rose from 12 s at 10:00 to almost 11 minutes at 10:10."),
        (AGE, "The age rose to 655 s."),
        (AGE, "ApproximateAgeOfOldestMessage rises."),
        (AGE, "Consumption fell while the age of messages grew to 655 s."),
        (AGE, "The age did not fall."),
        (AGE, "A drop of consumption made the age rise from 12 s to 655 s."),
        (HITS, "HitRate fell from 97 % to 61.5 %."),
        (HITS, "HitRate dropped by 10:05 to 80.2 %."),
        (HITS, "Requests of the origin grew, since the hit rate was down to 61.5 % at 10:10."),
        (HITS, "HitRate varied from 61.5 to 97.1 %."),
        (HITS, "HitRate is anywhere from 61.5 to 97.1 %."),
        ("Errors: 10:00 3, 10:05 40, 10:10 2", "Errors rose to 40 at 10:05 and fell to 2 at 10:10."),
        ("Errors: 10:00 3, 10:05 40, 10:10 2", "Errors fell from 40 to 2."),
        ("Errors: 10:00 3, 10:05 40, 10:10 2", "Errors rose from 3 to 40, then dropped."),
        ("Freeable: 10:00 3221225472, 10:05 1288490188", "Free memory fell from 3 GiB to 1.2 GiB."),
        ("temp 10:00 2, 10:05 -5", "It fell from 2 to -5 degrees."),
        (SCALED, "refund-api was scaled from 12 to 4 tasks at 10:02 UTC."),
        (SCALED, "The desired count was cut from 12 to 4."),
        (SCALED, "The service was scaled in to 4 tasks."),
        (SCALED, "Back to 12 tasks the service would have to be raised from 4."),
        (JSON_CHANGE, "max_connections was lowered from 400 to 100."),
        (JSON_CHANGE, "max_connections was 400 until 10:02 UTC and is 100 now."),
        (NEWEST_FIRST, "The sum fell from 41 to 9."),
        (READING, "TargetResponseTime rose from 0.0973 s to 4.61 s."),
        (READING, "TargetResponseTime rose from 97 ms to 4.61 s."),
        (READING, "TargetResponseTime jumped to 4.61 s."),
        ("TTL 300 -> 60", "The TTL was lowered from 5 minutes to 60 s."),
        ("image web:41 -> web:42", "The image was changed from web:41 to web:42."),
        ("state OK -> ALARM", "The alarm went from OK to ALARM."),
        ("4 -> 12\n12 -> 4", "It was scaled from 4 to 12 and back."),
        ("9 lines between 10:00:05 and 10:04:50", "9 lines were logged from 10:00:05 to 10:04:50."),
        ("ports 1024 to 65535 are open, packet drops 4 and 9", "Packet drops went from 4 to 9."),
        (
            "deploy at 10:02:11Z; first error 10:05:40Z",
            "The deployment at 10:02:11 came before the first error at 10:05:40.",
        ),
        (
            "deploy at 10:02:11Z; first error 10:05:40Z",
            "The first error at 10:05 came after the deployment at 10:02.",
        ),
        (
            "deploy at 23:58:11Z; first error 00:01:40Z",
            "The deployment at 23:58 came before the first error at 00:01.",
        ),
        (
            "datapoint [9.0 (21/11/26 10:01:00)] was greater than the threshold (5.0)",
            "9 errors, above the threshold of 5.",
        ),
        (
            "datapoint [1.0 (21/11/26 10:01:00)] was less than the threshold (3.0)",
            "1 healthy host is below the threshold of 3.",
        ),
        (
            "2 datapoints [47.0, 31.0] were greater than the threshold (10.0)",
            "2 datapoints exceeded the threshold of 10.",
        ),
        ("usage 71 %, limit 80 %", "Usage of 71 % is below the limit of 80 %."),
        ("2 s, limit 1.5 s, 1 s before", "Latency of 2 s, up from 1 s, is more than the limit of 1.5 s."),
        ("10 s, 5 min", "Within 10 seconds more than 5 minutes of data were lost."),
        ("lag 181,203, threshold 50,000", "The lag of 181,203 is more than three times the threshold of 50,000."),
        ("12 s, 5 s", "12 s is less than three times the limit of 5 s."),
        (
            "errors until 10:05:10Z; restart 10:09:00Z",
            "Errors came until 10:05 and, after the restart at 10:09, none.",
        ),
        ("usage 71 %, limit 80 %", "Usage is not above the limit of 80 %: it is 71 %."),
    ],
)
def test_the_way_that_the_figures_go_holds(output: str, statement: str) -> None:
    assert problems(output, statement) == ()


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        (AGE, "The age fell from 12 s to 655 s."),
        (AGE, "The age fell from 655 s to 12 s."),
        (AGE, "The age of messages fell to 655 s by 10:10."),
        (AGE, "The age of the oldest message dropped."),
        (AGE, "ApproximateAgeOfOldestMessage decreases."),
        (HITS, "HitRate rose from 61.5 % to 97.1 %."),
        (HITS, "HitRate changed from 61.5 % to 97.1 %."),
        (HITS, "HitRate climbed to 61.5 %."),
        (HITS, "The hit rate grew."),
        (SCALED, "refund-api was scaled from 4 to 12 tasks."),
        (SCALED, "The desired count was raised from 4 to 12."),
        (SCALED, "desiredCount 4 -> 12."),
        (SCALED, "The desired count was raised from 12 to 4."),
        (JSON_CHANGE, "max_connections was changed from 100 to 400."),
        (JSON_CHANGE, "max_connections was raised from 100 to 400."),
        (NEWEST_FIRST, "The sum rose from 9 to 41."),
        (READING, "TargetResponseTime fell from 4.61 s to 0.0973 s."),
        (READING, "TargetResponseTime fell."),
        ("TTL 300 -> 60", "The TTL was lengthened from 5 minutes to 60 s."),
        ("image web:41 -> web:42", "The image was changed from web:42 to web:41."),
        ("state OK -> ALARM", "The alarm went from ALARM to OK."),
        (
            "deploy at 10:02:11Z; first error 10:05:40Z",
            "The first error at 10:05:40 came before the deployment at 10:02:11.",
        ),
        (
            "deploy at 10:02:11Z; first error 10:05:40Z",
            "The deployment at 10:02 came after the first error at 10:05.",
        ),
        (
            "datapoint [9.0 (21/11/26 10:01:00)] was greater than the threshold (5.0)",
            "9 errors are below the threshold of 5.",
        ),
    ],
)
def test_the_other_way_does_not(output: str, statement: str) -> None:
    assert problems(output, statement)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (AGE, [(12, 340, 655)]),
        (NEWEST_FIRST, [(41, 9)]),
        ("api: 10:00 3, 10:05 4; web: 10:00 5, 10:05 6", [(3, 4), (5, 6)]),
        ("api 10:00=3 10:05=4 10:10=5", [(3, 4, 5)]),
        ('{"10:00": 3, "10:05": 4}', [(3, 4)]),
        ("first 03:10:02Z last 03:12:04Z", []),
        ("10:00 3", []),
    ],
)
def test_values_over_time_are_read_oldest_first(line: str, values: list[tuple[float, ...]]) -> None:
    assert [each.values for each in series_in(line)] == values


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("capacity 60 -> 10", Change("60", "10")),
        ("TargetResponseTime 0.1 s → 4.6 s", Change("0.1", "4.6")),
        ('"oldValue": "400", "newValue": "100"', Change("400", "100")),
        ('"newValue": "100", "oldValue": "400"', Change("400", "100")),
        ("previous: v41 current: v42", Change("v41", "v42")),
        ("raised from 1,000 to 1,200", Change("1000", "1200")),
    ],
)
def test_changes_are_read_in_every_form(line: str, change: Change) -> None:
    assert change in set(changes_in(line))
