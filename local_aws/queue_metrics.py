"""AWS/SQS metrics of every queue, which alarms on queues read; the emulator emits none.

As the SQS developer guide has them ("Available CloudWatch metrics for Amazon SQS"): visible messages, messages in
flight, and the age of the oldest one, which in a dead-letter queue counts from the move and not from the send. AWS
publishes once a minute; here a value that changed is published with the next look at the alarms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, sqs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.alarms.schedule import AlarmSchedule

_AT_LEAST_EVERY_S = 60.0
_AT_MOST_EVERY_S = 1.0

_UNITS = {
    "ApproximateNumberOfMessagesVisible": "Count",
    "ApproximateNumberOfMessagesNotVisible": "Count",
    "ApproximateAgeOfOldestMessage": "Seconds",
}


def install(schedule: AlarmSchedule) -> None:
    """Publish before alarms are looked at."""
    schedule.before_looking(QueueMetrics().publish)


class QueueMetrics:
    """Remembers what was published last, so that a quiet queue costs a datapoint a minute."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[float, float]] = {}
        self._looked_at = 0.0

    def publish(self, now: float) -> None:
        """Publish what has changed.

        Args:
            now: epoch seconds.
        """
        if now - self._looked_at < _AT_MOST_EVERY_S:
            return
        self._looked_at = now
        for (account, region, _), queue in list(sqs._queues._data.items()):
            with request_scope(account, region):
                for metric, value in measured(queue, now).items():
                    self._publish(queue["name"], str(queue["attributes"]["QueueArn"]), metric, value, now)

    def _publish(self, name: str, arn: str, metric: str, value: float, now: float) -> None:
        before, at = self._last.get((arn, metric), (-1.0, 0.0))
        if value != before or now - at >= _AT_LEAST_EVERY_S:
            self._last[arn, metric] = (value, now)
            cloudwatch.record_metric("AWS/SQS", metric, value, _UNITS[metric], {"QueueName": name})


def measured(queue: Mapping[str, Any], now: float) -> dict[str, float]:
    """The metrics of one queue."""
    messages = list(queue["messages"])
    visible = [message for message in messages if message["visible_at"] <= now]
    in_flight = [message for message in messages if message["visible_at"] > now and message["receive_count"]]
    ages = [now - _since(message, now) for message in (*visible, *in_flight)]
    return {
        "ApproximateNumberOfMessagesVisible": float(len(visible)),
        "ApproximateNumberOfMessagesNotVisible": float(len(in_flight)),
        "ApproximateAgeOfOldestMessage": float(int(max(ages, default=0.0))),
    }


def _since(message: dict[str, Any], now: float) -> float:
    """When the message came into this queue; a move is noticed when the message is first seen where it is now."""
    source = (message.get("sys") or {}).get("DeadLetterQueueSourceArn")
    if not source:
        return float(message["sent_at"])
    seen_from, seen_at = message.get("local_aws_moved", (None, now))
    if seen_from != source:
        seen_at = now
        message["local_aws_moved"] = (source, now)
    return float(seen_at)
