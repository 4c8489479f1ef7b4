"""Refires: which further transitions of an investigated alarm people are told of one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.claim import Claim

TOLD_EACH = 5
"""Refires of one window that are told one by one: a flapping alarm must not be a mail a minute."""


@dataclass(frozen=True)
class Refire:
    """A further transition of an alarm whose investigation runs or is over.

    Attributes:
        times: how many times the alarm has fired, the transition that was investigated included.
        claim: of that investigation, as it is now.
        occurred_at: state timestamp of this transition.
    """

    times: int
    claim: Claim
    occurred_at: datetime

    @classmethod
    def of(cls, claim: Claim, occurred_at: datetime) -> Refire:
        """The refire that was counted last."""
        return cls(claim.refires + 1, claim, occurred_at)

    @property
    def is_told_by_itself(self) -> bool:
        """Whether it is one of the first; later ones join a digest."""
        return self.times - 1 <= TOLD_EACH
