"""Where the decisive evidence is."""

import re
from datetime import timedelta


def probe(session, now):
    """What waits, for what, and who holds it."""
    logs, group = session.client("logs"), "/aws/rds/cluster/tracking-db/postgresql"

    def first(pattern, minutes):
        found = logs.filter_log_events(
            logGroupName=group,
            startTime=int((now - timedelta(minutes=minutes)).timestamp() * 1000),
            filterPattern=pattern,
        )["events"]
        return found[0]["message"] if found else ""

    waits, held = first('"AccessExclusiveLock"', 60), first('"Process holding the lock"', 60)
    process = re.search(r"holding the lock: (\d+)", held)
    opened = first(f'"[{process[1]}]" "connection authorized"', 180) if process else ""
    alter = first('"ALTER TABLE"', 60)
    return {
        "waits": f"{waits}\n{alter}" if waits and alter else "",
        "held": held,
        "opened": opened,
    }
