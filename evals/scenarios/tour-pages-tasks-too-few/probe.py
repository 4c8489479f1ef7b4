"""Where the decisive evidence is."""

import json


def probe(session, now):
    """Why tasks stopped, and on what the service runs."""
    del now
    ecs = session.client("ecs")
    arns = ecs.list_tasks(cluster="tours", serviceName="tour-pages", desiredStatus="STOPPED")["taskArns"]
    tasks = ecs.describe_tasks(cluster="tours", tasks=arns)["tasks"] if arns else []
    service = ecs.describe_services(cluster="tours", services=["tour-pages"])["services"][0]
    strategy = service.get("capacityProviderStrategy", [])
    return {
        "interrupted": tasks[0]["stoppedReason"] if tasks else "",
        "strategy": json.dumps({"serviceName": service["serviceName"], "capacityProviderStrategy": strategy}),
    }
