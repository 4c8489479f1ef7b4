"""Starting, finding again and ending a local AWS; what it leaves behind is nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local_aws import inbox_process, model_process, process, servers
from local_aws.process import LocalAwsConfig, LocalAwsError, Running
from tests.contract.local_aws.account import Account
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def config() -> Iterator[LocalAwsConfig]:
    shared = process.default_state()
    with tempfile.TemporaryDirectory(prefix="contract ", dir=shared) as folder:
        Path(folder).chmod(0o755)
        yield LocalAwsConfig(state=Path(folder), runtime=shared / "runtime", account="333344445555")
        process.stop(Path(folder))


def busy_function(running: Running) -> tuple[Account, Path]:
    """A function with a child process of its own; returns the child's folder in /proc."""
    account = Account(running)
    name = account.function(
        """
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
        def handler(event, context):
            return child.pid
        """
    )
    return account, Path("/proc") / str(account.invoke(name))


def alive(folder: Path) -> bool:
    try:
        return "\nState:\tZ" not in (folder / "status").read_text()
    except OSError:
        return False


def test_given_a_running_server_when_looked_for_by_its_state_then_it_is_found(config: LocalAwsConfig) -> None:
    running = process.start(config)
    assert process.reuse(config.state) == running
    assert running.status()["account"] == "333344445555"


def test_given_a_stopped_server_then_its_functions_their_children_and_its_record_are_gone(
    config: LocalAwsConfig,
) -> None:
    running = process.start(config)
    _, child = busy_function(running)
    assert alive(child)
    assert process.stop(config.state) is True
    eventually(lambda: not alive(child), "the function's child is gone")
    assert process.reuse(config.state) is None
    assert process.stop(config.state) is False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_given_a_server_ended_by_a_signal_then_no_function_outlives_it(
    config: LocalAwsConfig, number: signal.Signals
) -> None:
    running = process.start(config)
    _, child = busy_function(running)
    os.kill(running.pid, number)
    eventually(lambda: not alive(child), "the function's child is gone")
    eventually(lambda: process.reuse(config.state) is None, "the server is gone")


def test_given_an_idle_server_then_it_leaves_by_itself_with_its_model_server_and_its_page(
    config: LocalAwsConfig,
) -> None:
    running = process.start(replace(config, idle_s=10.0))
    model = model_process.ensure(running, "scripted")
    page = inbox_process.ensure(running)
    with urllib.request.urlopen(f"{page}stamp", timeout=10) as answer:  # noqa: S310 - loopback
        assert answer.status == 200
    eventually(lambda: process.reuse(config.state) is None, "the server has left")
    eventually(lambda: not alive(Path(f"/proc/{model.pid}")), "the model server has left")
    eventually(lambda: servers.recorded(config.state, "inbox") is None, "the page has left")


def test_given_a_busy_port_then_one_sentence_says_so(config: LocalAwsConfig) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalAwsError) as error:
            process.start(replace(config, port=port))
    assert str(error.value).splitlines() == [
        f"Port {port} on 127.0.0.1 cannot be used (Address already in use): choose another one with --port."
    ]


def test_given_a_server_then_it_listens_on_loopback_only(config: LocalAwsConfig) -> None:
    running = process.start(config)
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{running.pid}/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == running.port
    ]
    assert [address.split(":")[0] for address in listening] == ["0100007F"]


def test_given_no_token_then_the_world_cannot_be_steered(config: LocalAwsConfig) -> None:
    running = process.start(config)
    for path in ("/_local/shutdown", "/_local/model", "/_ministack/reset"):
        request = urllib.request.Request(running.endpoint + path, b"{}", method="POST")  # noqa: S310 - loopback
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(request)  # noqa: S310 - loopback
        with error.value:
            assert error.value.code == 403
    assert (config.state / "control-token").stat().st_mode & 0o077 == 0
    assert process.reuse(config.state) == running


def test_given_a_model_url_then_functions_find_bedrock_there_and_follow_a_change(config: LocalAwsConfig) -> None:
    account = Account(process.start(replace(config, model_url="http://127.0.0.1:1")))
    name = account.function(
        "import os\ndef handler(event, context):\n    return os.environ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME']"
    )
    assert account.invoke(name) == "http://127.0.0.1:1"
    account.running.use_model("http://127.0.0.1:2")
    assert account.invoke(name) == "http://127.0.0.1:2"


def test_given_credentials_in_the_hosts_environment_then_the_server_does_not_know_them(
    config: LocalAwsConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHOSTHOSTHOSTHOST")
    monkeypatch.setenv("AWS_PROFILE", "production")
    running = process.start(config)
    sts = running.client("sts", aws_access_key_id="AKIAHOSTHOSTHOSTHOST", aws_secret_access_key="s")
    with pytest.raises(sts.exceptions.ClientError, match="security token"):
        sts.get_caller_identity()


def test_given_wrong_options_then_the_command_line_says_what_to_write() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "local_aws.server", "--state", "/nonexistent", "--account", "12"],
        capture_output=True,
        text=True,
        cwd=process.CHECKOUT,
        check=False,
    )
    assert answer.returncode == 2
    assert "write twelve digits" in answer.stderr


def test_given_a_record_of_another_process_with_the_same_id_then_it_is_not_taken_for_the_server(
    config: LocalAwsConfig,
) -> None:
    running = process.start(config)
    record = config.state / "server.json"
    document = json.loads(record.read_text())
    record.write_text(json.dumps({**document, "started_ticks": document["started_ticks"] - 1}))
    assert process.reuse(config.state) is None
    running.stop()
