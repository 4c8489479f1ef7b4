"""The demo's own decisions: what it reuses, where it runs, and what it says when it cannot."""

from __future__ import annotations

import io
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from local_aws import demo, process
from local_aws.demo import DemoRun, Options, UsageError
from local_aws.incident import Delivered
from local_aws.process import Running
from local_aws.progress import Progress


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


def test_given_a_bedrock_model_then_the_module_is_told_its_id() -> None:
    assert options(model="bedrock:eu.amazon.nova-pro-v1:0").inputs(running()) == {
        "email": "oncall@example.com",
        "region": "us-east-1",
        "fault": "permission",
        "function_name": "order-api",
        "bedrock_model_id": "eu.amazon.nova-pro-v1:0",
    }


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


@pytest.mark.parametrize("model", ["claude", "openai:localhost", "bedrock:"])
def test_given_a_model_it_does_not_know_then_the_message_says_what_to_write(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        demo.main(["--model", model])
    assert ended.value.code == 2
    assert "write scripted, bedrock:<model id> or openai:<url>" in capsys.readouterr().err


def test_given_a_stand_in_then_the_output_says_so_and_how_to_use_a_model() -> None:
    delivered = Delivered("subject", "body", Path("/state/report.html"))
    shown = demo.show(delivered, options(), 12.3)
    assert "scripted stand-in" in shown
    assert "make demo MODEL=bedrock:<model id>" in shown
    assert "HTML report: /state/report.html" in shown
    assert "stand-in" not in demo.show(delivered, options(model="bedrock:x"), 12.3)


@pytest.mark.slow
def test_given_ctrl_c_while_terraform_applies_then_nothing_keeps_running() -> None:
    script = (
        "import sys; from pathlib import Path; from local_aws import demo, process;"
        "root = Path(sys.argv.pop(1)); process.default_state = lambda: root; sys.exit(demo.main(sys.argv[1:]))"
    )
    shared = process.default_state()
    with tempfile.TemporaryDirectory(prefix="contract-", dir=shared) as folder:
        root = Path(folder)
        root.chmod(0o755)
        (root / "runtime").symlink_to(shared / "runtime")
        command = [sys.executable, "-c", script, folder, "--port", str(process.free_port())]
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
            while "Applying" not in seen:
                character = started.stdout.read(1)
                assert character, seen
                seen += character
            server = process.reuse(root / "demo")
            assert server is not None
            started.send_signal(signal.SIGINT)
            _, errors = started.communicate(timeout=90)
        assert started.returncode == 130
        assert "what this run started is stopped again" in errors
        assert process.reuse(root / "demo") is None
        assert not Path(f"/proc/{server.pid}").exists()
