"""States and settings that explain a failure: of a key, a database, a function, a certificate, a quota."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.document import moment
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.first_look.observations.facts import Scene, Setting

_USED_UP = 97.0


@dataclass(frozen=True)
class _Condition:
    """A value that should not be there.

    Attributes:
        keys: names of the setting.
        values: regular expression over its value.
        within: regular expression over its path, where the name alone says too little.
    """

    name: str
    category: Category
    looks_like: str
    keys: tuple[str, ...]
    values: str
    says: str
    weight: float
    kin: tuple[Kin, ...]
    within: str = ""
    depth: Depth = Depth.CAUSE


_CONDITIONS = (
    _Condition(
        "key-state",
        Category.PERMISSION_DENIED,
        "a KMS key is disabled, pending deletion or unavailable",
        ("KeyState", "key_state"),
        r"Disabled|PendingDeletion|Unavailable|PendingImport|PendingReplicaDeletion",
        "the KMS key {about} is in the state {value}: what it protects cannot be read or written",
        0.93,
        (Kin.ENCRYPTION, Kin.ACCESS),
    ),
    _Condition(
        "store-without-key",
        Category.PERMISSION_DENIED,
        "a table or database cannot reach its KMS key",
        ("TableStatus", "DBInstanceStatus", "Status", "status"),
        r"(?i)inaccessible.?encryption",
        "{about} cannot use its KMS key ({value})",
        0.94,
        (Kin.ENCRYPTION, Kin.ACCESS),
    ),
    _Condition(
        "store-full",
        Category.CAPACITY,
        "the state of a database is storage-full",
        ("DBInstanceStatus",),
        r"storage-full",
        "{about} has used all its storage and takes no more writes ({value})",
        0.95,
        (Kin.CAPACITY,),
    ),
    _Condition(
        "store-stopped",
        Category.DEPENDENCY_UNREACHABLE,
        "a database, cache or stream is stopped, failed or being rebuilt",
        ("DBInstanceStatus", "CacheClusterStatus", "StreamStatus", "TableStatus"),
        r"^(?:stopped|stopping|failed|deleting|DELETING|rebooting|incompatible-\w+|inaccessible\S*|restore-error|"
        r"creating"
        r"|CREATING|maintenance|restoring)$",
        "{about} is not available: its state is {value}",
        0.85,
        (Kin.CAPACITY, Kin.CONFIGURATION),
    ),
    _Condition(
        "function-switched-off",
        Category.THROTTLED,
        "a function has a reserved concurrency of zero",
        ("reserved_concurrency", "ReservedConcurrentExecutions"),
        r"^0$",
        "{about} is switched off: its reserved concurrency is 0, so that every call is throttled",
        0.94,
        (Kin.CAPACITY,),
    ),
    _Condition(
        "scaled-to-zero",
        Category.CAPACITY,
        "a service or group is scaled to nothing",
        ("desiredCount", "DesiredCapacity"),
        r"^0$",
        "{about} is scaled to 0: nothing runs",
        0.8,
        (Kin.CAPACITY, Kin.SCHEDULE),
    ),
    _Condition(
        "secret-deleted",
        Category.CONFIGURATION_MISSING,
        "a secret is scheduled for deletion",
        ("deleted", "DeletedDate"),
        r"^\d{4}-\d\d-\d\d",
        "the secret {about} was deleted ({value})",
        0.88,
        (Kin.CREDENTIALS, Kin.CONFIGURATION),
    ),
    _Condition(
        "function-not-active",
        Category.BAD_DEPLOY,
        "a function's state or last update is failed",
        ("State", "LastUpdateStatus"),
        r"^(?:Failed|Inactive)$",
        "{about} cannot run: its state is {value}",
        0.8,
        (Kin.DEPLOYMENT, Kin.CONFIGURATION),
    ),
    _Condition(
        "certificate-not-issued",
        Category.CERTIFICATE_EXPIRED,
        "a certificate is expired, revoked or was not validated",
        ("status", "Status"),
        r"^(?:EXPIRED|REVOKED|VALIDATION_TIMED_OUT|FAILED|PENDING_VALIDATION)$",
        "the certificate of {about} is {value}",
        0.88,
        (Kin.CONFIGURATION,),
        within=r"unwell|certificate",
    ),
    _Condition(
        "stack-rolled-back",
        Category.BAD_DEPLOY,
        "an update of a stack failed and was rolled back",
        ("StackStatus",),
        r"ROLLBACK|FAILED",
        "the last update of the stack {about} failed ({value})",
        0.7,
        (Kin.DEPLOYMENT,),
    ),
    _Condition(
        "machine-deleting",
        Category.CONFIGURATION_MISSING,
        "a service is inactive or draining, a state machine is being deleted",
        ("status",),
        r"^(?:INACTIVE|DRAINING|DELETING)$",
        "{about} is {value}",
        0.7,
        (Kin.CONFIGURATION,),
    ),
)


def _made(condition: _Condition) -> Signature:
    values, within = re.compile(condition.values), re.compile(condition.within)

    @signature(condition.name, condition.category, condition.looks_like)
    def find(scene: Scene) -> Iterable[Candidate]:
        for setting in scene.settings:
            if setting.key in condition.keys and values.search(setting.value) and within.search(setting.path):
                yield _candidate(condition, setting, scene)

    return find


def _candidate(condition: _Condition, setting: Setting, scene: Scene) -> Candidate:
    about = setting.about or scene.subject
    statement = condition.says.format(about=about, value=setting.value)
    return Candidate(
        condition.name,
        condition.category,
        statement,
        statement.partition(":")[0] if len(statement) > 90 else statement,
        condition.weight,
        condition.depth,
        about=about,
        names=frozenset({about}),
        quotes=setting.quotes,
        speaks_for=(f"{setting.key}: {setting.value}",),
        kin=condition.kin,
        hop=setting.hop,
    )


_LAST_DAY = re.compile(r"(?i)not_?after|valid_?until|valid_?to|expires|expiry|expiration(?:_?date)?")


@signature("certificate-past-its-date", Category.CERTIFICATE_EXPIRED, "a certificate's last day is over")
def _past(scene: Scene) -> Iterator[Candidate]:
    for setting in scene.settings:
        if _LAST_DAY.fullmatch(setting.key):
            until = moment(setting.value)
            if until is not None and scene.end is not None and until <= scene.end:
                yield Candidate(
                    "certificate-past-its-date",
                    Category.CERTIFICATE_EXPIRED,
                    f"the certificate of {setting.about or scene.subject} expired at {until:%Y-%m-%d %H:%M} UTC",
                    f"the certificate of {setting.about or scene.subject} has expired",
                    0.95,
                    Depth.CAUSE,
                    about=setting.about,
                    names=frozenset({setting.about}),
                    since=until,
                    quotes=setting.quotes,
                    kin=(Kin.CONFIGURATION,),
                    hop=setting.hop,
                )


@signature("quota-used-up", Category.QUOTA_EXCEEDED, "usage has reached a service quota")
def _quota(scene: Scene) -> Iterator[Candidate]:
    for quota in scene.quotas:
        if quota.used_percent >= _USED_UP:
            yield Candidate(
                "quota-used-up",
                Category.QUOTA_EXCEEDED,
                f"the quota “{quota.about}” is used up: {quota.used:g} of {quota.limit:g}",
                f"quota used up: {quota.about}",
                0.86,
                Depth.CAUSE,
                about=scene.subject,
                names=frozenset({quota.about}),
                quotes=quota.quotes,
                speaks_for=(f"{quota.used_percent:g} % used",),
                kin=(Kin.CAPACITY, Kin.SCHEDULE),
                hop=quota.hop,
            )


_NO_WAY = re.compile(r"blackhole|no route out|^nothing$|\bdeny\b|\bfailed\b|deleted", re.IGNORECASE)


@signature(
    "no-way-out", Category.DEPENDENCY_UNREACHABLE, "no usable route, gateway or rule leads out of the network"
)
def _no_way_out(scene: Scene) -> Iterator[Candidate]:
    for setting in scene.settings:
        if setting.path in _NETWORK and _NO_WAY.search(setting.value):
            yield Candidate(
                "no-way-out",
                Category.DEPENDENCY_UNREACHABLE,
                f"{setting.about or scene.subject} has no way out of its network ({_NETWORK[setting.path]}: "
                f"{setting.value})",
                f"{setting.about or scene.subject}: no way out of its network",
                0.88,
                Depth.CAUSE,
                about=setting.about,
                names=frozenset({setting.about, *re.findall(r"[a-z]+-[0-9a-f]{8,}", setting.value)}),
                quotes=setting.quotes,
                speaks_for=(f"{_NETWORK[setting.path]}: {setting.value}",),
                kin=(Kin.NETWORK,),
                hop=setting.hop,
            )


_NETWORK = {
    "routes.routes": "route",
    "nat_gateways": "NAT gateway",
    "security_groups.out": "outbound rule",
    "acls": "network ACL",
}

SIGNATURES: tuple[Signature, ...] = (*(_made(condition) for condition in _CONDITIONS), _past, _quota, _no_way_out)
