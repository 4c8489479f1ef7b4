"""The policy documents as Terraform renders them from the module, without an account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from local_aws.terraform import CHECKOUT, Workspace, find

_TESTS = "tests/terraform"
_RENDERED = f"{_TESTS}/documents.tftest.hcl"


def render(folder: Path) -> dict[str, str]:
    """Documents of the investigator role's managed policies by name, planned in a copy of the module.

    Raises:
        TerraformError: Terraform or its provider is missing, or the module does not plan.
        LookupError: The plan holds no such policies.
    """
    for source in CHECKOUT.glob("*.tf"):
        (folder / source.name).symlink_to(source)
    for name in ("dist", "tests"):
        (folder / name).symlink_to(CHECKOUT / name)
    workspace = Workspace(folder, find())
    workspace.init("-backend=false", f"-test-directory={_TESTS}")
    output = workspace.checked("test", f"-test-directory={_TESTS}", f"-filter={_RENDERED}", "-json", "-verbose")
    documents = dict(_policies(json.loads(line) for line in output.splitlines()))
    if not documents:
        raise LookupError(f"{_RENDERED} planned no aws_iam_policy.investigator")
    return documents


def _policies(messages: Any) -> Any:
    for message in messages:
        for change in message.get("test_plan", {}).get("resource_changes", []):
            if change["type"] == "aws_iam_policy" and change["name"] == "investigator":
                yield change["index"], change["change"]["after"]["policy"]
