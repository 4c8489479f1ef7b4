"""The claim as an item of the Tracker.

``pk = claim#<fingerprint>``, ``sk = claim``. The channels that were reached are kept in the claim, so that the
check of ownership and the note of a delivery are one write. ``expires_at`` is the table's TTL attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.aws.items import from_item, moment, to_item
from triage.domain.claim import Claim, ClaimState, Leader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# Long enough to see what happened to an alarm last month; the archive keeps the reports.
RETENTION_S = 90 * 24 * 3600


def claim_key(fingerprint: str) -> dict[str, Any]:
    """The key of a claim's item."""
    return to_item({"pk": f"claim#{fingerprint}", "sk": "claim"})


def claim_item(claim: Claim, now: datetime) -> dict[str, Any]:
    """The item that holds a claim; what is not known yet is left out, except for what conditions compare."""
    values: dict[str, Any] = {
        "fingerprint": claim.fingerprint,
        "investigation_id": claim.investigation_id,
        "state": claim.state.value,
        "sent": claim.sent,
        "attempt": claim.attempt,
        "refires": claim.refires,
        "transition_at": claim.transition_at,
        "window_until": claim.window_until,
        "lease_until": claim.lease_until or 0,
        "expires_at": int(now.timestamp() + RETENTION_S),
    }
    optional = {
        "message_id": claim.message_id,
        "started_at": claim.started_at,
        "finished_at": claim.finished_at,
        "delivered": set(claim.delivered),
        "report_key": claim.report_key,
        "covers": set(claim.covers),
        "refired_at": claim.refired_at,
        "refire_told_at": claim.refire_told_at,
        "telling_until": claim.telling_until,
        "leader": claim.leader and dict(vars(claim.leader)),
        "led_group": claim.group,
        "digest": claim.digest,
    }
    known = {name: value for name, value in optional.items() if value}
    return {**claim_key(claim.fingerprint), **to_item(values | known)}


def claim_of(item: Mapping[str, Any]) -> Claim:
    """The claim that an item holds, also one written by an earlier version of the code."""
    data = from_item(item)
    window_until, transition_at = moment(data["window_until"]), moment(data["transition_at"])
    if window_until is None or transition_at is None:
        raise ValueError(f"the claim of {data['fingerprint']} has no window or no transition")
    return Claim(
        fingerprint=data["fingerprint"],
        investigation_id=data["investigation_id"],
        state=ClaimState(data["state"]),
        transition_at=transition_at,
        window_until=window_until,
        sent=data["sent"],
        attempt=int(data["attempt"]),
        lease_until=moment(data["lease_until"]),
        message_id=data.get("message_id"),
        started_at=moment(data.get("started_at")),
        finished_at=moment(data.get("finished_at")),
        delivered=frozenset(data.get("delivered") or ()),
        report_key=data.get("report_key"),
        covers=frozenset(data.get("covers") or ()),
        refires=int(data["refires"]),
        refired_at=moment(data.get("refired_at")),
        refire_told_at=moment(data.get("refire_told_at")),
        telling_until=moment(data.get("telling_until")),
        leader=Leader(**data["leader"]) if data.get("leader") else None,
        group=data.get("led_group"),
        digest=data.get("digest"),
    )
