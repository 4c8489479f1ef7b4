"""Of two things of one kind, a line says something about the one it names."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems
from triage.agent.grounding.contradictions.siblings import form
from triage.agent.grounding.reading.identifiers import states

PODS = (
    "pod cart-6c9f7d5b8-kq2wz OOMKilled, restarts 7\n"
    "pod cart-6c9f7d5b8-x7vtn Running, restarts 3\n"
    "pod cart-6c9f7d5b8-abcde Running, restarts 0"
)
CALLS = (
    "2026-11-21T10:02:11Z UpdateFunctionConfiguration function=refund-mailer by ana\n"
    "2026-11-21T10:04:11Z PutRolePolicy role=refund-role by ana\n"
    "2026-11-21T10:09:40Z Invoke function=refund-writer AccessDenied"
)
TABLES = '{"TableName": "refunds", "Status": "ACTIVE"}\n{"TableName": "refund-events", "Status": "UPDATING"}'
NODES = "node web-a1 disk 97 %\nnode web-b2 disk 41 %\nnode web-c3 disk 98 %"


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (PODS, "Pod cart-6c9f7d5b8-kq2wz was OOMKilled.", "OOMKilled, restarts 7"),
        (PODS, "A pod of cart was OOMKilled.", "OOMKilled, restarts 7"),
        (PODS, "cart-6c9f7d5b8-x7vtn runs, unlike cart-6c9f7d5b8-kq2wz.", "kq2wz OOMKilled"),
        (CALLS, "refund-mailer was updated at 10:02 UTC.", "UpdateFunctionConfiguration"),
        (
            CALLS,
            "refund-writer was denied after ana changed refund-role.",
            "PutRolePolicy role=refund-role by ana",
        ),
        (
            CALLS,
            "Nothing changed about refund-writer itself.",
            "UpdateFunctionConfiguration function=refund-mailer",
        ),
        (TABLES, "Table refund-events is updating.", '"Status": "UPDATING"'),
        (NODES, "web-a1 and web-c3 are full.", "web-a1 disk 97 %"),
        (PODS, "Only cart-6c9f7d5b8-kq2wz was OOMKilled.", "OOMKilled"),
        (PODS, "Only cart-6c9f7d5b8-kq2wz of three pods was OOMKilled.", "OOMKilled"),
    ],
)
def test_what_a_line_says_of_what_it_names_holds(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote) == ()


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (PODS, "Pod cart-6c9f7d5b8-x7vtn was OOMKilled.", "OOMKilled, restarts 7"),
        (PODS, "Pod cart-6c9f7d5b8-abcde was OOMKilled.", "OOMKilled, restarts 7"),
        (CALLS, "refund-writer was updated.", "UpdateFunctionConfiguration"),
        (CALLS, "refund-mailer was denied.", "AccessDenied"),
        (TABLES, "`refund-events` is fine, table refund-events is active.", '"Status": "ACTIVE"'),
        (NODES, "web-b2 is almost full.", "disk 97 %"),
    ],
)
def test_what_it_says_of_a_sibling_does_not(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote)


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("cart-6c9f7d5b8-kq2wz", "cart-6c9f7d5b8-abcde", True),
        ("i-0a1b2c3d4e5f60718", "i-0f9e8d7c6b5a40312", True),
        ("checkout-web:57", "checkout-web:56", True),
        ("orders-v2", "orders-v3", True),
        ("orders-v2", "refunds-v2", False),
        ("db1", "web2", False),
        ("order-role", "order-table", False),
        ("sg-0a1b2c3d4e5f60718", "i-0f9e8d7c6b5a40312", False),
    ],
)
def test_siblings_have_one_form(one: str, other: str, are_alike: bool) -> None:
    assert (form(one) == form(other)) is are_alike


@pytest.mark.parametrize(
    ("text", "name", "is_stated"),
    [
        ("pod cart-writer-7d9f8c6b5-x2k4q", "cart-writer", True),
        ("replicaset cart-writer-7d9f8c6b5", "cart-writer", True),
        ("node tile-cache-001", "tile-cache", True),
        ("stream web-i-0a1b2c3d4e5f60718", "web", True),
        ("pod kafka-0 is not ready", "kafka", True),
        ("container cart-4f6c1d2e-8a7b-4c3d-9e0f-1a2b3c4d5e6f", "cart", True),
        ("table orders-archive", "orders", False),
        ("table orders-2", "orders", False),
        ("pod cart-writer-7d9f8c6b5-x2k4q", "cart", False),
        ("pod cart-writer-7d9f8c6b5-x2k4q", "writer-7d9f8c6b5", False),
        ("role order-role-admin", "order-role", False),
    ],
)
def test_a_workload_is_named_by_its_pods_and_nodes(text: str, name: str, is_stated: bool) -> None:
    assert states(text, name) is is_stated
