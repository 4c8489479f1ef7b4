"""Which alarm it is: the ARN in which every shape of an alarm's event agrees, and the contributor.

Whatever way an event comes (action, EventBridge, SNS), the subject of its signal is made here, so that one alarm
wired in several ways has one fingerprint.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.intake.reading import Unreadable, text

if TYPE_CHECKING:
    from triage.domain.signal import Contributor

MAX_NAME = 255
"""Characters of an alarm's name (CloudWatch API reference, ``PutMetricAlarm``)."""

MAX_CONTRIBUTOR_ID = 64
"""CloudWatch's ids have up to 16 characters (``AlarmContributor``); the subject becomes part of a table's key."""

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]{0,20}):cloudwatch:(?P<region>[a-z0-9-]{1,40}):(?P<account>[0-9]{12})"
    r":alarm:(?P<name>.+)",
    re.DOTALL,
)
_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+")
_ACCOUNT = re.compile(r"[0-9]{12}")
# Regions are named after their partition (AWS General Reference, "AWS service endpoints"); others are "aws".
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eusc-": "aws-eusc",
}


@dataclass(frozen=True)
class AlarmIdentity:
    """Where an alarm lives and what it is called."""

    partition: str
    region: str
    account_id: str
    name: str

    @property
    def arn(self) -> str:
        """The alarm's ARN."""
        return f"arn:{self.partition}:cloudwatch:{self.region}:{self.account_id}:alarm:{self.name}"

    def called(self, name: object) -> str:
        """The alarm's name for people: as the event writes it, else as the ARN does."""
        shown = text(name)
        return shown if shown and len(shown) <= MAX_NAME else self.name

    def subject(self, contributor: Contributor | None) -> str:
        """What fires: the alarm, or one of its contributors."""
        return f"{self.arn}#contributor/{_short(contributor.id)}" if contributor else self.arn


def identity_of_arn(arn: str, path: str) -> AlarmIdentity:
    """Read an alarm's ARN; region and account are what it says, whatever else the event holds.

    Raises:
        Unreadable: it is not the ARN of an alarm.
    """
    parts = _ARN.fullmatch(arn)
    if parts is None:
        raise Unreadable(f"{path} should be arn:<partition>:cloudwatch:<region>:<account>:alarm:<name>")
    if len(parts["name"]) > MAX_NAME:
        raise Unreadable(f"{path} should hold an alarm name of at most {MAX_NAME} characters")
    return AlarmIdentity(parts["partition"], parts["region"], parts["account"], parts["name"])


def identity_of_parts(name: object, account_id: object, region: object) -> AlarmIdentity | None:
    """The alarm of an event that names it without an ARN; ``None`` when a part is missing or is none."""
    shown = text(name)
    if shown is None or len(shown) > MAX_NAME:
        return None
    if not isinstance(account_id, str) or not _ACCOUNT.fullmatch(account_id):
        return None
    if not isinstance(region, str) or not _REGION.fullmatch(region):
        return None
    partition = next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")
    return AlarmIdentity(partition, region, account_id, shown)


def name_in_arn(arn: str) -> str:
    """The name of an alarm by its ARN; what is no ARN is returned as it is."""
    parts = _ARN.fullmatch(arn)
    return parts["name"] if parts else arn


def _short(contributor_id: str) -> str:
    if len(contributor_id) <= MAX_CONTRIBUTOR_ID:
        return contributor_id
    return hashlib.sha256(contributor_id.encode()).hexdigest()
