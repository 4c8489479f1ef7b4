"""Where the decisive evidence is."""

import json


def probe(session, now):
    """The hosts of the cluster."""
    del now
    ecs = session.client("ecs")
    arns = ecs.list_container_instances(cluster="courier-ec2", status="DRAINING")["containerInstanceArns"]
    hosts = ecs.describe_container_instances(cluster="courier-ec2", containerInstances=arns) if arns else {}
    draining = [
        {"ec2InstanceId": host["ec2InstanceId"], "status": host["status"]}
        for host in hosts.get("containerInstances", [])
    ]
    return {"draining": json.dumps(draining) if draining else ""}
