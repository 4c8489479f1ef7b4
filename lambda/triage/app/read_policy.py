"""Read policy: what the owner of an alarm asks for, as far as the alarm's tags can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.domain.alarm_policy import AlarmPolicy, policy_in
from triage.domain.errors import TagsUnreadable
from triage.domain.signal import SignalSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal
    from triage.ports import AlarmTags, Telemetry


@dataclass(frozen=True)
class Wishes:
    """An alarm's tags, and the policy that they state."""

    policy: AlarmPolicy = field(default_factory=AlarmPolicy)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadPolicy:
    """An alarm is never lost over its tags: what cannot be read is as good as not there.

    Attributes:
        tags: ``None`` where nothing depends on tags, and nobody asks for them.
        prefix: of the tags that state a policy; ``None`` when they state none.
    """

    tags: AlarmTags | None
    prefix: str | None
    telemetry: Telemetry

    def of(self, signal: Signal) -> Wishes:
        """Tags and policy of the alarm that the signal is about; nothing for what is no alarm."""
        if self.tags is None or signal.source is not SignalSource.CLOUDWATCH_ALARM:
            return Wishes()
        try:
            tags = self.tags.of(signal)
        except TagsUnreadable as error:
            self.telemetry.count("AlarmTagsUnreadable")
            self.telemetry.failure("alarm tags not read", error, subject=signal.subject)
            return Wishes()
        if self.prefix is None:
            return Wishes(tags=tags)
        policy, problems = policy_in(tags, self.prefix)
        for problem in problems:
            self.telemetry.count("AlarmPolicyTagsIgnored")
            self.telemetry.record("alarm policy tag ignored", subject=signal.subject, problem=problem)
        return Wishes(policy, tags)
