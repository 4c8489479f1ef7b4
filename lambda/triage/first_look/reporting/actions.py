"""What to do now, with commands ready to paste. Those that change something say so by their risk."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from triage.domain.report import Action, Category, Disposition, Risk
from triage.first_look.observations.facts import Origin
from triage.first_look.reporting import of_error
from triage.first_look.reporting.narrative import is_told, named, second_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from triage.first_look.observations.facts import Change, Scene
    from triage.first_look.ranking import Ranked

_MOST = 5
_CONSOLE = Action("Look at the alarm and its metric in the console (links below).", Risk.LOW)


def actions(ranked: Sequence[Ranked], scene: Scene) -> tuple[Action, ...]:
    """For the named causes first; the console at last."""
    found: list[Action] = []
    for each in (named(ranked), second_fault(ranked, scene)):
        if each is not None:
            found += _of_cause(each, scene)
            found += _of_change(each)
    log = scene.signal.log
    found += _look_at_logs(scene) if log is None else of_error.actions(log, scene)
    distinct = {action.title: action for action in found}
    return (*list(distinct.values())[: _MOST - 1], _CONSOLE if log is None else of_error.CONSOLE)


def _of_cause(each: Ranked, scene: Scene) -> Iterator[Action]:
    make = _BY_CATEGORY.get(each.candidate.category)
    if make is not None:
        yield from make(each, scene)


def _of_change(each: Ranked) -> Iterator[Action]:
    """Whoever made the change that fits knows most about it."""
    change = each.candidate.change or (each.link.change if each.link and is_told(each.link) else None)
    if change is None or not change.by:
        return
    yield Action(
        f"Ask {change.by} about {change.operation or change.event}, and take it back if it was not meant.",
        Risk.MEDIUM,
        _events_of(change),
    )


def _events_of(change: Change) -> str | None:
    if not change.operation or change.at is None:
        return None
    return (
        "aws cloudtrail lookup-events --lookup-attributes "
        f"AttributeKey=EventName,AttributeValue={shlex.quote(change.operation)} "
        f"--start-time {change.at:%Y-%m-%dT%H:%M:00Z} --max-results 5"
    )


def _permission(each: Ranked, scene: Scene) -> Iterator[Action]:
    made = each.candidate.named
    if made.principal and (made.action or made.operation):
        on = f" --resource-arns {shlex.quote(made.arn)}" if made.arn else ""
        action = made.action or made.operation
        yield Action(
            f"Check what {made.principal} may do, and give back {action} if it was taken away.",
            Risk.LOW,
            f"aws iam simulate-principal-policy --policy-source-arn "
            f"arn:{scene.signal.partition}:iam::{scene.signal.account_id}:role/{shlex.quote(made.principal)} "
            f"--action-names {shlex.quote(action)}{on}",
        )
    elif each.candidate.signature.startswith("key-"):
        yield Action(
            "Look at the state of the KMS key; a planned deletion can be cancelled.", Risk.LOW, _key(each)
        )
    elif "login" in each.candidate.signature or "secret" in each.candidate.signature:
        yield Action(
            f"Compare the secret or parameter {each.candidate.about} reads with the one that was rotated, then "
            f"restart "
            "it so that it reads the new value.",
            Risk.MEDIUM,
        )


def _key(each: Ranked) -> str | None:
    found = re.search(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", " ".join((*each.candidate.names, each.candidate.statement))
    )
    return f"aws kms describe-key --key-id {found[0]}" if found else None


def _deploy(each: Ranked, scene: Scene) -> Iterator[Action]:
    about = _released(each)
    service = next((s.value for s in scene.setting("service") if s.value.endswith(about)), "")
    if service.count("/") == 1:
        cluster, name = service.split("/")
        yield Action(
            f"Go back to the task definition before, if the new one of {name} is not mended at once.",
            Risk.MEDIUM,
            f"aws ecs describe-services --cluster {shlex.quote(cluster)} --services {shlex.quote(name)} "
            "--query 'services[0].deployments'",
        )
    else:
        yield Action(f"Go back to the version of {about} before, if it is not mended at once.", Risk.MEDIUM)


def _released(each: Ranked) -> str:
    """What was released: it may have brought trouble to something else, such as a database."""
    link = each.link
    by_name = link is not None and link.change.about in each.candidate.names
    return link.change.about if link is not None and by_name else each.candidate.about


def _memory(each: Ranked, scene: Scene) -> Iterator[Action]:
    size = next((s.value for s in scene.setting("MemorySize") if s.about == each.candidate.about), "")
    command = None
    if size.isdigit():
        command = (
            f"aws lambda update-function-configuration --function-name {shlex.quote(each.candidate.about)} "
            f"--memory-size {min(10_240, int(size) * 2)}"
        )
    yield Action(f"Give {each.candidate.about} more memory until the reason is found.", Risk.MEDIUM, command)


def _dependency(each: Ranked, scene: Scene) -> Iterator[Action]:
    host = each.candidate.named.host
    if host:
        yield Action(f"Look at the state of {host}, or ask those who run it.", Risk.LOW)
    for setting in scene.setting("VpcId")[:1]:
        yield Action(
            "Look at the routes of the network.",
            Risk.LOW,
            f"aws ec2 describe-route-tables --filters Name=vpc-id,Values={shlex.quote(setting.value)}",
        )


def _throttled(each: Ranked, scene: Scene) -> Iterator[Action]:
    function = each.candidate.named.resource
    signature = each.candidate.signature
    if "concurrency" in signature or signature == "function-throttled":
        target = function or each.candidate.about
        yield Action(
            f"See who uses the concurrency of {target}, and slow that down.",
            Risk.LOW,
            f"aws lambda get-function-concurrency --function-name {shlex.quote(target)}",
        )
        yield Action("Look at the account's concurrency.", Risk.LOW, "aws lambda get-account-settings")
    elif signature == "table-throttled":
        table = function or next((s.about for s in scene.setting("capacity_mode")), "")
        command = f"aws dynamodb describe-table --table-name {shlex.quote(table)}" if table else None
        yield Action("Compare the capacity of the table with what is consumed.", Risk.LOW, command)


def _quota(each: Ranked, scene: Scene) -> Iterator[Action]:
    del scene
    yield Action(
        f"Free what is not needed, or ask for a higher quota ({each.candidate.headline}).",
        Risk.LOW,
        "aws service-quotas list-service-quotas --service-code ec2"
        if "vcpu" in each.candidate.signature
        else None,
    )


def _capacity(each: Ranked, scene: Scene) -> Iterator[Action]:
    del scene
    if each.candidate.signature == "no-instances-to-have":
        yield Action("Allow further instance types and zones for the group.", Risk.MEDIUM)
    elif each.candidate.signature in ("connections-used-up", "pool-exhausted"):
        yield Action("See who holds the connections, and stop what need not run now.", Risk.MEDIUM)
    else:
        yield Action(f"Give {each.candidate.about} more capacity, or take load from it.", Risk.MEDIUM)


def _configuration(each: Ranked, scene: Scene) -> Iterator[Action]:
    if each.candidate.signature == "switched-off":
        yield Action(
            f"Enable it again if it was not meant: {each.candidate.headline}.", Risk.MEDIUM, _switch(each)
        )
        return
    functions = {setting.about for setting in scene.setting("Runtime")} | {
        s.value for s in scene.setting("function")
    }
    if each.candidate.about in functions:
        yield Action(
            f"Compare the configuration of {each.candidate.about} with that of its latest version.",
            Risk.LOW,
            f"aws lambda get-function-configuration --function-name {shlex.quote(each.candidate.about)}",
        )
    else:
        yield Action("Put back what is missing, from what it was deployed from.", Risk.MEDIUM)


def _switch(each: Ranked) -> str:
    """Shows what is switched off."""
    name = shlex.quote(each.candidate.about)
    if "rule" in each.candidate.headline:
        return f"aws events describe-rule --name {name}"
    if "schedule" in each.candidate.headline.partition(" is ")[0]:
        return f"aws scheduler get-schedule --name {name}"
    return f"aws lambda list-event-source-mappings --function-name {name}"


def _data(each: Ranked, scene: Scene) -> Iterator[Action]:
    del scene
    yield Action(
        f"Take the input that {each.candidate.about} cannot process out of its way, and keep a copy.", Risk.MEDIUM
    )


def _certificate(each: Ranked, scene: Scene) -> Iterator[Action]:
    del scene
    host = each.candidate.named.host.partition(":")[0]
    command = (
        f"openssl s_client -connect {shlex.quote(host)}:443 -servername {shlex.quote(host)} </dev/null | openssl "
        f"x509 -noout -dates"
        if host
        else None
    )
    yield Action("Look at the certificate and renew it.", Risk.LOW, command)


def _silence(each: Ranked, scene: Scene) -> Iterator[Action]:
    del each
    metric = scene.signal.watched_metric
    if metric is not None and metric.namespace:
        yield Action(
            "See under which names and dimensions the metric is published now.",
            Risk.LOW,
            f"aws cloudwatch list-metrics --namespace {shlex.quote(metric.namespace)} --recently-active PT3H",
        )


def _healthy(each: Ranked, scene: Scene) -> Iterator[Action]:
    if each.candidate.disposition is Disposition.TRANSIENT:
        yield Action("Nothing now: it is over. Find out why it happened before it comes back.", Risk.LOW)
        return
    yield Action(
        "Look at what was changed about the alarm, and at its threshold.",
        Risk.LOW,
        f"aws cloudwatch describe-alarm-history --alarm-name {shlex.quote(scene.signal.name)} --max-items 10",
    )


_BY_CATEGORY: dict[Category, Callable[[Ranked, Scene], Iterator[Action]]] = {
    Category.PERMISSION_DENIED: _permission,
    Category.BAD_DEPLOY: _deploy,
    Category.OUT_OF_MEMORY: _memory,
    Category.DEPENDENCY_UNREACHABLE: _dependency,
    Category.TIMEOUT: _dependency,
    Category.THROTTLED: _throttled,
    Category.QUOTA_EXCEEDED: _quota,
    Category.CAPACITY: _capacity,
    Category.TRAFFIC_SPIKE: _capacity,
    Category.CONFIGURATION_MISSING: _configuration,
    Category.DATA_ERROR: _data,
    Category.CERTIFICATE_EXPIRED: _certificate,
    Category.NO_DATA: _silence,
    Category.HEALTHY_NOW: _healthy,
}


def _look_at_logs(scene: Scene) -> Iterator[Action]:
    groups = [each.group for each in scene.complaints if each.origin is Origin.LOG and each.group and each.since]
    for group in list(dict.fromkeys(groups))[:1]:
        yield Action("Follow the log.", Risk.LOW, f"aws logs tail {shlex.quote(group)} --since 30m --follow")
