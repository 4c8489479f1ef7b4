"""Record feedback: a person says whether the cause that a report named was right.

The next investigations of the alarm, its resource and that kind of cause are told so. To put it together::

    from triage.app.record_feedback import RecordFeedback
    from triage.aws.clients import client
    from triage.aws.memory import DynamoMemory
    from triage.aws.runtime import SystemClock
    from triage.domain.memory import Verdict

    memory = DynamoMemory(table_name, client("dynamodb", region=region))
    record = RecordFeedback(memory, SystemClock())
    remembered = record.run(investigation_id, Verdict("right"), by=caller_arn, note="the key had expired")

``table_name`` is the module's output ``dynamodb_table_name``. Whoever runs it needs ``dynamodb:GetItem`` and
``dynamodb:UpdateItem`` on that table. ``remembered`` is the investigation with the feedback in it: alarm, when,
cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.app.remember import short
from triage.domain.errors import InvalidFeedback, UnknownInvestigation
from triage.domain.memory import MAX_NOTE, MAX_WHO, Feedback

if TYPE_CHECKING:
    from triage.domain.memory import Remembered, Verdict
    from triage.ports import Clock, Judgements


@dataclass(frozen=True)
class RecordFeedback:
    """The use case behind ``feedback ID right|wrong``. Judging again replaces what was said before."""

    judgements: Judgements
    clock: Clock

    def run(self, investigation_id: str, verdict: Verdict, by: str, note: str = "") -> Remembered:
        """Record a verdict.

        Args:
            investigation_id: as the report states it under "About this report".
            by: who judges: an ARN, or a name.
            note: why; secrets are taken out of it, and what is longer than 300 characters is cut.

        Returns:
            The investigation as it is remembered now.

        Raises:
            InvalidFeedback: nobody is named.
            UnknownInvestigation: no investigation with this id is remembered.
        """
        who, wanted = short(by, MAX_WHO), investigation_id.strip()
        if not who:
            raise InvalidFeedback("feedback needs somebody who gives it: an ARN, or a name")
        now = self.clock.now()
        feedback = Feedback(verdict, who, now, short(note, MAX_NOTE))
        remembered = self.judgements.judge(wanted, feedback, now) if wanted else None
        if remembered is None:
            raise UnknownInvestigation(
                f"no investigation {short(wanted, 64)!r} is remembered: take the id from the report, under "
                '"About this report" (it looks like 20261121T030205Z-0123456789); investigations are forgotten '
                "after memory.retention_days, and not remembered while memory is off"
            )
        return remembered
