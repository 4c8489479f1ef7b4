"""Evaluates every metric alarm at a steady cadence, instead of only when a datapoint is put."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from local_aws.alarms import evaluation as alarm_evaluation
from local_aws.alarms import forgetting
from local_aws.alarms.evaluation import Datapoint
from local_aws.metrics import state
from local_aws.metrics.math.values import Source
from local_aws.metrics.queries import QuerySet, Range, series_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_log = logging.getLogger("local_aws.alarms")


def datapoints(alarm: Mapping[str, Any], now: float) -> list[Datapoint]:
    """What the alarm looks at, computed as GetMetricData computes it."""
    start, end = alarm_evaluation.evaluated_range(alarm, now)
    looked = Range(start, end, now, state.here())
    if alarm.get("Metrics"):
        [returned] = [query["Id"] for query in alarm["Metrics"] if query.get("ReturnData", True)]
        [series] = series_of(QuerySet(alarm["Metrics"], looked).value(returned), returned)
        return [Datapoint(at, value) for at, value in series.in_order()]
    [metric] = alarm_evaluation.watched_metrics(alarm)
    statistic = str(alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average")
    period, unit = alarm_evaluation.period_of(alarm), alarm.get("Unit")
    values, samples = (
        looked.series(Source(metric, name), period, unit).points for name in (statistic, "SampleCount")
    )
    return [Datapoint(at, value, samples[at]) for at, value in values.items()]


def evaluate(alarm: dict[str, Any], now: float) -> None:
    """Move one alarm to the state its metric calls for, with history, actions and parents."""
    if not alarm_evaluation.supported(alarm):
        return
    verdict = alarm_evaluation.judge(alarm, datapoints(alarm, now), now)
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
