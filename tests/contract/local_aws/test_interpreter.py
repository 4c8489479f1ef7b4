"""Which Python runs the functions, and where Terraform's provider may come from."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from local_aws import process, terraform
from local_aws.functions import interpreter
from local_aws.functions.interpreter import NoInterpreterError
from local_aws.terraform import Workspace


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Python but those a test puts there."""
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.delenv("UV_PYTHON_INSTALL_DIR", raising=False)
    monkeypatch.setattr(interpreter, "_SYSTEM_PREFIXES", ())
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def claiming(version: str) -> str:
    """A script that answers the probe as a Python of that version would."""
    major, minor, micro = version.split(".")
    return (
        f'echo \'{{"version": [{major}, {minor}, {micro}], "executable": "/bin/sh", "stdlib": "/lib",'
        ' "shared_library": null, "library_dir": null, "implementation": "cpython"}\''
    )


def test_given_a_shim_that_does_not_start_then_the_next_candidate_is_taken(tmp_path: Path) -> None:
    executable(tmp_path / "shims" / "python3.13", "echo 'version not installed' >&2; exit 127")
    executable(tmp_path / "real" / "python3.13", claiming("3.13.5"))
    path = os.pathsep.join([str(tmp_path / "shims"), str(tmp_path / "real")])
    assert interpreter.find(path, tmp_path).version == (3, 13, 5)


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        (["3.11.2", "3.13.0", "3.14.1"], (3, 13, 0)),
        (["3.11.2", "3.12.1", "3.14.1"], (3, 12, 1)),
        (["3.11.2", "3.14.1"], (3, 14, 1)),
        (["3.11.2"], (3, 11, 2)),
    ],
)
def test_given_several_pythons_then_the_one_nearest_to_lambdas_is_used(
    tmp_path: Path, present: list[str], chosen: tuple[int, int, int]
) -> None:
    for version in present:
        minor = version.rsplit(".", 1)[0]
        executable(tmp_path / ".pyenv" / "versions" / version / "bin" / f"python{minor}", claiming(version))
    found = interpreter.find("", tmp_path)
    assert found.version == chosen
    assert ("nearest available" in found.describe()) is (chosen[:2] != (3, 13))


@pytest.mark.usefixtures("bare_machine")
def test_given_only_older_pythons_then_the_error_says_what_to_install(tmp_path: Path) -> None:
    executable(tmp_path / "python3.10", claiming("3.10.1"))
    with pytest.raises(NoInterpreterError, match=r"install Python 3\.13"):
        interpreter.find(str(tmp_path), tmp_path)


@pytest.mark.slow
def test_given_a_staged_copy_then_it_starts_as_the_functions_user_and_is_reused(tmp_path: Path) -> None:
    folder = process.default_state() / "runtime"
    folder.mkdir(parents=True, exist_ok=True)
    found = interpreter.find()
    copy = interpreter.staged(found, folder)
    assert interpreter.usable_by(copy, os.getuid() or 65534)
    before = copy.executable.stat().st_ino
    assert interpreter.staged(found, folder).executable.stat().st_ino == before


def mirror(root: Path) -> Path:
    provider = root / "registry.terraform.io" / "hashicorp" / "aws" / "5.100.0"
    for machine in ("linux_amd64", "linux_arm64"):
        (provider / machine).mkdir(parents=True)
    return root


@pytest.mark.skipif(os.getuid() != 0, reason="only root can own a folder as root")
@pytest.mark.parametrize(("mode", "trusted"), [(0o755, True), (0o775, False), (0o757, False)])
def test_given_a_mirror_then_it_is_used_only_when_nobody_but_root_can_write_to_it(
    mode: int, trusted: bool
) -> None:
    with tempfile.TemporaryDirectory(dir="/var") as folder:  # below folders that only root can write to
        root = Path(folder)
        root.chmod(0o755)
        plugins = mirror(root / "plugins")
        provider = plugins / "registry.terraform.io" / "hashicorp" / "aws"
        provider.chmod(mode)
        assert stat.S_IMODE(provider.stat().st_mode) == mode
        assert list(terraform.mirrors([folder])) == ([plugins] if trusted else [])


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_given_a_mirror_of_another_user_then_it_is_not_used() -> None:
    with tempfile.TemporaryDirectory(dir="/var") as folder:
        Path(folder).chmod(0o755)
        plugins = mirror(Path(folder) / "plugins")
        os.chown(plugins / "registry.terraform.io", 1000, 1000)
        assert list(terraform.mirrors([folder])) == []


def test_given_no_terraform_on_the_path_then_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(terraform.TerraformError, match=r"not found on PATH: install 1\.9 or later"):
        terraform.find()


def test_given_an_old_terraform_then_it_is_refused_by_its_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    executable(tmp_path / "terraform", 'echo \'{"terraform_version": "1.5.7"}\'')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin")
    with pytest.raises(terraform.TerraformError, match=r"Terraform 1\.5: 1\.9 or later is needed"):
        terraform.find()


def test_given_a_checkout_with_a_space_then_the_working_tree_leads_back_to_it(tmp_path: Path) -> None:
    checkout = tmp_path / "a checkout"
    for name in ("demo/main.tf", "dist/demo.zip", "main.tf", ".git/config", "demo/.terraform/x"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(name)
    work = tmp_path / "work"
    (work / "demo").mkdir(parents=True)
    (work / "demo" / "stale.tf").write_text("gone from the checkout")
    demo = terraform.linked_tree(work, checkout)
    terraform.local_provider(demo, "eu-west-1")
    assert (demo / ".." / "dist" / "demo.zip").read_text() == "dist/demo.zip"
    assert (demo / ".." / "main.tf").read_text() == "main.tf"
    assert sorted(path.name for path in demo.iterdir()) == ["local_aws_override.tf", "main.tf"]
    assert not (work / ".git").exists()


def provided(folder: Path, script: str) -> Workspace:
    """An initialised workspace whose provider is a script."""
    below = ".terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64"
    executable(folder / below / "terraform-provider-aws_v5.100.0_x5", script)
    return Workspace(folder, Path("/bin/true"), {"KEPT": "yes"})


def test_given_a_provider_that_says_where_it_is_then_commands_find_it_there_and_it_ends_with_them(
    tmp_path: Path,
) -> None:
    says = 'echo $$ > pid; echo "Provider started."; echo "  TF_REATTACH_PROVIDERS=\'{$1}\'"; exec sleep 600'
    workspace = provided(tmp_path, says)
    with workspace.attached() as served:
        assert served.variables == {"KEPT": "yes", "TF_REATTACH_PROVIDERS": "{-debug}"}
        pid = int((tmp_path / "pid").read_text())
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_given_a_provider_that_ends_without_a_word_then_commands_start_their_own(tmp_path: Path) -> None:
    workspace = provided(tmp_path, "exit 1")
    with workspace.attached() as served:
        assert served == workspace


def test_given_a_provider_that_says_nothing_then_it_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_aws.terraform_provider._PATIENCE_S", 0.1)
    workspace = provided(tmp_path, "exec sleep 600")
    with workspace.attached() as served:
        assert served == workspace


def test_given_no_provider_or_several_then_commands_start_their_own(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Path("/bin/true"))
    with workspace.attached() as served:
        assert served == workspace
    for version in ("5.100.0", "6.0.0"):
        below = f".terraform/providers/registry.terraform.io/hashicorp/aws/{version}/linux_amd64"
        executable(tmp_path / below / "terraform-provider-aws_x5", "exit 1")
    with workspace.attached() as served:
        assert served == workspace
