"""What the owner of an alarm asks for in the alarm's own tags."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from triage.domain.report import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_WINDOW_HOURS = 720
MAX_SHOWN = 60

_BY_URGENCY = tuple(Severity)  # declared from the most to the least urgent


@dataclass(frozen=True)
class AlarmPolicy:
    """How an alarm is treated where it differs from the others.

    Attributes:
        skip: it is only recorded.
        minimum_severity: a report that is less urgent is archived and joins the digest instead of being mailed.
        window_s: seconds during which the alarm is investigated once.
    """

    skip: bool = False
    minimum_severity: Severity | None = None
    window_s: float | None = None

    def wants_mail(self, severity: Severity) -> bool:
        """Whether a report of this severity is mailed by itself; every one is where there is no minimum."""
        minimum = self.minimum_severity
        return minimum is None or _BY_URGENCY.index(severity) <= _BY_URGENCY.index(minimum)

    def to_json(self) -> dict[str, Any]:
        """What differs from other alarms, as a JSON object; empty for nothing. An alarm to skip goes nowhere."""
        written = {"minimum_severity": self.minimum_severity, "window_s": self.window_s}
        return {key: value for key, value in written.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AlarmPolicy:
        """Restore a policy written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        severity, window_s = data.get("minimum_severity"), data.get("window_s")
        return cls(
            minimum_severity=Severity(severity) if severity else None,
            window_s=float(window_s) if window_s is not None else None,
        )


def policy_in(tags: Mapping[str, str], prefix: str) -> tuple[AlarmPolicy, tuple[str, ...]]:
    """The policy that tags ask for, and what is wrong with them.

    ``<prefix>policy`` is ``skip`` (or ``investigate``, what happens anyway), ``<prefix>minimum-severity`` one of
    the severities of reports, ``<prefix>window-hours`` a number of hours. A tag that cannot be read is left out,
    so that a slip of the pen never silences an alarm.

    Returns:
        The policy, and one sentence for each tag with the prefix that was left out.
    """
    policy = AlarmPolicy()
    problems = []
    for key in sorted(key for key in tags if key.startswith(prefix)):
        value = tags[key].strip()
        attribute, read = _TAGS.get(key.removeprefix(prefix), ("", _unknown))
        try:
            policy = replace(policy, **{attribute: read(value)})
        except ValueError as error:
            problems.append(f"tag {key[:MAX_SHOWN]} ({value[:MAX_SHOWN]!r}) {error}")
    return policy, tuple(problems)


def _is_skip(value: str) -> bool:
    if value.lower() not in {"skip", "investigate"}:
        raise ValueError("should be skip or investigate")
    return value.lower() == "skip"


def _severity(value: str) -> Severity:
    try:
        return Severity(value.upper())
    except ValueError:
        raise ValueError(f"should be one of {', '.join(Severity)}") from None


def _window_s(value: str) -> float:
    expected = f"should be a number of hours from 0 to {MAX_WINDOW_HOURS}"
    try:
        hours = float(value)
    except ValueError:
        raise ValueError(expected) from None
    if math.isnan(hours) or not 0 <= hours <= MAX_WINDOW_HOURS:
        raise ValueError(expected)
    return hours * 3600


def _unknown(_value: str) -> Any:
    raise ValueError(f"is not one of {', '.join(_TAGS)}")


_TAGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "policy": ("skip", _is_skip),
    "minimum-severity": ("minimum_severity", _severity),
    "window-hours": ("window_s", _window_s),
}
"""By what follows the prefix: the attribute of the policy, and how a value is read."""
