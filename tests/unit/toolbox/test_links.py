"""What links resources: one name for each, who is near whom, and what an alarm's words point at."""

from __future__ import annotations

import pytest

from toolbox.alarms.anchors import alike, called_like, words_of_name
from toolbox.leads.naming import named_in, refusals_in
from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import Links, add_named, canonical, of_arn
from toolbox.surroundings.links.nearby import nearby

QUEUE = Resource("sqs", "jobs")
WORKER = Resource("ecs", "farm/worker")
CACHE = Resource("elasticache", "hot-items")


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("lambda", "arn:aws:lambda:eu-west-1:123456789012:function:orders:live", "orders"),
        ("lambda", "orders:7", "orders"),
        ("sqs", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "jobs"),
        (
            "dynamodb",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000",
            "orders",
        ),
        ("secret", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db/app-a1B2c3", "db/app"),
        ("secret", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db/app-a1B2c3:password::", "db/app"),
        ("parameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/db", "/shop/db"),
        ("elb", "internal-shop-1234567890", "shop"),
        ("elb", "loadbalancer/app/shop/50dc6c495c0c9188", "app/shop/50dc6c495c0c9188"),
        ("elb", "targetgroup/shop/943f017f100becff", "targetgroup/shop/943f017f100becff"),
    ],
)
def test_given_any_way_to_refer_to_a_resource_then_it_has_one_name(kind: str, name: str, expected: str) -> None:
    assert canonical(kind, name) == Resource(kind, expected)


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (
            "arn:aws:states:eu-west-1:123456789012:execution:refunds:r-1",
            Resource("stepfunctions", "arn:aws:states:eu-west-1:123456789012:stateMachine:refunds"),
        ),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop:*", Resource("log_group", "/ecs/shop")),
        ("arn:aws:s3:::photos", Resource("bucket", "photos")),
        ("arn:aws:glue:eu-west-1:123456789012:job/nightly", None),
        ("not an arn", None),
    ],
)
def test_given_an_arn_then_its_resource_is_known_where_its_kind_is(arn: str, expected: Resource | None) -> None:
    assert of_arn(arn) == expected


def links() -> Links:
    found = Links()
    add_named(found, WORKER, {"QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"}, "worker")
    add_named(found, WORKER, {"REDIS": "rediss://hot-items.ab1cd2.euw1.cache.amazonaws.com:6379"}, "worker")
    return found


def test_given_a_queue_then_its_worker_is_one_link_away_and_the_workers_cache_two() -> None:
    found = nearby(links(), [QUEUE], steps=2, most=10)

    assert [(each.resource, each.origin, each.hop) for each in found] == [(WORKER, QUEUE, 1), (CACHE, WORKER, 2)]
    assert found[1].why == "worker's variable REDIS"


def test_given_fewer_steps_or_places_then_less_is_near() -> None:
    assert [each.resource for each in nearby(links(), [QUEUE], steps=1, most=10)] == [WORKER]
    assert [each.resource for each in nearby(links(), [QUEUE], steps=2, most=1)] == [WORKER]


def test_given_what_many_share_then_nothing_is_reached_through_it() -> None:
    shared = Links()
    for number in range(40):
        shared.add(Resource("lambda", f"f{number}"), Resource("dynamodb", "settings"), "reads")

    found = nearby(shared, [Resource("lambda", "f0")], steps=2, most=60)

    assert [each.resource.name for each in found] == ["settings"]


def test_given_a_role_then_nothing_is_reached_through_it() -> None:
    shared = Links()
    for name in "ab":
        shared.add(Resource("lambda", name), Resource("role", "common"), "role")

    assert [each.resource.kind for each in nearby(shared, [Resource("lambda", "a")], 3, 10)] == ["role"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("statements-mailed", {"statement", "mail"}),
        ("OrdersPerMinute", {"order"}),
        ("prod-shop-errors-high", {"shop"}),
        ("nightly_exports", {"nightly", "export"}),
        ("vehicle-positions", words_of_name("VehiclePosition")),
        ("vehicles", words_of_name("vehicle")),
        ("policies", words_of_name("policy")),
        ("invoices-stored", words_of_name("invoice-store")),
    ],
)
def test_given_a_name_then_its_telling_words_are_known_without_endings(text: str, words: set[str]) -> None:
    assert words_of_name(text) == words


def test_given_an_alarm_on_a_metric_of_its_own_then_what_is_called_like_it_is_meant() -> None:
    signal = {"name": "statements-mailed", "metrics": [{"namespace": "Bank/Statements", "name": "Mailed"}]}
    known = [Resource("lambda", name) for name in ("statement-mailer", "statement-archive", "card-limits")]

    found = called_like(signal, known)

    assert list(found) == [Resource("lambda", "statement-mailer")]
    assert found[Resource("lambda", "statement-mailer")] == "shares statement, mailer with the alarm"


def test_given_a_word_that_most_share_then_it_points_at_nothing() -> None:
    known = [Resource("lambda", f"shop-{number}x") for number in "abcdefghijk"] + [Resource("ecs", "c/cart-api")]

    assert list(alike(known, {"shop", "cart"}, most=5)) == [Resource("ecs", "c/cart-api")]


def test_given_an_error_then_the_resources_it_names_are_found_by_arn_address_and_name() -> None:
    text = (
        "Rate Exceeded. FunctionName=price-engine; no answer of hot-items.ab1cd2.euw1.cache.amazonaws.com:6379; "
        "arn:aws:sqs:eu-west-1:123456789012:jobs is gone; api.bank.example did not answer"
    )
    known = [Resource("lambda", "price-engine"), Resource("lambda", "engine"), Resource("lambda", "jobs")]

    found = named_in(text, known)

    assert found == [
        QUEUE,
        CACHE,
        Resource("host", "api.bank.example"),
        Resource("lambda", "price-engine"),
    ]


def test_given_a_template_that_masks_a_label_of_a_host_then_the_rest_of_it_names_nothing() -> None:
    text = 'connection to server at "orders-db.<id>.eu-west-1.rds.amazonaws.com" (<ip>), port <n> failed'

    assert named_in(text, []) == []


def test_given_a_key_in_an_error_then_it_is_named_by_its_id() -> None:
    text = "arn:aws:kms:eu-west-1:123456789012:key/3f8e1c7a-5b90-4d26-a1c4-7e92d0b6f583 is pending deletion."

    assert named_in(text, []) == [Resource("key", "3f8e1c7a-5b90-4d26-a1c4-7e92d0b6f583")]


def test_given_a_refusal_then_role_action_and_resource_are_known() -> None:
    text = (
        "User: arn:aws:sts::123456789012:assumed-role/order-writer/orders-api is not authorized to perform: "
        "dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders because no"
    )

    (found,) = refusals_in(text)

    assert (found.role, found.action) == ("order-writer", "dynamodb:PutItem")
    assert found.resource == "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


def test_given_a_refused_user_then_there_is_no_role_to_ask_about() -> None:
    assert refusals_in("User: arn:aws:iam::123456789012:user/eva is not authorized to perform: s3:GetObject") == []


SIGNER = Resource("ecs", "papers/doc-signer")


@pytest.mark.parametrize(
    "text",
    [
        "feign.FeignException$BadGateway: [502 Bad Gateway] during [POST] to [http://doc-signer.p.internal:8080/v1]",
        "Connect to doc-signer.p.internal:8080 [doc-signer.p.internal/10.0.1.2] failed: Connection refused",
        'Post "http://doc-signer:8080/v1/sign": context deadline exceeded',
        "dial tcp: lookup doc-signer.p.internal on 10.0.0.2:53: no such host",
        "Error: getaddrinfo ENOTFOUND doc-signer.p.internal",
        "HTTPConnectionPool(host='doc-signer', port=8080): Max retries exceeded",
        "502 from hxxp://doc-signer[.]p[.]internal:8080/v1",
        "503 of http://doc-signer/v1/sign",
    ],
)
def test_given_an_error_that_names_a_host_of_the_network_then_the_service_behind_it_is_named(text: str) -> None:
    others = [WORKER, Resource("lambda", "sign"), Resource("log_group", "/ecs/doc-signer")]

    assert named_in(text, [*others, SIGNER])[0] == SIGNER


def test_given_a_host_no_service_is_called_like_then_its_log_group_or_the_only_one_alike_is_named() -> None:
    group, prefixed = Resource("log_group", "/ecs/signer"), Resource("ecs", "papers/prod-signer")

    assert named_in("503 of http://signer:8080/", [group, WORKER])[0] == group
    assert named_in("503 of http://signer:8080/", [prefixed, WORKER])[0] == prefixed
    assert prefixed not in named_in("503 of http://signer:8080/", [prefixed, Resource("ecs", "papers/x-signer")])


@pytest.mark.parametrize(
    "text", ["503 of https://signer.bank.example/v1", "signer: 503", "connect ECONNREFUSED 10.0.3.7:8080"]
)
def test_given_a_host_elsewhere_or_none_then_nothing_of_the_account_is_named(text: str) -> None:
    assert WORKER not in named_in(text, [WORKER, Resource("ecs", "papers/prod-signer")])
    assert Resource("ecs", "papers/prod-signer") not in named_in(
        text, [WORKER, Resource("ecs", "papers/prod-signer")]
    )


def test_given_an_alarm_called_like_a_stream_then_it_is_about_the_stream() -> None:
    stream = Resource("kinesis", "vehicle-positions")
    signal = {"name": "vehicles-silent", "metrics": [{"namespace": "Transit/Live", "name": "VehiclesSilent"}]}

    assert called_like(signal, [WORKER, stream, QUEUE]) == {stream: "shares vehicle with the alarm"}
