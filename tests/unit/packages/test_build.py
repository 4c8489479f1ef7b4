"""The command that writes the packages and holds the committed ones against the sources."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import build
from scripts.packages import archive, compiled
from tests.unit.packages.builders import NAME, SOURCE, code_in, compiled_file, needs_lambda_python, with_code

ROOT = Path(__file__).resolve().parents[3]
BESIDE = compiled.beside(NAME)

IMPORTED = """
import json, sys
import triage.wiring.triage, triage.wiring.investigator, triage.wiring.notice
import sandbox.journal, sandbox.service, jinja2
from triage.aws.telemetry import PowertoolsTelemetry
class Context:
    aws_request_id = "1"
telemetry = PowertoolsTelemetry("INFO")
with telemetry.invocation(Context()):
    telemetry.record("said")
    telemetry.count("Said")
with open(sys.argv[1], "w") as file:
    json.dump([module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)], file)
"""


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of one small package, which `contents` says how to make."""
    monkeypatch.setattr(build, "contents", lambda: {"shop.zip": {NAME: SOURCE, "shop/page.j2": b"<p>"}})
    monkeypatch.setattr(build, "DIST", tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["build.py", *arguments])
    return build.main()


@needs_lambda_python
def test_given_packages_just_built_then_the_check_passes(
    dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 0
    assert run(monkeypatch, "--check") == 0

    with zipfile.ZipFile(dist / "shop.zip") as package:
        assert package.namelist() == [BESIDE, NAME, "shop/page.j2"]
    assert "holds what the sources build" in capsys.readouterr().out


@needs_lambda_python
def test_given_a_tampered_compiled_file_then_the_check_fails_with_its_name(
    dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    entries = read(dist / "shop.zip")
    entries[BESIDE] = with_code(entries[BESIDE], code_in(compiled_file(SOURCE + b"\nimport os\n")))
    (dist / "shop.zip").write_bytes(archive.write(entries))

    assert run(monkeypatch, "--check") == 1

    assert f"dist/shop.zip: {BESIDE} {compiled.OTHER_CODE}" in capsys.readouterr().err


def test_given_no_package_then_the_check_fails(
    dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--check") == 1

    assert "dist/shop.zip: it is missing" in capsys.readouterr().err


def test_given_another_python_then_nothing_is_written_and_it_says_which_is_needed(
    dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compiled, "possible", lambda: False)

    assert run(monkeypatch) == 2

    assert "only CPython 3.13, which Lambda runs" in capsys.readouterr().err
    assert list(dist.iterdir()) == []


@needs_lambda_python
def test_given_another_python_then_the_check_says_what_it_did_not_compare(
    dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    monkeypatch.setattr(compiled, "possible", lambda: False)

    assert run(monkeypatch, "--check") == 0

    assert "Not compared: the code in compiled files" in capsys.readouterr().out


@pytest.mark.usefixtures("dist")
def test_given_another_python_then_packages_for_the_local_aws_hold_sources_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiled, "possible", lambda: False)

    [package] = build.build().values()

    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert opened.namelist() == [NAME, "shop/page.j2"]


@pytest.mark.slow
def test_no_function_imports_what_has_no_compiled_file(tmp_path: Path) -> None:
    found = tmp_path / "imported.json"
    path = os.pathsep.join(str(ROOT / name) for name in ("lambda", "tool-lambda", "layer"))
    subprocess.run(  # noqa: S603 - this interpreter and the code above
        [sys.executable, "-c", IMPORTED, str(found)],
        env={"PYTHONPATH": path, "POWERTOOLS_METRICS_NAMESPACE": "Test", "POWERTOOLS_SERVICE_NAME": "test"},
        check=True,
        capture_output=True,
        timeout=60,
    )

    packages = Path(str(__import__("aws_lambda_powertools").__file__)).parent.parent
    imported = [Path(name) for name in json.loads(found.read_text())]
    names = [f"python/{path.relative_to(packages)}" for path in imported if path.is_relative_to(packages)]

    assert "python/aws_lambda_powertools/logging/logger.py" in names
    assert [name for name in names if not build.is_imported(name)] == []


def read(path: Path) -> dict[str, bytes]:
    """Entries of a package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
