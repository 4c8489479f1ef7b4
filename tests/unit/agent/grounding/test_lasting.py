"""What lasts is not over, and what is over does not last; all is not some."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems

ENDED = "Errors of refund-api per minute: 10:00 0, 10:01 14, 10:02 9, 10:03 0, 10:04 0"
GOES_ON = "Errors of refund-api per minute: 10:00 0, 10:01 14, 10:02 19, 10:03 22"
NO_MORE = "14 x [ERROR] read ETIMEDOUT first 10:01:08Z last 10:02:41Z\nno further error lines until 10:20"
OK_AGAIN = "alarm refund-errors: OK since 2026-11-21T10:05:00Z"
DELETED = "NumberOfMessagesDeleted of refunds: 09:00 9640, 10:00 0"
TASKS = '{"serviceName": "refund-web", "desiredCount": 6, "runningCount": 2, "pendingCount": 0}'
READY = "2 of 6 pods of refund-writer are ready"


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        (GOES_ON, "Errors are still being logged."),
        (GOES_ON, "Errors of refund-api are still high at 10:03."),
        (ENDED, "The errors stopped at 10:03."),
        (ENDED, "refund-api recovered by itself."),
        (ENDED, "Errors are no longer logged."),
        (ENDED, "refund-api still has the setting that led to it."),
        ("Errors of refund-api: 10:00 3, 10:05 40, 10:10 2", "refund-api recovered, but for 2 errors at 10:10."),
        (NO_MORE, "No further errors were logged until 10:20."),
        (NO_MORE, "The errors ended at 10:02:41."),
        (OK_AGAIN, "The alarm is OK again."),
        (OK_AGAIN, "The alarm is no longer in ALARM."),
        (DELETED, "Consumption is still stopped: no message was deleted at 10:00."),
        (DELETED, "Still nothing is deleted."),
        ("alarm refund-errors: ALARM since 10:01", "The alarm is still in ALARM."),
        ("errors: still high at 10:20", "Errors persist."),
        ("consumer restarted, lag still 20000", "The consumer keeps failing."),
        (f"{GOES_ON}; last line 10:31:05", "The errors stopped at 10:31."),
        (TASKS, "Only 2 of 6 tasks are running."),
        (TASKS, "Not all tasks are running."),
        (READY, "Two of six pods are ready."),
        (READY, "All pods belong to refund-writer."),
        ("6/6 pods ready", "All pods are ready."),
        ("desiredCount 6, runningCount 6", "All tasks are running."),
        ("0 of 6 pods are ready", "None of the pods are ready."),
        ("37 errors", "No errors of another kind were logged."),
        ("0 errors", "No errors were logged."),
        ("errors: none", "No errors were logged."),
        ("14 errors at 10:01, 0 since", "No errors are logged."),
        ("all 412 lines are of refund-api; 3 of 9 fields differ", "All lines are of refund-api."),
    ],
)
def test_what_the_latest_says_holds(output: str, statement: str) -> None:
    said = [each for each in problems(output, statement) if "is not in E3" not in each]
    assert said == []


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (ENDED, "Errors are still being logged.", "10:03 0, 10:04 0"),
        (ENDED, "The errors of refund-api continue.", "10:03 0, 10:04 0"),
        (ENDED, "Errors have not stopped.", "10:03 0, 10:04 0"),
        (NO_MORE, "Errors are still being logged.", "no further error lines"),
        (OK_AGAIN, "The alarm is still firing.", "OK since"),
        (OK_AGAIN, "The incident is ongoing.", "OK since"),
        (GOES_ON, "The errors stopped.", "10:02 19, 10:03 22"),
        (GOES_ON, "refund-api recovered from its errors at 10:02.", "10:02 19, 10:03 22"),
        (GOES_ON, "There are no more errors.", "10:02 19, 10:03 22"),
    ],
)
def test_what_the_latest_says_otherwise_does_not(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote)
