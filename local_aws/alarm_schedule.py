"""Evaluates every metric alarm at a steady cadence, instead of only when a datapoint is put."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from local_aws import alarm_evaluation, forgetting
from local_aws.alarm_evaluation import Datapoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_log = logging.getLogger("local_aws.alarms")


def datapoints(alarm: Mapping[str, Any]) -> list[Datapoint]:
    """The alarm's statistic per period, of the metric with exactly the alarm's dimensions."""
    period = int(alarm.get("Period") or 60)
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    key = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    points = cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], key)) or []
    unit = alarm.get("Unit")
    buckets: dict[float, list[dict[str, Any]]] = {}
    for point in list(points):
        if unit in (None, point.get("Unit")):
            buckets.setdefault(point["Timestamp"] // period * period, []).append(point)
    found = []
    for start, bucket in buckets.items():
        stats = cloudwatch._calc_stats(bucket)
        value = cloudwatch._stat_value(stats, statistic, bucket)
        if value is not None:
            found.append(Datapoint(start, float(value), float(stats["SampleCount"])))
    return found


def evaluate(alarm: dict[str, Any], now: float) -> None:
    """Move one alarm to the state its metric calls for, with history, actions and parents."""
    if not alarm_evaluation.supported(alarm):
        return
    verdict = alarm_evaluation.judge(alarm, datapoints(alarm), now)
    old = alarm["StateValue"]
    if verdict is None or verdict.state == old:
        return
    alarm["StateValue"] = verdict.state
    alarm["StateReason"] = verdict.reason
    alarm["StateReasonData"] = verdict.reason_data
    alarm["StateUpdatedTimestamp"] = now
    cloudwatch._record_history(
        alarm["AlarmName"], old, verdict.state, verdict.reason, reason_data=verdict.reason_data
    )
    _log.info("alarm %s: %s -> %s: %s", alarm["AlarmName"], old, verdict.state, verdict.reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, verdict.state, verdict.reason)
    cloudwatch._evaluate_parent_alarms(alarm)


class AlarmSchedule:
    """The thread that evaluates."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._before: list[Callable[[float], None]] = []
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True, name="alarm-schedule")

    def before_looking(self, publish: Callable[[float], None]) -> None:
        """Have metrics published just before alarms are evaluated; called with epoch seconds."""
        self._before.append(publish)

    def start(self) -> None:
        """Begin evaluating."""
        self._thread.start()

    def stop(self) -> None:
        """Evaluate no more."""
        self._stopped.set()

    def forget(self, alarm_name: str, log_group: str | None = None) -> bool:
        """Put an alarm back to before its first incident, and empty the log group; whether the alarm exists."""
        with self._lock:
            for (account, region, name), alarm in list(cloudwatch._alarms._data.items()):
                if name == alarm_name:
                    with request_scope(account, region):
                        forgetting.metrics_beside(alarm)
                        forgetting.transitions(alarm)
                        if log_group:
                            forgetting.log_streams(log_group)
                    return True
        return False

    def _run(self) -> None:
        while not self._stopped.wait(self._interval_s):
            self._publish()
            with self._lock:
                for (account, region, name), alarm in list(cloudwatch._alarms._data.items()):
                    try:
                        with request_scope(account, region):
                            evaluate(alarm, time.time())
                    except Exception:
                        _log.exception("alarm %s could not be evaluated", name)

    def _publish(self) -> None:
        for publish in self._before:
            try:
                publish(time.time())
            except Exception:
                _log.exception("metrics could not be published")


def install(schedule: AlarmSchedule) -> None:
    """Evaluate on the schedule only; the emulator's own evaluation is switched off."""
    cloudwatch._evaluate_alarm = lambda _alarm: None
    schedule.start()
