"""A firewall that no longer only counts."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, request_id, set_healthy, within

CHANGED = -58
"""Minute, relative to now, in which the rules begin to refuse."""

ALARMED = {-55: 612, -50: 655, -45: 641}
BALANCER = "app/market-alb/5d0c9b7a3e1f2846"
GROUP = {"LoadBalancer": BALANCER, "TargetGroup": "targetgroup/listing-api/93ab1c0d7e5f2648"}
COMMON = "AWS#AWSManagedRulesCommonRuleSet"


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(
        session,
        "aws-waf-logs-market-front",
        _firewall(session, now, rng),
        ["eu_market-front_0", "eu_market-front_1"],
    )
    names = [f"api/listing-api/{measured.task_id(f'listing {number}')}" for number in range(4)]
    put_lines(session, "/ecs/listing-api", _api(now, rng), names)
    payouts = ["{at} INFO payout {n} prepared", "{at} INFO payout {n} sent", "{at} WARN payout {n}: no IBAN"]
    measured.make_bystanding_service(session, now, rng, "market", "payout-desk", payouts)
    chat = ["{at} INFO message {n} relayed", "{at} INFO thread {n} opened"]
    measured.make_bystanding_service(session, now, rng, "market", "chat-bridge", chat, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _firewall(session, now, rng):
    """What the web ACL refuses, and a share of what it counts and allows."""
    region, account = session.region_name, session.client("sts").get_caller_identity()["Account"]
    acl = f"arn:aws:wafv2:{region}:{account}:regional/webacl/market-front/7b1e5a90-44cd-4f21-9c3e-d0a2b6f81c57"
    for minute in minutes(now, -14 * 60, 0):
        blocking = _minute(minute, now) > CHANGED
        for _ in range(rng.randint(2, 4)):
            at, upload = within(minute, rng), rng.random() < 0.5
            listing = rng.randint(10**6, 10**7)
            body = rng.randint(180_000, 4_200_000) if upload else 0
            told = {
                "timestamp": int(at.timestamp() * 1000),
                "formatVersion": 1,
                "webaclId": acl,
                "terminatingRuleId": "common" if upload and blocking else "Default_Action",
                "terminatingRuleType": "MANAGED_RULE_GROUP" if upload and blocking else "REGULAR",
                "action": "BLOCK" if upload and blocking else "ALLOW",
                "httpSourceName": "ALB",
                "httpSourceId": f"{account}-{BALANCER}",
            }
            if upload:
                matched = {"ruleId": "SizeRestrictions_BODY", "action": "BLOCK", "ruleMatchDetails": None}
                told["ruleGroupList"] = [{"ruleGroupId": COMMON, "terminatingRule": matched if blocking else None}]
                told["labels"] = [{"name": "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"}]
                if not blocking:
                    told["nonTerminatingMatchingRules"] = [{"ruleId": "common", "action": "COUNT"}]
            told["requestBodySize"] = body
            told["httpRequest"] = {
                "clientIp": f"203.0.113.{rng.randint(2, 250)}",
                "country": rng.choice(["DE", "NL", "FR", "PL"]),
                "uri": f"/api/listings/{listing}/photos" if upload else f"/api/listings/{listing}",
                "httpMethod": "POST" if upload else "GET",
                "requestId": request_id(rng),
            }
            yield at, json.dumps(told)


def _api(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            at, listing = within(minute, rng), rng.randint(10**6, 10**7)
            when = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            if _minute(minute, now) <= CHANGED and rng.random() < 0.3:
                yield at, f"{when} INFO  photos   listing={listing} stored bytes={rng.randint(180_000, 4_200_000)}"
            else:
                yield at, f"{when} INFO  listings listing={listing} shown in {rng.randint(8, 90)} ms"
            if rng.random() < 0.03:
                yield at, f"{when} WARN  listings listing={listing} has no category"
    start = now - timedelta(minutes=89)
    for number in range(4):
        at = start + timedelta(seconds=31 * number)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}.000Z INFO  main     listing-api 2.88.0 started"


def _refused(minute, rng):
    """Answers that the load balancer gives itself in five minutes."""
    for start, value in ALARMED.items():
        if start <= minute < start + 5:
            return value
    if -60 <= minute < -55:
        return 268
    return rng.randint(590, 690) if minute > CHANGED else rng.randint(18, 44)


def _metrics(session, now, rng):
    def balancer(at):
        found = measured.balancer(rng, 26_000 * measured.busy(at, rng), 0.07)
        bad = _refused(_minute(at, now), rng)
        return found | {"HTTPCode_ELB_4XX_Count": bad, "HTTPCode_ELB_5XX_Count": 0}

    def group(at):
        lost = 130 if _minute(at, now) > CHANGED else 0
        return measured.balancer(rng, 5 * (5_200 * measured.busy(at, rng) - lost), 0.07)

    def hosts(_):
        return {"HealthyHostCount": 4, "UnHealthyHostCount": 0}

    def firewall(at):
        uploads = rng.randint(560, 660)
        if _minute(at, now) > CHANGED - 3:
            return {"BlockedRequests": _refused(_minute(at, now), rng) - 20, "CountedRequests": 0}
        return {"BlockedRequests": rng.randint(2, 14), "CountedRequests": uploads}

    moments = list(minutes(now, -3 * 24 * 60, -4, 5))
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balancer)
    measured.publish(session, "AWS/ApplicationELB", GROUP, moments, group)
    measured.publish(session, "AWS/ApplicationELB", GROUP, moments, hosts)
    acl = {"WebACL": "market-front", "Region": session.region_name, "Rule": "ALL"}
    units = {"BlockedRequests": "Count", "CountedRequests": "Count"}
    put_metrics(session, "AWS/WAFV2", acl, moments, firewall, units)


def _alarms(session):
    put_alarm(
        session,
        "market-alb-elb-4xx",
        AlarmDescription="The load balancer of the marketplace itself answers 4XX.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_ELB_4XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        Period=300,
        EvaluationPeriods=3,
        Threshold=250,
    )
    put_alarm(
        session,
        "market-alb-target-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        Period=300,
        Threshold=50,
    )
    set_healthy(session, "market-alb-target-5xx")
