"""The alarm, its history, its metric and the metrics beside it, and what else is in alarm."""

from datetime import timedelta
from typing import Any

from local_aws.model.questions.prelude import (
    LOOK_AHEAD,
    LOOK_BACK,
    attempt,
    client,
    dimensions_of,
    onset,
    say,
    watched,
)


def ask(signal: dict[str, Any]) -> None:
    attempt("the definition of the alarm", definition, signal)
    attempt("the history of the alarm", history, signal)
    for metric in attempt("the metrics of the alarm", beside, signal) or []:
        attempt(f"metric {metric['name']}", datapoints, signal, metric)
    attempt("other alarms", others, signal)


def definition(signal: dict[str, Any]) -> None:
    answer = client("cloudwatch", signal).describe_alarms(
        AlarmNames=[signal["name"]], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    for alarm in (answer.get("MetricAlarms") or []) + (answer.get("CompositeAlarms") or []):
        say(
            "alarm",
            name=alarm["AlarmName"],
            state=alarm["StateValue"],
            since=alarm.get("StateUpdatedTimestamp"),
            reason=str(alarm.get("StateReason"))[:300],
            threshold=alarm.get("Threshold"),
            comparison=alarm.get("ComparisonOperator"),
            statistic=alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
            period_s=alarm.get("Period"),
            evaluation_periods=alarm.get("EvaluationPeriods"),
            missing_data=alarm.get("TreatMissingData"),
            rule=alarm.get("AlarmRule"),
        )


def history(signal: dict[str, Any]) -> None:
    answer = client("cloudwatch", signal).describe_alarm_history(AlarmName=signal["name"], MaxRecords=10)
    for item in answer["AlarmHistoryItems"][:10]:
        say("alarm_history", at=item["Timestamp"], kind=item["HistoryItemType"], what=item["HistorySummary"][:200])


def beside(signal: dict[str, Any]) -> list[dict[str, Any]]:
    """The alarm's metrics, then the others of the same resource."""
    found = {(metric["namespace"], metric["name"]): metric for metric in watched(signal)}
    for metric in list(found.values()):
        dimensions = [{"Name": name, "Value": value} for name, value in (metric.get("dimensions") or {}).items()]
        if not dimensions:
            continue
        answer = client("cloudwatch", signal).list_metrics(Namespace=metric["namespace"], Dimensions=dimensions)
        for other in answer["Metrics"]:
            if len(other["Dimensions"]) == len(dimensions):
                named = {"namespace": other["Namespace"], "name": other["MetricName"]}
                found.setdefault(
                    (other["Namespace"], other["MetricName"]), named | {"dimensions": metric["dimensions"]}
                )
    return list(found.values())[:12]


def datapoints(signal: dict[str, Any], metric: dict[str, Any]) -> None:
    dimensions = [{"Name": name, "Value": value} for name, value in (metric.get("dimensions") or {}).items()]
    subject = {"Namespace": metric["namespace"], "MetricName": metric["name"], "Dimensions": dimensions}
    answer = client("cloudwatch", signal).get_metric_data(
        StartTime=onset(signal) - LOOK_BACK,
        EndTime=onset(signal) + LOOK_AHEAD,
        ScanBy="TimestampAscending",
        MetricDataQueries=[
            {"Id": statistic.lower(), "MetricStat": {"Metric": subject, "Period": 60, "Stat": statistic}}
            for statistic in ("Sum", "Maximum")
        ],
    )
    values = {result["Id"]: result for result in answer["MetricDataResults"]}
    sums, peaks = values["sum"], values["maximum"]
    active = [time for time, value in zip(sums["Timestamps"], sums["Values"], strict=True) if value]
    say(
        "metric",
        name=metric["name"],
        namespace=metric["namespace"],
        dimensions=metric.get("dimensions") or dimensions_of(signal),
        hours=int(LOOK_BACK / timedelta(hours=1)),
        sum=short(sum(sums["Values"])),
        maximum=short(max(peaks["Values"], default=0)),
        datapoints=len(sums["Values"]),
        first_above_zero=min(active, default=None),
        last_above_zero=max(active, default=None),
    )


def short(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 3)


def others(signal: dict[str, Any]) -> None:
    answer = client("cloudwatch", signal).describe_alarms(StateValue="ALARM", MaxRecords=50)
    alarms = [alarm for alarm in answer["MetricAlarms"] if alarm["AlarmName"] != signal["name"]]
    say("other_alarms", in_alarm=len(alarms))
    for alarm in alarms[:8]:
        say(
            "other_alarm",
            name=alarm["AlarmName"],
            since=alarm.get("StateUpdatedTimestamp"),
            metric=alarm.get("MetricName"),
        )
