"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What ECS says it did to the service, and that the alarm went back to OK."""
    services = session.client("ecs").describe_services(cluster="storefront", services=["cart-api"])["services"]
    stopped = [one["message"] for one in services[0]["events"] if "has stopped" in one["message"]]
    history = session.client("cloudwatch").describe_alarm_history(
        AlarmName="cart-api-elb-5xx",
        HistoryItemType="StateUpdate",
        StartDate=now - timedelta(hours=1),
        EndDate=now,
    )["AlarmHistoryItems"]
    return {
        "deployment": stopped[0] if stopped else "",
        "back-to-ok": history[0]["HistorySummary"] if history else "",
    }
