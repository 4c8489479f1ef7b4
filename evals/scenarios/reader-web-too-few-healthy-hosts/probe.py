"""Where the decisive evidence is."""


def probe(session, now):
    """Where the listener forwards to, and how those targets are."""
    del now  # both are as of now
    elb = session.client("elbv2")
    balancer = elb.describe_load_balancers(Names=["reader-alb"])["LoadBalancers"][0]["LoadBalancerArn"]
    told = []
    for listener in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]:
        for group in [action["TargetGroupArn"] for action in listener.get("DefaultActions", [])]:
            health = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            states = [one["TargetHealth"]["State"] for one in health]
            told.append(f"listener {listener['Port']} forwards to {group}: {', '.join(states)}")
    return {"forwards": "; ".join(told)}
