"""Terraform for the demo and the tests: found on PATH, with the provider from wherever this machine has it.

Terraform's own ways come first (CLI configuration, implied mirrors, the registry). Only when they fail is a
filesystem mirror looked for: a folder named registry.terraform.io below the usual roots, owned by root and
writable by nobody else, since what lies in it is executed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws import terraform_provider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHECKOUT = Path(__file__).resolve().parent.parent

OLDEST_VERSION = (1, 9)

_MIRROR_NAME = "registry.terraform.io"
_MIRROR_ROOTS = ("/opt", "/usr/local", "/usr/share", "/usr/lib", "/var/lib", "/srv")
_MIRROR_DEPTH = 5
_PROVIDER = Path("hashicorp") / "aws"

_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE")
_KEPT_PREFIX = "TF_"
_SETTINGS = {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "GOGC": "400"}
"""Terraform and its provider allocate much more than they keep: collected less often they take a quarter less
processor time, for 150 MB more."""


class TerraformError(RuntimeError):
    """Terraform is missing, too old, or failed; the message is for the person who started it."""


def find() -> Path:
    """The Terraform on PATH.

    Raises:
        TerraformError: There is none, or it is older than the module supports.
    """
    path = shutil.which("terraform")
    if path is None:
        raise TerraformError(
            "Terraform was not found on PATH: install 1.9 or later (https://developer.hashicorp.com/terraform/install)."
        )
    answer = subprocess.run([path, "version", "-json"], capture_output=True, text=True, check=False)
    found = re.search(r'"terraform_version":\s*"(\d+)\.(\d+)', answer.stdout)
    if found is None:
        raise TerraformError(f"{path} did not tell its version: {(answer.stderr or answer.stdout).strip()}")
    version = int(found.group(1)), int(found.group(2))
    if version < OLDEST_VERSION:
        raise TerraformError(f"{path} is Terraform {version[0]}.{version[1]}: 1.9 or later is needed.")
    return Path(path)


def mirrors(roots: Sequence[str] = _MIRROR_ROOTS) -> Iterator[Path]:
    """Trustworthy folders that hold the provider for this platform, as `-plugin-dir` wants them."""
    for root in roots:
        for folder in _named_folders(Path(root), _MIRROR_DEPTH):
            if _provides(folder) and _trustworthy(folder):
                yield folder.parent


def _named_folders(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())
    except OSError:
        return
    for entry in entries:
        if entry.name == _MIRROR_NAME:
            yield entry
        elif depth > 1:
            yield from _named_folders(entry, depth - 1)


def _provides(folder: Path) -> bool:
    """Whether the mirror has the provider for this platform, unpacked or as an archive."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    name = f"linux_{machine}"
    aws = folder / _PROVIDER
    return any(aws.glob(f"*/{name}")) or any(aws.glob(f"*_{name}.zip"))


def _trustworthy(folder: Path) -> bool:
    """Owned by root and writable by nobody else, from the provider up to the root of the file system."""
    inside = [path for path in (folder / _PROVIDER).rglob("*") if not path.is_symlink()]
    return all(_only_root_writes(path) for path in (folder, *folder.parents, folder / _PROVIDER, *inside))


def _only_root_writes(path: Path) -> bool:
    found = path.lstat()
    return found.st_uid == 0 and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@dataclass
class Workspace:
    """One folder with configuration and state, and the environment its commands get.

    Attributes:
        folder: Where the configuration lies.
        executable: Terraform.
        variables: Environment variables beside the kept ones: never the host's AWS configuration.
    """

    folder: Path
    executable: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def init(self, *options: str) -> None:
        """Initialise, by Terraform's own ways first, then from a mirror found on this machine.

        Raises:
            TerraformError: No way led to the provider.
        """
        first = self._run("init", "-input=false", *options)
        if first.returncode == 0:
            return
        for mirror in mirrors():
            if self._run("init", "-input=false", f"-plugin-dir={mirror}", *options).returncode == 0:
                return
        raise TerraformError(
            "terraform init found the provider hashicorp/aws neither by its CLI configuration nor in the registry,"
            f" nor in a root-owned folder named {_MIRROR_NAME} below {', '.join(_MIRROR_ROOTS)}:\n{_ending(first)}"
        )

    def apply(self, inputs: Mapping[str, str]) -> None:
        """Apply without asking.

        Raises:
            TerraformError: With Terraform's own message.
        """
        self._checked("apply", "-auto-approve", "-input=false", *_variables(inputs))

    def destroy(self, inputs: Mapping[str, str]) -> None:
        """Destroy without asking.

        Raises:
            TerraformError: With Terraform's own message.
        """
        self._checked("destroy", "-auto-approve", "-input=false", *_variables(inputs))

    def pending_changes(self, inputs: Mapping[str, str]) -> str:
        """What a plan would change; empty when nothing.

        Raises:
            TerraformError: The plan failed.
        """
        answer = self._run("plan", "-detailed-exitcode", "-input=false", *_variables(inputs))
        if answer.returncode == 1:
            raise TerraformError(f"terraform plan failed:\n{_ending(answer)}")
        return answer.stdout if answer.returncode == 2 else ""

    def outputs(self) -> dict[str, Any]:
        """Values of all outputs."""
        document = json.loads(self._checked("output", "-json").stdout)
        return {name: value["value"] for name, value in document.items()}

    def resources(self) -> list[str]:
        """Addresses in the state."""
        return self._checked("state", "list").stdout.split()

    def checked(self, *arguments: str) -> str:
        """Output of another command.

        Raises:
            TerraformError: With Terraform's own message.
        """
        return self._checked(*arguments).stdout

    def _checked(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        answer = self._run(*arguments)
        if answer.returncode != 0:
            raise TerraformError(f"terraform {arguments[0]} failed:\n{_ending(answer)}")
        return answer

    def environment(self) -> dict[str, str]:
        """What commands get of the host's environment, and what they are told beside it."""
        kept = {
            name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIX)
        }
        return {**_SETTINGS, **kept, **self.variables}

    @contextmanager
    def attached(self) -> Iterator[Workspace]:
        """The same with one provider for all its commands, which configure none."""
        with terraform_provider.served(self.folder, self.environment()) as variables:
            yield replace(self, variables={**self.variables, **variables})

    def _run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        plain = [] if command in {"output", "state"} else ["-no-color"]
        return subprocess.run(
            [str(self.executable), command, *arguments, *plain],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def _variables(inputs: Mapping[str, str]) -> list[str]:
    return [f"-var={name}={value}" for name, value in inputs.items()]


def _ending(answer: subprocess.CompletedProcess[str]) -> str:
    """The error, or the last lines."""
    text = answer.stderr.strip() or answer.stdout.strip()
    return "\n".join(text.splitlines()[:40])


def linked_tree(folder: Path, checkout: Path = CHECKOUT) -> Path:
    """A tree whose demo/ is a copy and whose everything else leads to the checkout; the path of that demo/.

    Terraform writes into the folder it works in, and the demo's module and packages are named relative to it.
    """
    demo = folder / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for entry in checkout.iterdir():
        link = folder / entry.name
        if entry.name == "demo" or entry.name.startswith(".") or entry.suffix == ".tfstate":
            continue
        link.unlink(missing_ok=True)
        link.symlink_to(entry)
    for stale in (
        *demo.glob("*.tf"),
        *(link for link in folder.iterdir() if link.is_symlink() and not link.exists()),
    ):
        stale.unlink()
    kept_out = shutil.ignore_patterns(".terraform*", "*.tfstate*")
    shutil.copytree(checkout / "demo", demo, ignore=kept_out, dirs_exist_ok=True)
    return demo


def local_provider(folder: Path, region: str) -> None:
    """Point the folder's provider at the local AWS; the endpoint itself comes by AWS_ENDPOINT_URL."""
    configuration = f"""# Written by the local AWS: the demo's provider, on this machine.
provider "aws" {{
  region                      = {json.dumps(region)}
  access_key                  = "test"
  secret_key                  = "test"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}}
"""
    (folder / "local_aws_override.tf").write_text(configuration)


def local_variables(endpoint: str) -> dict[str, str]:
    """Environment of a workspace that applies to the local AWS."""
    return {"AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true"}


def check() -> int:
    """Validate and test the modules, and validate the demo, which uses all of them; the exit status."""
    executable = find()
    for folder, commands in (
        (CHECKOUT, (("validate",), ("test", "-test-directory=tests/terraform"))),
        (CHECKOUT / "demo", (("validate",),)),
    ):
        workspace = Workspace(folder, executable)
        tests = ("-test-directory=tests/terraform",) if folder == CHECKOUT else ()
        workspace.init("-backend=false", *tests)
        with workspace.attached() as served:
            for command in commands:
                print(served.checked(*command).strip().splitlines()[-1], flush=True)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m local_aws.terraform check`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given != ["check"]:
        print("usage: python -m local_aws.terraform check", file=sys.stderr)
        return 2
    try:
        return check()
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
