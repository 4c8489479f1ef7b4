"""A consumer's configuration applied to the module of this checkout, with packages built from its sources."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from local_aws import terraform
from local_aws.process import CHECKOUT
from local_aws.terraform import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local_aws.process import Running


def workspace(running: Running, consumer: Path, packages: Mapping[str, bytes]) -> Workspace:
    """A workspace in the state folder of a local AWS.

    Terraform writes into the folder it works in, so the configuration is a copy, as deep below links to the module
    as it is in the checkout.

    Args:
        running: Where it will be applied.
        consumer: A folder of this checkout with a configuration that names the module by a relative path.
        packages: What goes into dist/, by file name.
    """
    root = running.state / "terraform"
    folder = root / consumer.relative_to(CHECKOUT)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for path in (*CHECKOUT.glob("*.tf"), CHECKOUT / "modules"):
        (root / path.name).symlink_to(path)
    shutil.copytree(consumer, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    (root / "dist").mkdir()
    for name, content in packages.items():
        (root / "dist" / name).write_bytes(content)
    terraform.local_provider(folder, running.region)
    return Workspace(folder, terraform.find(), terraform.local_variables(running.endpoint))
