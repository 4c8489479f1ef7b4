"""Cron schedules in a time zone. Imported only where maintenance windows are configured: most functions need none.

The five fields are those of crontab(5): minute, hour, day of month, month, day of week. When clocks change,
schedules behave as Debian's cron does (cron(8)): what would begin in the hour that is skipped begins right after
it, what lies in the hour that comes twice begins once, in the first of both.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

FIELDS = 5
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


class CronSchedule:
    """A cron expression in a time zone.

    Args:
        expression: five fields.
        time_zone: of the IANA database, for example ``Europe/Berlin``.

    Raises:
        ValueError: one of both is malformed; the message says what to write instead.
    """

    def __init__(self, expression: str, time_zone: str = "UTC") -> None:
        self._expression = expression
        self._zone = _zone(time_zone)
        if len(expression.split()) != FIELDS:
            raise ValueError(f"schedule {expression!r} should have five fields, for example '0 22 * * 6'")
        try:
            never = next(CronSim(expression, _ANY_MOMENT), None) is None
        except CronSimError as error:
            raise ValueError(f"schedule {expression!r} is not a cron expression: {error}") from None
        if never:
            raise ValueError(f"schedule {expression!r} never comes")

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, in UTC; ``None`` when there is no more."""
        for local in CronSim(self._expression, moment.astimezone(self._zone)):
            # In the hour that comes twice, the clock alone does not tell which of both a time is in.
            found = local.astimezone(UTC)
            if found > moment:
                return found
        return None


def _zone(name: str) -> tzinfo:
    """The zone; UTC needs no database."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):  # an unknown zone is a ZoneInfoNotFoundError, which is a KeyError
        raise ValueError(f"time zone {name!r} should be a name such as 'Europe/Berlin' or 'UTC'") from None
    except KeyError:
        raise ValueError(f"time zone {name!r} is not known; write one such as 'Europe/Berlin' or 'UTC'") from None
