"""Leads: what answers lead to, in which order it is followed, and how briefly it is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON
from tests.unit.toolbox.service_models import Modelled
from toolbox import first_look
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.look import Look
from toolbox.asking.window import Window
from toolbox.leads import brief, sources, troubles
from toolbox.leads.asking import groups_of, parameter_steps, steps_for
from toolbox.leads.follow import Followed
from toolbox.leads.lead import Lead, ranked
from toolbox.leads.naming import refusals_in
from toolbox.plan import Step
from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import Link, Links

ENGINE = Resource("lambda", "price-engine")
NEIGHBOURS = Answer(
    changed=[
        {"what": "ecs shop/cart", "link": "cart's variable QUEUE", "hop": 1, "metrics": ["Sum 0 → 3"]},
        {"what": "dynamodb orders", "link": "cart's variable TABLE", "hop": 2, "changes": ["12:00 …"]},
    ],
    called_alike=[{"what": "lambda cart-mail", "link": "shares cart in its name"}],
    unchanged=["sqs letters (dead letters of cart)"],
)


def errors(text: str, *, before: int = 0, since: int = 9) -> Answer:
    template = {"template": text, "sample": text, "before_onset": before, "since_onset": since, "level": "error"}
    return Answer(groups=[{"group": "/ecs/cart", "since_onset": since, "templates": [template]}])


@pytest.fixture
def look() -> Iterator[Modelled]:
    clients = Modelled()
    window = Window.around(NOON, NOON + timedelta(minutes=10))
    looking.use(Look(clients, window, {"name": "a"}))  # type: ignore[arg-type]
    yield clients
    looking.begin()


def test_given_neighbours_then_those_that_moved_go_first_and_names_alone_last() -> None:
    found = ranked(sources.of_neighbours(NEIGHBOURS, 1))

    assert [each.about.name for each in found] == ["shop/cart", "orders", "cart-mail", "letters"]
    assert [each.is_vague for each in found] == [False, False, True, False]
    assert found[0].to_json() == {
        "about": "ecs shop/cart",
        "from": "neighbourhood",
        "why": "cart's variable QUEUE",
        "hop": 1,
    }


def test_given_an_error_that_is_new_then_what_it_names_goes_before_all_else() -> None:
    found = sources.of_errors("logs", errors("Rate exceeded. FunctionName=price-engine"), [ENGINE], 1)
    old = sources.of_errors("logs", errors("FunctionName=price-engine", before=5), [ENGINE], 1)

    assert found[0].about == ENGINE
    assert found[0].weight > max(each.weight for each in sources.of_neighbours(NEIGHBOURS, 1)) > old[0].weight


def test_given_errors_before_the_onset_only_then_they_lead_nowhere() -> None:
    assert sources.of_errors("logs", errors("FunctionName=price-engine", since=0), [ENGINE], 1) == []


def test_given_the_same_resource_twice_then_the_stronger_lead_counts() -> None:
    weak = Lead(ENGINE, "neighbourhood", "near", 1, 10)
    strong = Lead(ENGINE, "logs", "named", 1, 90)

    assert ranked([weak, strong]) == [strong]


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("ConnectTimeoutError: Connection to api.bank.example timed out", True),
        ("dial tcp 10.0.3.7:443: i/o timeout", True),
        ("KeyError: 'total'", False),
    ],
)
def test_given_new_errors_then_those_of_the_network_are_told_from_others(text: str, speaks: bool) -> None:
    assert sources.speaks_of_network(errors(text)) is speaks


def test_given_something_that_was_asked_for_its_log_only_then_failing_makes_it_worth_more() -> None:
    vague = Lead(Resource("lambda", "cart"), "neighbourhood", "shares cart", 1, 40, is_vague=True)

    (found,) = sources.of_failing({"logs:cart": errors("boom")}, [vague], 2)

    assert (found.about, found.is_vague) == (vague.about, False)
    assert sources.of_failing({"logs:cart": errors("boom", before=3)}, [vague], 2) == []


def test_given_what_fails_then_the_stores_its_configuration_names_are_leads_whoever_wrote_the_log() -> None:
    cart, log = Resource("ecs", "shop/cart"), Resource("log_group", "/ecs/cart")
    stores = [Resource("rds_cluster", "shop"), Resource("dynamodb", "carts")]
    links = Links([*(Link(cart, each, "cart's variable") for each in stores), Link(cart, log, "log of cart")])
    fails = [Lead(about, "logs:cart", "fails since the onset", 2, 75) for about in (cart, log)]

    assert [each.about for each in sources.of_stores(fails[:1], links)] == stores
    assert [each.about for each in sources.of_stores(fails[1:], links)] == stores


# What is told of a lead ------------------------------------------------------------------------------


def test_given_a_configuration_then_its_telling_members_are_kept_and_lists_cut() -> None:
    answer = Answer(asked={"resource": "lambda f"}, CodeSize=3, MemorySize=128, changes=list("abcdef"))

    assert brief.configuration(answer) == {
        "asked": {"resource": "lambda f"},
        "MemorySize": 128,
        "changes": ["a", "b", "c"],
    }


def test_given_nothing_telling_then_there_is_no_section() -> None:
    gone = Answer(gaps=[{"what": "table", "why": "not found: DescribeTable"}])
    denied = Answer(gaps=[{"what": "table", "why": "denied: dynamodb:DescribeTable"}])

    assert brief.configuration(Answer(CodeSize=3)) is None
    assert brief.configuration(gone) is None
    assert brief.configuration(denied) == {"asked": None, "gaps": denied["gaps"]}
    assert brief.if_changed(Answer(MemorySize=128)) is None


def test_given_a_log_without_errors_since_the_onset_then_there_is_no_section_unless_it_was_hidden() -> None:
    hidden = Answer(groups=[], gaps=[{"what": "lines", "why": "denied: logs:FilterLogEvents"}])

    assert brief.logs(errors("boom", since=0)) is None
    assert brief.logs(hidden) == {"asked": None, "groups": [], "gaps": hidden["gaps"]}


def test_given_errors_then_their_template_and_sample_are_told() -> None:
    told = brief.logs(errors("boom"))

    assert told is not None
    assert told["groups"][0]["templates"][0]["template"] == "boom"


# Troubles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("VcpuLimitExceeded: your current vCPU limit of 640", ["quotas:ec2", "instances"]),
        ("TooManyRequestsException: Rate Exceeded.", ["concurrency", "quotas:lambda"]),
        ("tls: failed to verify certificate: x509: certificate has expired", ["certificates"]),
        ("ReplyError: READONLY You can't write against a read only replica.", ["events:elasticache"]),
        ("FATAL: terminating connection due to administrator command", ["events:rds"]),
        ("KeyError: 'total'", []),
    ],
)
def test_given_an_error_of_a_limit_then_who_knows_the_limit_is_asked(text: str, steps: list[str]) -> None:
    found = troubles.steps_of({"logs": errors(text)}, 1)

    assert [step.id for step in found] == steps
    assert all(step.lead and step.lead["from"] == "logs" for step in found)


# The rounds ------------------------------------------------------------------------------------------


def test_given_leads_then_each_is_followed_once(look: Modelled) -> None:
    done = {"neighbourhood": NEIGHBOURS, "configuration": Answer(asked={"resource": "sqs jobs"})}
    followed = Followed()

    first = [step.id for step in followed.steps(done, 1)]
    second = [step.id for step in followed.steps(done, 2)]

    assert "configuration:cart" in first
    assert "configuration:orders" in first
    assert not set(first) & set(second)


def test_given_the_alarms_own_resource_then_it_is_no_lead(look: Modelled) -> None:
    done = {"neighbourhood": NEIGHBOURS, "configuration": Answer(asked={"resource": "ecs shop/cart"})}

    assert "configuration:cart" not in [step.id for step in Followed().steps(done, 1)]


def test_given_a_service_behind_the_alarms_resource_then_it_is_told_already(look: Modelled) -> None:
    behind = Answer(services=[{"service": "shop/cart", "desiredCount": 2}])
    done = {"neighbourhood": NEIGHBOURS, "surroundings": behind}

    assert "configuration:cart" not in [step.id for step in Followed().steps(done, 1)]


def test_given_a_refusal_then_the_role_is_asked_about(look: Modelled) -> None:
    text = "User: arn:aws:sts::123456789012:assumed-role/writer/x is not authorized to perform: sns:Publish"

    steps = {step.id: step for step in Followed().steps({"logs": errors(text)}, 1)}

    assert steps["may:writer:sns:Publish:*"].arguments == {
        "role": "writer",
        "action": "sns:Publish",
        "resource": "*",
    }


def test_given_refusals_then_masked_and_cut_resources_give_way_and_different_ones_stay() -> None:
    who = "User: arn:aws:sts::123456789012:assumed-role/writer/x is not authorized to perform: s3:PutObject"
    rest = " because no identity-based policy allows it"
    buckets = [f"arn:aws:s3:::{name}" for name in ("shop", "shop-two")]
    masked = (
        f"{who} on resource: arn:aws:s3:::shop-<id>/x{rest}\n{who} on resource: arn:aws:s3:::sh […] x\n{who} now"
    )
    full = "\n".join(f"{who} on resource: {bucket}{rest}" for bucket in buckets)

    found = refusals_in(f"{masked}\n{full}")

    assert [each.resource for each in found] == buckets
    assert [each.resource for each in refusals_in(masked.partition("\n")[0])] == ["arn:aws:s3:::shop-<id>/x"]


def test_given_a_role_refused_at_two_resources_then_both_are_asked_about(look: Modelled) -> None:
    who = "User: arn:aws:sts::123456789012:assumed-role/writer/x is not authorized to perform: sqs:SendMessage"
    queues = [f"arn:aws:sqs:eu-west-1:123456789012:{name}" for name in ("jobs", "mails")]
    done = {f"logs:{queue}": errors(f"{who} on resource: {queue} because") for queue in queues}

    steps = [step.id for step in Followed().steps(done, 1) if step.id.startswith("may:")]

    assert steps == [f"may:writer:sqs:SendMessage:{queue}" for queue in queues]


def test_given_a_changed_network_then_the_alarms_own_resource_is_asked_about_first(look: Modelled) -> None:
    services = [{"service": f"shop/{name}"} for name in ("a", "b", "c", "d", "e", "f")]
    done = {
        "configuration": Answer(asked={"resource": "lambda prices"}),
        "surroundings": Answer(services=services),
        "changes": Answer(other=["11:23 ec2:ReplaceRoute rtb-1 by net/a"]),
    }

    steps = [step.id for step in Followed().steps(done, 1) if step.id.startswith("network:")]

    assert steps == ["network:prices", "network:a"]


def test_given_an_endpoint_of_an_unknown_service_then_its_changes_are_asked_for_all_the_same(
    look: Modelled,
) -> None:
    done = {"network:cart": Answer(limited_endpoints=[{"endpoint": "vpce-0a1b2c3d"}]), "changes": Answer()}

    (step,) = Followed().closing(done)

    assert isinstance(step.arguments, dict)
    assert "vpce-0a1b2c3d" in step.arguments["reasons"]


def test_given_what_was_followed_then_its_changes_are_asked_for_last_with_the_reason(look: Modelled) -> None:
    followed = Followed()
    done = {"neighbourhood": NEIGHBOURS, "changes": Answer()}
    followed.steps(done, 1)
    done["network:cart"] = Answer(routes=[{"table": "rtb-1"}], subnets=["subnet-1"])

    (step,) = followed.closing(done)

    assert isinstance(step.arguments, dict)
    assert step.arguments["reasons"]["cart"] == "cart's variable QUEUE"
    assert step.arguments["reasons"]["rtb-1"] == "route table on the way out of cart"
    assert "cart-mail" not in step.arguments["reasons"]


def test_given_hosts_behind_a_balancer_then_what_was_done_to_each_is_asked_for(look: Modelled) -> None:
    done = {
        "configuration": Answer(target_groups=[{"name": "web", "hosts": ["i-0a1b2c3d", "i-0e5f6a7b"]}]),
        "changes": Answer(),
    }

    (step,) = Followed().closing(done)

    assert isinstance(step.arguments, dict)
    assert step.arguments["reasons"] == {"i-0a1b2c3d": "target of web", "i-0e5f6a7b": "target of web"}


def test_given_a_section_that_is_asked_again_then_it_takes_the_place_of_the_first() -> None:
    class Again:
        def steps(self, done: Any, hop: int) -> list[Step]:
            lead = {"about": "x", "from": "a", "why": "named", "hop": hop}
            return [Step(f"lead{hop}", "L", lambda: Asked().answer(value=hop), lead=lead)]

        def closing(self, done: Any) -> list[Step]:
            return [Step("a", "A", lambda: Asked().answer(value=len(done)))]

    runner_look = looking.begin({"name": "x", "occurred_at": NOON.isoformat()}, now=NOON)
    plan = (Step("a", "A", lambda: Asked().answer(value=0)),)
    deadline = time.monotonic() + 20
    sections = first_look._Runner(runner_look, plan, deadline).run(Again())  # type: ignore[arg-type]

    assert [(each["id"], each["data"]["value"]) for each in sections] == [("a", 3), ("lead1", 1), ("lead2", 2)]
    assert sections[1]["lead"]["why"] == "named"


def test_given_a_service_whose_definition_tells_no_log_then_the_group_called_like_it_is_read() -> None:
    known = Links(notes={Resource("log_group", name): "" for name in ("/ecs/cart", "/ecs/cart-mail", "/cart/app")})
    told = Links([Link(Resource("ecs", "shop/cart"), Resource("log_group", "/told"), "log of cart")])

    assert groups_of(Resource("ecs", "shop/cart"), known) == ["/ecs/cart", "/cart/app"]
    assert groups_of(Resource("ecs", "shop/cart"), told.merged([known])) == ["/told"]


REFUSED = (
    "PutRecords failed: ProvisionedThroughputExceededException: Rate exceeded for shard s-7 in stream gps-points"
)


def test_given_an_error_that_names_a_stream_then_its_configuration_metrics_and_changes_are_asked_for(
    look: Modelled,
) -> None:
    followed = Followed()
    lead = sources.of_errors("logs", errors(REFUSED), [Resource("kinesis", "gps-points")], 1)[0]
    steps = {step.id: step for step in steps_for(lead, [])}

    assert list(steps) == ["configuration:gps-points", "metrics:gps-points"]
    asked = steps["metrics:gps-points"].arguments
    assert isinstance(asked, dict)
    assert asked["dimensions"] == {"StreamName": "gps-points"}
    assert "WriteProvisionedThroughputExceeded" in asked["names"]

    done = {
        "logs": errors(f"{REFUSED} arn:aws:kinesis:eu-west-1:123456789012:stream/gps-points"),
        "changes": Answer(),
    }
    followed.steps(done, 1)
    (closing,) = followed.closing(done)
    assert isinstance(closing.arguments, dict)
    assert "gps-points" in closing.arguments["reasons"]


def test_given_a_neighbour_then_its_metrics_are_not_asked_for_again() -> None:
    near = Lead(Resource("kinesis", "gps-points"), "neighbourhood", "variable STREAM", 1, 60)

    assert [step.id for step in steps_for(near, [])] == ["configuration:gps-points"]


@pytest.mark.parametrize(
    ("line", "bucket"),
    [
        ("+ aws s3 cp s3://shop-releases/web/3.1.tgz /opt/", "shop-releases"),
        ("GET https://shop-releases.s3.eu-west-1.amazonaws.com/web/3.1.tgz", "shop-releases"),
        ("GET https://s3.eu-west-1.amazonaws.com/shop-releases/web/3.1.tgz", "shop-releases"),
        ("spark reads s3a://shop-releases/web", "shop-releases"),
    ],
)
def test_given_a_missing_object_then_the_bucket_that_any_answer_names_is_followed(line: str, bucket: str) -> None:
    done = {
        "logs": errors(
            'An error occurred (404) when calling the HeadObject operation: Key "web/3.1.tgz" does not exist'
        ),
        "shares": Answer(group="/ec2/web", goes_on=[f"{line}: 9 since, 9 before"]),
    }

    found = sources.of_missing_objects(done, 1)

    assert [(each.about.kind, each.about.name) for each in found] == [("bucket", bucket)]


def test_given_no_missing_object_then_no_bucket_is_followed() -> None:
    done = {"logs": errors("boom"), "shares": Answer(goes_on=["s3://shop-releases/web: 9 since"])}

    assert sources.of_missing_objects(done, 1) == []


def test_given_a_changed_notification_that_names_the_resource_then_its_bucket_is_followed() -> None:
    change = {
        "event": "s3:PutBucketNotification",
        "given": "bucketName=photos, Function=x",
        "at": "2026-11-21T02:00:00Z",
    }

    found = sources.of_changed_buckets({"changes": Answer(related=[change])}, 1)

    assert [(each.about.kind, each.about.name, each.origin) for each in found] == [("bucket", "photos", "changes")]


# Parameters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "name", "is_asked"),
    [
        ("/fleet/searcher/app", "/searcher/log-level", True),
        ("/fleet/other/app", "/searcher/log-level", False),
        ("/fleet/searcher/app", "log-level", False),
    ],
    ids=["called like it", "of another", "without a path"],
)
def test_given_a_parameter_that_was_set_then_the_log_of_who_reads_it_is_asked(
    group: str, name: str, is_asked: bool
) -> None:
    call = {"at": "2026-11-21T01:00:00Z", "event": "ssm:PutParameter", "given": f"name={name}, type=String"}

    found = parameter_steps({"related": [call]}, [group], 1)

    assert bool(found) is is_asked
    assert all(step.arguments["pattern"] == f'"{name}"' for step in found)  # type: ignore[index]
