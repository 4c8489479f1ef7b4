"""One provider for all commands of a workspace: Terraform starts it several times for each run of a test.

The provider's own way for that is its flag -debug, with which it says how Terraform finds it
(https://developer.hashicorp.com/terraform/plugin/debugging).
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.terraform import Workspace

_EXECUTABLES = ".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws_*"
_VARIABLE = "TF_REATTACH_PROVIDERS"
_ADDRESS = re.compile(rf"{_VARIABLE}='(.+)'")
_QUIET = {"TF_LOG_PROVIDER": "off", "TF_LOG_SDK": "off"}


@contextmanager
def attached(workspace: Workspace) -> Iterator[Workspace]:
    """An initialised workspace whose commands share a provider; for what configures none, as mocked tests.

    Where that cannot be had, it is the workspace itself, and each command starts its own as ever.
    """
    found = sorted(workspace.folder.glob(_EXECUTABLES))
    if len(found) != 1:
        yield workspace
        return
    with (
        tempfile.TemporaryDirectory(prefix="provider-") as sockets,
        subprocess.Popen(
            [str(found[0]), "-debug"],
            cwd=workspace.folder,
            env={**workspace.environment(), **_QUIET, "TMPDIR": sockets},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as provider,
    ):
        try:
            address = _address(provider.stdout)
            attachment = {} if address is None else {_VARIABLE: address}
            yield replace(workspace, variables={**workspace.variables, **attachment})
        finally:
            provider.kill()


def _address(said: IO[str] | None) -> str | None:
    """Where it listens; None when it ends without having said so."""
    for line in said or ():
        address = _ADDRESS.search(line)
        if address is not None:
            return address.group(1)
    return None
