"""One provider for all commands of a workspace: Terraform starts it several times for each run of a test.

The provider's own way for that is its flag -debug, with which it says how Terraform finds it
(https://developer.hashicorp.com/terraform/plugin/debugging).
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_EXECUTABLES = ".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws_*"
_VARIABLE = "TF_REATTACH_PROVIDERS"
_ADDRESS = re.compile(rf"{_VARIABLE}='(.+)'")
#: Within so many seconds a provider says where it listens; one that says nothing is of no use.
_PATIENCE_S = 30.0
_QUIET = {"TF_LOG_PROVIDER": "off", "TF_LOG_SDK": "off"}


@contextmanager
def served(folder: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What tells commands of an initialised folder to share a provider; for what configures none: mocked tests.

    Nothing where that cannot be had: each command then starts its own as ever.
    """
    found = sorted(folder.glob(_EXECUTABLES))
    if len(found) != 1:
        yield {}
        return
    with (
        tempfile.TemporaryDirectory(prefix="provider-") as sockets,
        subprocess.Popen(
            [str(found[0]), "-debug"],
            cwd=folder,
            env={**environment, **_QUIET, "TMPDIR": sockets},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as provider,
    ):
        impatient = threading.Timer(_PATIENCE_S, provider.kill)
        impatient.start()
        try:
            address = _address(provider.stdout)
            impatient.cancel()
            yield {} if address is None else {_VARIABLE: address}
        finally:
            impatient.cancel()
            provider.kill()


def _address(said: IO[str] | None) -> str | None:
    """Where it listens; None when it ends without having said so."""
    for line in said or ():
        address = _ADDRESS.search(line)
        if address is not None:
            return address.group(1)
    return None
