"""The demo's own decisions: what it reuses, where it runs, and what it says when it cannot."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from local_aws import demo, demo_options, inbox_process, process
from local_aws.demo import DemoRun
from local_aws.demo_options import Options, UsageError
from local_aws.incident import Delivered
from local_aws.process import Running
from local_aws.progress import Progress
from tests.waiting import eventually


def options(**given: object) -> Options:
    defaults: dict[str, object] = {
        "fault": "permission",
        "model": "scripted",
        "port": None,
        "region": None,
        "account": None,
        "function_name": "order-api",
        "email": "oncall@example.com",
    }
    return Options(**{**defaults, **given})  # type: ignore[arg-type]


def running(**given: object) -> Running:
    defaults: dict[str, object] = {
        "state": Path("/nowhere"),
        "pid": 1,
        "started_ticks": 1,
        "port": 4566,
        "account": "123456789012",
        "region": "us-east-1",
    }
    return Running(**{**defaults, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "suits"),
    [
        ({}, True),
        ({"port": 4566, "region": "us-east-1", "account": "123456789012"}, True),
        ({"fault": "memory", "function_name": "other"}, True),
        ({"port": 4567}, False),
        ({"region": "eu-west-1"}, False),
        ({"account": "210987654321"}, False),
    ],
)
def test_given_a_running_server_then_it_is_reused_only_for_what_was_asked(
    asked: dict[str, object], suits: bool
) -> None:
    assert options(**asked).suits(running()) is suits


@pytest.mark.parametrize(("sources", "kept"), [(process.sources(), True), ("of yesterday", False), ("", False)])
def test_given_a_server_of_other_sources_then_a_new_one_is_started(
    sources: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = running(sources=sources), running(port=4567)
    monkeypatch.setattr(process, "reuse", lambda _: old)
    monkeypatch.setattr(process, "start", lambda _: new)
    monkeypatch.setattr(demo, "stop", lambda _: None)
    monkeypatch.setattr(demo, "prepare_runtime", lambda _: SimpleNamespace(description="Python", uid=65534))

    found = DemoRun(options(), tmp_path, Progress(io.StringIO()))._local_aws()

    assert found is (old if kept else new)


def test_given_a_bedrock_model_then_the_module_is_told_its_id() -> None:
    assert options(model="bedrock:eu.amazon.nova-pro-v1:0").inputs(running()) == {
        "email": "oncall@example.com",
        "region": "us-east-1",
        "fault": "permission",
        "function_name": "order-api",
        "bedrock_model_id": "eu.amazon.nova-pro-v1:0",
    }


def test_given_an_error_in_a_log_then_the_function_needs_no_other_fault() -> None:
    assert options(fault="log-error").inputs(running())["fault"] == "permission"


@pytest.mark.parametrize(
    ("model", "model_id"),
    [("scripted", "local.scripted-stand-in"), ("openai:http://127.0.0.1:11434/v1#m", "local.openai-server")],
)
def test_given_no_bedrock_model_then_no_bedrock_model_signs_the_report(model: str, model_id: str) -> None:
    assert options(model=model).inputs(running())["bedrock_model_id"] == model_id


@pytest.fixture
def taken_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]  # type: ignore[misc]


def test_given_a_busy_port_that_was_asked_for_then_one_sentence_says_so(tmp_path: Path, taken_port: int) -> None:
    run = DemoRun(options(port=taken_port), tmp_path, Progress(io.StringIO()))
    with pytest.raises(UsageError, match=rf"^Port {taken_port} on 127\.0\.0\.1 .* choose another PORT\.$"):
        run._port(None)


def test_given_a_busy_default_port_then_a_free_one_is_taken_and_said(
    tmp_path: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.settings, "DEFAULT_PORT", taken_port)
    lines = io.StringIO()
    port = DemoRun(options(), tmp_path, Progress(lines))._port(None)
    assert port != taken_port
    assert f"Port {taken_port} is in use; taking {port} instead." in lines.getvalue()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_given_another_system_then_one_sentence_and_exit_status_2(
    platform: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert demo.main([]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert "Linux" in shown.err


def test_given_no_terraform_then_one_sentence_and_exit_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert demo.main([]) == 2
    assert re.fullmatch(r"\nTerraform was not found on PATH: install .*\n", capsys.readouterr().err)


WRONG = [
    ("PORT", "70000", "from 1 to 65535"),
    ("PORT", "-5", "from 1 to 65535"),
    ("PORT", "0", "from 1 to 65535"),
    ("PORT", "http", "from 1 to 65535"),
    ("REGION", "eu-central-9", "such as eu-central-1"),
    ("REGION", "moon", "such as eu-central-1"),
    ("ACCOUNT", "12", "twelve digits"),
    ("FUNCTION_NAME", "-order", "1 to 48 letters"),
    ("FUNCTION_NAME", "o" * 49, "1 to 48 letters"),
    ("FUNCTION_NAME", 'it\'s "quoted"; $(exit 7)', "1 to 48 letters"),
    ("FAULT", "none", "permission, timeout, memory or log-error"),
    ("MODEL", "claude", "scripted, none, bedrock:<model id> or openai:<url>"),
    ("MODEL", "openai:localhost", "scripted, none, bedrock:<model id> or openai:<url>"),
    ("MODEL", "bedrock:", "scripted, none, bedrock:<model id> or openai:<url>"),
]


@pytest.mark.parametrize(("variable", "value", "remedy"), WRONG)
@pytest.mark.parametrize("place", ["command line", "environment"])
def test_given_a_value_it_cannot_use_then_one_sentence_names_the_variable_and_nothing_is_touched(
    variable: str,
    value: str,
    remedy: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delattr(demo, "DemoRun")
    monkeypatch.setattr(process, "reuse", None)
    arguments = []
    if place == "environment":
        monkeypatch.setenv(f"DEMO_{variable}", value)
    else:
        arguments = [f"--{variable.lower().replace('_', '-')}={value}"]
    assert demo.main(arguments) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.strip().count("\n")) == ("", 0)
    assert shown.err.strip().startswith(f"{variable}={value!r} cannot be used: write ")
    assert remedy in shown.err


def test_given_values_in_the_environment_then_they_are_taken_where_the_command_line_has_none() -> None:
    environment = {"DEMO_PORT": "4999", "DEMO_REGION": "", "DEMO_FUNCTION_NAME": "billing", "DEMO_FAULT": "memory"}
    given = demo_options.options(demo_options.parse(["--fault", "timeout"], environment))
    assert given == options(port=4999, function_name="billing", fault="timeout")


@pytest.mark.parametrize(
    "value", ["it's", 'say "hi"', "$(touch broken)", "`touch broken`", "a;touch broken", "$$x"]
)
def test_given_a_value_with_quotes_then_make_hands_it_on_as_it_was_written(value: str, tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    shutil.copytree(process.CHECKOUT / "local_aws", folder / "local_aws")
    shutil.copy(process.CHECKOUT / "Makefile", folder)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "bootstrap.sh").write_text("")
    command = ["make", "demo", f"FUNCTION_NAME={value}", f"DEMO_PYTHON={sys.executable}"]
    answer = subprocess.run(  # noqa: S603 - this checkout's own Makefile
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert f"FUNCTION_NAME={value!r} cannot be used" in answer.stderr
    assert not (folder / "broken").exists()


def test_given_a_stand_in_then_the_output_says_so_and_how_to_use_a_model() -> None:
    delivered = Delivered("subject", "body", Path("/state/report.html"))
    shown = demo.show(delivered, options(), 12.3)
    assert "scripted stand-in" in shown
    assert "make demo MODEL=bedrock:<model id>" in shown
    assert "HTML report: /state/report.html" in shown
    assert "Slack card" not in shown
    whole = replace(delivered, card="CRITICAL: denied", page="http://127.0.0.1:4580/")
    assert "Slack card:  CRITICAL: denied\n" in demo.show(whole, options(), 12.3)
    assert "All of it:   http://127.0.0.1:4580/\n" in demo.show(whole, options(), 12.3)
    assert "stand-in" not in demo.show(delivered, options(model="bedrock:x"), 12.3)


SCRIPT = (
    "import sys; from pathlib import Path; from local_aws import demo, process;"
    "root = Path(sys.argv.pop(1)); process.default_state = lambda: root; sys.exit(demo.main(sys.argv[1:]))"
)


@pytest.fixture
def root() -> Iterator[Path]:
    """A state folder of its own, with the shared function runtime; nothing of it runs afterwards."""
    shared = process.default_state()
    with tempfile.TemporaryDirectory(prefix="contract-", dir=shared) as folder:
        made = Path(folder)
        made.chmod(0o755)
        (made / "runtime").symlink_to(shared / "runtime")
        yield made
        demo.stop(made / "demo")


def interrupted(root: Path, during: str) -> str:
    """Run the demo and press Ctrl-C once it has said something; what it says then."""
    command = [sys.executable, "-c", SCRIPT, str(root), "--port", str(process.free_port())]
    with subprocess.Popen(  # noqa: S603 - this checkout's own code
        command,
        cwd=process.CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        assert started.stdout is not None
        seen = ""
        while during not in seen:
            character = started.stdout.read(1)
            assert character, seen
            seen += character
        eventually((root / "demo" / "server.json").exists, "the server is started", 60)
        started.send_signal(signal.SIGINT)
        _, errors = started.communicate(timeout=90)
    assert started.returncode == 130
    return errors


def processes_naming(root: Path) -> list[bytes]:
    """Command lines of processes that were given the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended while being looked at
            found.append(entry.read_bytes())
    return [command for command in found if str(root).encode() in command]


@pytest.mark.slow
@pytest.mark.parametrize(
    "during", ["Starting the local AWS", *(["Applying"] if os.environ.get("E2E") == "full" else [])]
)
def test_given_ctrl_c_before_everything_is_applied_then_nothing_keeps_running(root: Path, during: str) -> None:
    errors = interrupted(root, during)
    assert errors == "\nInterrupted: the local AWS is stopped.\n"
    assert process.reuse(root / "demo") is None
    assert processes_naming(root) == []


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("E2E") != "full", reason="takes a minute: E2E=full runs it")
def test_given_ctrl_c_once_everything_is_applied_then_it_says_that_the_local_aws_stays_up(root: Path) -> None:
    errors = interrupted(root, "Waiting for the alarm")
    running = process.reuse(root / "demo")
    assert running is not None
    assert errors == (f"\nInterrupted: the local AWS stays up on port {running.port}; `make demo-down` ends it.\n")

    page = inbox_process.ensure(running)
    with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: S310 - loopback
        assert "Ended without an e-mail" in answer.read().decode()
    demo.stop(root / "demo")
    assert processes_naming(root) == []
