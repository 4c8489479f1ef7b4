"""Policy documents as Terraform renders them from the module, without an account, for each way to configure it."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.terraform import CHECKOUT, Workspace, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TESTS = "tests/terraform"
_RENDERED = f"{_TESTS}/documents.tftest.hcl"
_WITH_POLICY = frozenset({"aws_s3_bucket_policy", "aws_sqs_queue", "aws_sqs_queue_policy"})


@dataclass
class Rendered:
    """Documents of one configuration, as text.

    Attributes:
        denies: Managed policies of the investigator role by name: scope, sensitive, ….
        inline: Inline policies by resource address; the investigator role's and the functions' own.
        resources: Policies on the module's resources (bucket, queues), by resource address.
    """

    denies: dict[str, str] = field(default_factory=dict)
    inline: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)


def render() -> dict[str, Rendered]:
    """Documents by the name of the run in documents.tftest.hcl, planned in a copy of the module.

    Raises:
        TerraformError: Terraform or its provider is missing, or the module does not plan.
        LookupError: A run planned no denies.
    """
    folder = Path(tempfile.mkdtemp(prefix="documents-"))
    try:
        rendered = _collect(_planned(folder))
    finally:
        shutil.rmtree(folder)
    if not rendered or not all(documents.denies for documents in rendered.values()):
        raise LookupError(f"{_RENDERED} planned no aws_iam_policy.investigator")
    return rendered


def _planned(folder: Path) -> Iterator[Mapping[str, Any]]:
    for source in CHECKOUT.glob("*.tf"):
        (folder / source.name).symlink_to(source)
    for name in ("dist", "modules", "tests"):
        (folder / name).symlink_to(CHECKOUT / name)
    workspace = Workspace(folder, find())
    workspace.init("-backend=false", f"-test-directory={_TESTS}")
    with workspace.attached() as served:
        output = served.checked("test", f"-test-directory={_TESTS}", f"-filter={_RENDERED}", "-json", "-verbose")
    return (json.loads(line) for line in output.splitlines())


def _collect(messages: Iterable[Mapping[str, Any]]) -> dict[str, Rendered]:
    rendered: dict[str, Rendered] = {}
    for message in messages:
        if "test_plan" not in message:
            continue
        documents = rendered.setdefault(message["@testrun"], Rendered())
        for change in message["test_plan"].get("resource_changes", []):
            _sort_in(documents, change)
    return rendered


def _sort_in(documents: Rendered, change: Mapping[str, Any]) -> None:
    policy = (change["change"]["after"] or {}).get("policy")
    if not isinstance(policy, str):
        return
    if change["type"] == "aws_iam_policy":
        documents.denies[change["index"]] = policy
    elif change["type"] == "aws_iam_role_policy":
        documents.inline[change["address"]] = policy
    elif change["type"] in _WITH_POLICY:
        documents.resources[change["address"]] = policy
