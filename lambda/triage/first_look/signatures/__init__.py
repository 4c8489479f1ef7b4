"""Signatures: known shapes of trouble, one file per theme. A new one is added to its theme's ``SIGNATURES``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.first_look.signatures import (
    access,
    addresses,
    alarms,
    capacity,
    certificates,
    changes,
    conditions,
    configuration,
    connections,
    cpu_credits,
    credentials,
    data,
    deliveries,
    dependencies,
    deployments,
    encryption,
    figures,
    filters,
    firewalls,
    lowered,
    memory,
    network,
    partitions,
    parts,
    platform,
    quotas,
    records,
    redelivery,
    refusals,
    renewals,
    shards,
    shared_limits,
    silence,
    statements,
    statuses,
    thresholds,
    throttling,
    timeouts,
    traffic,
    verbosity,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.first_look.signatures.base import Signature

THEMES: Mapping[str, tuple[Signature, ...]] = {
    "access": access.SIGNATURES,
    "refusals": refusals.SIGNATURES,
    "encryption": encryption.SIGNATURES,
    "credentials": credentials.SIGNATURES,
    "configuration": configuration.SIGNATURES,
    "deployments": deployments.SIGNATURES,
    "memory": memory.SIGNATURES,
    "capacity": capacity.SIGNATURES,
    "lowered": lowered.SIGNATURES,
    "quotas": quotas.SIGNATURES,
    "addresses": addresses.SIGNATURES,
    "shared limits": shared_limits.SIGNATURES,
    "CPU credits": cpu_credits.SIGNATURES,
    "statements": statements.SIGNATURES,
    "connections": connections.SIGNATURES,
    "partitions": partitions.SIGNATURES,
    "shards": shards.SIGNATURES,
    "throttling": throttling.SIGNATURES,
    "timeouts": timeouts.SIGNATURES,
    "statuses": statuses.SIGNATURES,
    "network": network.SIGNATURES,
    "dependencies": dependencies.SIGNATURES,
    "certificates": certificates.SIGNATURES,
    "renewals": renewals.SIGNATURES,
    "records": records.SIGNATURES,
    "firewalls": firewalls.SIGNATURES,
    "data": data.SIGNATURES,
    "traffic": traffic.SIGNATURES,
    "silence": silence.SIGNATURES,
    "filters": filters.SIGNATURES,
    "deliveries": deliveries.SIGNATURES,
    "redelivery": redelivery.SIGNATURES,
    "platform": platform.SIGNATURES,
    "alarms": alarms.SIGNATURES,
    "thresholds": thresholds.SIGNATURES,
    "parts": parts.SIGNATURES,
    "verbosity": verbosity.SIGNATURES,
    "conditions": conditions.SIGNATURES,
    "figures": figures.SIGNATURES,
    "changes": changes.SIGNATURES,
}

SIGNATURES: tuple[Signature, ...] = tuple(signature for theme in THEMES.values() for signature in theme)
"""All of them, theme by theme."""
