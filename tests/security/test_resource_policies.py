"""Policies on the module's own resources: TLS only, and nobody is let in by a wildcard."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.boundary.documents import Rendered

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_documents")]

TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}
CONFIGURATIONS = ("default", "everything")


def statements(documents: Rendered) -> list[tuple[str, dict[str, Any]]]:
    """Every statement with the address of its resource."""
    return [
        (address, statement)
        for address, text in documents.resources.items()
        for statement in json.loads(text)["Statement"]
    ]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_bucket_and_every_queue_refuse_what_is_not_encrypted_on_its_way(
    rendered: dict[str, Rendered], name: str
) -> None:
    documents = rendered[name]
    kinds = {address.partition(".")[0] for address in documents.resources}
    assert {"aws_s3_bucket_policy", "aws_sqs_queue"} <= kinds
    for address, text in documents.resources.items():
        walls = [
            one
            for one in json.loads(text)["Statement"]
            if one["Effect"] == "Deny" and one["Principal"] == "*" and one["Condition"] == TLS_ONLY
        ]
        assert [one["Action"] for one in walls] in (["s3:*"], ["sqs:*"]), address


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_whom_a_resource_lets_in_is_named_and_acts_for_this_account(
    rendered: dict[str, Rendered], name: str
) -> None:
    for address, one in statements(rendered[name]):
        if one["Effect"] == "Allow":
            assert "*" not in json.dumps(one["Principal"]), address
            keys = {key for operator in one.get("Condition", {}).values() for key in operator}
            assert keys & {"aws:SourceAccount", "aws:SourceArn"}, address


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_function_may_do_only_what_is_written_out(rendered: dict[str, Rendered], name: str) -> None:
    """No wildcard in an action; `*` as resource only where the service knows none (X-Ray, network interfaces)."""
    for address, text in rendered[name].inline.items():
        for one in json.loads(text)["Statement"]:
            actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
            assert not [action for action in actions if "*" in action], address
            if one["Effect"] == "Allow" and "*" in one["Resource"]:
                assert one["Sid"] in {"Trace", "Network"}, (address, one)
