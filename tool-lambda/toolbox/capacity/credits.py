"""CPU credits of burstable instances: what they earn, since when they spend more, and what was done to them then.

Amazon EC2 User Guide, "Key concepts for burstable performance instances": an instance whose credits are spent is
held at its baseline in standard mode; in unlimited mode it goes on, and is charged.
"""

from __future__ import annotations

import statistics
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.changes import trail
from toolbox.changes.before_onset import shown
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from toolbox.asking.look import Look
    from toolbox.changes.trail import Event
    from toolbox.metrics.readings import Series

#: Baseline of one vCPU in percent, by the same page.
_BASELINE: dict[str, float] = {
    "nano": 5,
    "micro": 10,
    "small": 20,
    "medium": 20,
    "large": 30,
    "xlarge": 40,
    "2xlarge": 40,
}
_BASELINE_T2: dict[str, float] = _BASELINE | {"xlarge": 22.5, "2xlarge": 17}
_FAMILIES = ("t2", "t3", "t3a", "t4g")
_MOST_INSTANCES = 10
_MOST_CHANGES = 4
_PERIOD_S = 900
_BACK = timedelta(days=4)
_DAY = timedelta(days=1)
_BEFORE = timedelta(hours=2)
_AFTER = timedelta(minutes=30)
#: A balance below so much of what it was is nothing.
_NOTHING = 0.01
_FULL = 0.99
_PAGES = 2


def cpu_credits(instances: Collection[str]) -> Answer:
    """Of burstable instances: the balance of CPU credits, since when it falls, and changes when that began.

    Args:
        instances: Ids of EC2 instances.
    """
    look = looking.current()
    window = look.window.between(look.window.onset - _BACK, look.window.now)
    asked = Asked(window, instances=sorted(instances)[:_MOST_INSTANCES])
    burstable = _burstable(asked, look, sorted(instances)[:_MOST_INSTANCES])
    queries = [
        Query(f"{kind}{place}", "AWS/EC2", name, {"InstanceId": instance}, statistic, _PERIOD_S)
        for place, instance in enumerate(burstable)
        for kind, name, statistic in (("b", "CPUCreditBalance", "Minimum"), ("c", "CPUUtilization", "Average"))
    ]
    found = fetch(asked, queries, window) if queries else {}
    told, began = [], []
    for place, (instance, each) in enumerate(burstable.items()):
        balance, cpu = found.get(f"b{place}"), found.get(f"c{place}")
        if balance is not None and cpu is not None and balance.present:
            course = course_of(balance)
            told.append(_told(instance, str(each["InstanceType"]), balance, cpu, course))
            began += [course[0]] if course else []
    if told and began:
        _with_modes(asked, look, told)
    changes = _changes(asked, look, min(began), burstable) if began else []
    return asked.answer(credits=told, since_then=changes)


def if_spent(answer: Answer) -> Answer | None:
    """Credits, where any instance has none left."""
    spent = [each for each in answer.get("credits") or () if each.get("spent_since")]
    return Answer(answer | {"credits": spent}) if spent or answer.get("gaps") else None


def _burstable(asked: Asked, look: Look, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    nothing: list[Any] = []
    client = look.client("ec2")
    found = asked.attempt(
        "instances", lambda: client.describe_instances(InstanceIds=list(ids))["Reservations"], nothing
    )
    every = [each for reservation in found for each in reservation.get("Instances") or ()]
    return {
        str(each["InstanceId"]): each
        for each in every
        if str(each.get("InstanceType")).partition(".")[0] in _FAMILIES and each["InstanceId"] in ids
    }


def course_of(balance: Series) -> tuple[datetime, datetime] | None:
    """When a balance that is spent began to fall, and when it came to its end; None where there are credits."""
    points = [
        (balance.start + timedelta(seconds=balance.period_s * place), value)
        for place, value in enumerate(balance.values)
        if value is not None
    ]
    most = max(value for _, value in points)
    if most <= 0 or points[-1][1] > _NOTHING * most:
        return None
    spent = next(
        at for place, (at, _) in enumerate(points) if all(value <= _NOTHING * most for _, value in points[place:])
    )
    full = [at for at, value in points if value >= _FULL * most and at < spent]
    return (full[-1] if full else points[0][0]), spent


def _told(
    instance: str, kind: str, balance: Series, cpu: Series, course: tuple[datetime, datetime] | None
) -> dict[str, Any]:
    size = kind.partition(".")[2]
    baselines = _BASELINE_T2 if kind.startswith("t2.") else _BASELINE
    told: dict[str, Any] = {"instance": instance, "type": kind, "baseline": f"{baselines.get(size, 0):g}% CPU"}
    if course is None:
        return told | {"CPUCreditBalance": f"{balance.present[-1]:g}"}
    began, spent = course
    return told | {
        "CPUCreditBalance": f"{max(balance.present):g} → {balance.present[-1]:g}",
        "falls_since": began,
        "spent_since": spent,
        "cpu_before": _level(cpu, began - _DAY, began),
        "cpu_while_falling": _level(cpu, began + timedelta(seconds=_PERIOD_S), spent),
        "cpu_now": _level(cpu, spent + timedelta(seconds=_PERIOD_S), None),
    }


def _level(cpu: Series, start: datetime, end: datetime | None) -> str | None:
    values = [
        value
        for place, value in enumerate(cpu.values)
        if value is not None
        and start <= cpu.start + timedelta(seconds=cpu.period_s * place)
        and (end is None or cpu.start + timedelta(seconds=cpu.period_s * place) < end)
    ]
    return f"{statistics.median(values):.1f}%" if values else None


def _with_modes(asked: Asked, look: Look, told: list[dict[str, Any]]) -> None:
    """Standard or unlimited, for each instance whose credits are spent."""
    nothing: list[Any] = []
    client = look.client("ec2")
    ids = [each["instance"] for each in told]
    found = asked.attempt(
        "credit mode",
        lambda: client.describe_instance_credit_specifications(InstanceIds=ids)["InstanceCreditSpecifications"],
        nothing,
    )
    modes = {each["InstanceId"]: each.get("CpuCredits") for each in found}
    for each in told:
        if modes.get(each["instance"]):
            each["mode"] = modes[each["instance"]]


def _changes(
    asked: Asked, look: Look, began: datetime, instances: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What was done to these instances when the balance began to fall: by their ids, or by a tag of theirs."""
    window = look.window.between(began - _BEFORE, min(began + _AFTER, look.window.now))
    found = [each for each in trail.events(asked, look, window, _PAGES) if not each.is_noise and not each.error]
    told = [(event, touched) for event in found if (touched := _touched(event, instances))]
    ordered = sorted(told, key=lambda each: abs((each[0].at - began).total_seconds()))
    return [shown(event, window) | {"touches": touched} for event, touched in ordered[:_MOST_CHANGES]]


def _touched(event: Event, instances: Mapping[str, Mapping[str, Any]]) -> str:
    """By what a call names one of the instances; empty where it names none."""
    for instance, described in instances.items():
        if event.is_about(instance):
            return instance
        for tag in described.get("Tags") or ():
            by_tag = f"tag:{tag.get('Key')}"
            if by_tag in event.text and event.is_about(str(tag.get("Value"))):
                return f"{by_tag}={tag['Value']}"
    return ""
