"""Where the decisive evidence is."""

import json


def probe(session, now):
    """Whether the service may scale."""
    del now
    found = session.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=["service/expenses/receipt-reader"]
    )["ScalableTargets"]
    return {"suspended": json.dumps(found[0]["SuspendedState"]) if found else ""}
