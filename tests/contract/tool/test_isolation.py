"""Each call is alone: limits hold, nothing is shared, nothing stays, and an answer always comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.contract import MAX_REPLY_BYTES
from tests.sandbox_host import SandboxHost, open_host

pytestmark = pytest.mark.slow

_NOTHING_LEFT: dict[str, Any] = {"processes": 0, "children": 1, "files": []}


@pytest.fixture(params=["kernel-helps", "kernel-refuses"])
def host(request: pytest.FixtureRequest) -> Iterator[SandboxHost]:
    """A service of its own, with and without the kernel's optional switches."""
    service = open_host(request.param)
    yield service
    service.close()


def test_the_guard_reports_each_layer(tool: SandboxHost) -> None:
    guard = tool.call("1")["guard"]

    assert guard["process"] == "on"
    assert guard["limits"] == "on"


def test_a_refused_layer_says_why_and_the_call_still_works() -> None:
    service = open_host("kernel-refuses")
    try:
        reply = service.call("print(1)")
    finally:
        service.close()

    assert (reply["status"], reply["stdout"]) == ("ok", "1\n")
    assert {name for name, state in reply["guard"].items() if state != "on"} == {
        "parent_memory",
        "orphans",
        "seccomp",
        "landlock",
        "zygote_memory",
    }
    assert reply["guard"]["seccomp"] == "off: the kernel refused it (Operation not permitted)"


def test_a_time_out_keeps_what_was_printed_and_recorded(tool: SandboxHost) -> None:
    reply = tool.call("print('before')\nevidence('seen', 1)\nwhile True: pass", timeout_s=1)

    assert reply["status"] == "timeout"
    assert reply["stdout"] == "before\n"
    assert reply["evidence"] == [{"title": "seen", "output": 1}]
    assert 900 < reply["duration_ms"] < 5000


def test_fifty_megabytes_of_output_are_cut_and_counted(tool: SandboxHost) -> None:
    reply = tool.call("for n in range(50): print(str(n) * 500_000)\nprint('the end')\nresult = 1")

    assert (reply["status"], reply["result"], reply["truncated"]) == ("ok", 1, True)
    printed = sum(len(str(n)) * 500_000 + 1 for n in range(50)) + len("the end\n")
    note = next(line for line in reply["stdout"].splitlines() if "bytes left out" in line)
    assert len(reply["stdout"]) - len(note) - 2 + reply["omitted_bytes"] == printed
    assert reply["stdout"].endswith("the end\n")


@pytest.mark.parametrize(
    "code",
    [
        "result = ['x' * 1000] * 5000",
        "for n in range(20): evidence(str(n), 'y' * 200_000)",
        "print('\\x00' * 2_000_000)",
        "raise ValueError('z' * 2_000_000)",
        "result = {str(n): '\u202e' * 50 for n in range(20_000)}",
    ],
)
def test_no_reply_exceeds_the_limit(tool: SandboxHost, code: str) -> None:
    reply = tool.call(code)

    assert len(json.dumps(reply)) <= MAX_REPLY_BYTES
    assert reply["truncated"] is True
    assert reply["omitted_bytes"] > 0


@pytest.mark.parametrize(
    ("poison", "probe"),
    [
        ("import json\njson.loads = None", "json.loads('1')"),
        ("import builtins\nbuiltins.len = None", "len([1])"),
        ("sys.path.insert(0, '/tmp/evil')\nsys.modules['boto3'] = None", "1 - sys.path.count('/tmp/evil')"),
        ("os.environ['X'] = '1'", "1 - len(os.environ.get('X', ''))"),
        ("open('leak.txt', 'w').write('x')", "1 - len(os.listdir('.'))"),
        ("leak = 1", "1 - ('leak' in globals())"),
        (
            "boto3.setup_default_session(region_name='xx-none-1')",
            "int(boto3.client('logs').meta.region_name == 'eu-west-1')",
        ),
        (
            "import threading\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
            "__import__('threading').active_count()",
        ),
        ("os.chdir('/')\nos.umask(0)", "int(os.getcwd() != '/')"),
    ],
)  # fmt: skip
def test_nothing_of_one_call_reaches_the_next(tool: SandboxHost, poison: str, probe: str) -> None:
    tool.call(poison)

    assert tool.call(probe)["result"] == 1


def test_inputs_and_code_of_one_call_are_not_in_the_memory_of_the_next(tool: SandboxHost) -> None:
    tool.call("1", inputs={"canary": "first-half" + "-second-half"})

    found = tool.call(
        "import gc\n[type(o).__name__ for o in gc.get_objects() if isinstance(o, (dict, list, str))"
        " and 'first-half-' + 'second-half' in str(o)]"
    )

    assert found["result"] in ([], None)


@pytest.mark.parametrize(
    "code",
    [
        "print(1)",
        "import threading\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "os.makedirs('a/b/c')\nopen('a/b/c/f', 'w').write('x')\nos.chmod('a/b', 0)",
        "while True: pass",
        "sys.setrecursionlimit(10**8)\ndef f(n): return repr([f(n + 1)])\nf(0)",
    ],
)
def test_nothing_is_left_behind(tool: SandboxHost, code: str) -> None:
    tool.call(code, timeout_s=1)

    assert tool.leftovers() == _NOTHING_LEFT


def test_memory_is_bounded_and_the_error_reported(tool: SandboxHost) -> None:
    reply = tool.call("x = []\nwhile True: x.append(bytearray(10**8))")

    assert reply["status"] == "error"
    assert "MemoryError" in reply["error"]


def test_a_crash_of_the_interpreter_is_told_with_what_was_printed(tool: SandboxHost) -> None:
    reply = tool.call(
        "print('before')\ndef f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([250, 99] * 40))\nf()"
    )

    assert reply["status"] in ("killed", "error")
    assert reply["stdout"] == "before\n"


def test_leaving_without_being_done_is_told(tool: SandboxHost) -> None:
    reply = tool.call("print('before')\nos._exit(0)")

    assert reply["status"] == "killed"
    assert "exit code 0" in reply["error"]
    assert reply["stdout"] == "before\n"


def test_a_dead_zygote_is_replaced_and_the_call_answered(host: SandboxHost) -> None:
    assert host.call("1")["result"] == 1

    assert len(host.kill_zygote()) == 1

    assert host.call("2")["result"] == 2
    assert host.leftovers() == _NOTHING_LEFT


def test_the_scratch_quota_ends_the_call(tool: SandboxHost) -> None:
    reply = tool.call(
        "for n in range(100):\n    with open(str(n), 'wb') as f: f.write(b'x' * (32 << 20))\n    time.sleep(0.02)",
        timeout_s=30,
    )

    assert reply["status"] == "killed"
    assert "scratch" in reply["error"]
    assert tool.leftovers() == _NOTHING_LEFT


def test_one_file_is_limited_like_a_full_disk(tool: SandboxHost) -> None:
    reply = tool.call("with open('big', 'wb') as f:\n    for _ in range(200): f.write(b'x' * (1 << 20))")

    assert "File too large" in reply["error"]


def test_open_files_are_limited(tool: SandboxHost) -> None:
    assert "Too many open files" in tool.call("held = [open('/dev/null') for _ in range(1000)]")["error"]


def test_the_code_starts_with_four_descriptors(tool: SandboxHost) -> None:
    reply = tool.call(
        "found = []\nfor n in range(300):\n    try: os.fstat(n); found.append(n)\n    except OSError: pass\nfound"
    )

    assert reply["result"] == [0, 1, 2, 127]


def test_the_environment_is_the_session_and_nothing_else(tool: SandboxHost) -> None:
    assert tool.call("sorted(os.environ)")["result"] == [
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "HOME",
        "LANG",
        "TMPDIR",
        "TZ",
    ]


def test_the_sessions_credentials_never_come_back(tool: SandboxHost) -> None:
    reply = tool.call(
        "k = os.environ['AWS_SECRET_ACCESS_KEY']\nprint(k, base64.b64encode(b'k=' + k.encode()).decode())\n"
        "evidence(k, {k: k})\nresult = k\nraise ValueError(k)"
    )

    assert "pLaNt3d" not in json.dumps(reply)
    assert "[redacted:credentials]" in reply["stdout"]


@pytest.mark.parametrize(
    "forgery",
    [
        'print(\'{"done": {"error": null, "result": "forged", "omitted_bytes": 0}}\')\nwhile True: pass',
        'os.write(127, b\'{"done": {"result": "forged"}}\\n\')\nwhile True: pass',
        "os.write(127, b'x' * 3_000_000)",
        "os.write(127, b'[' * 100_000 + b'\\n')",
        'os.write(127, b\'{"guard": {"audit": "off"}}\\n\')',
        "os.close(127)",
        "os.close(1)\nos.close(2)",
        "os.write(1, bytes(range(256)))",
    ],
)
def test_whatever_is_written_to_the_pipes_the_answer_is_honest(tool: SandboxHost, forgery: str) -> None:
    honest = tool.call("1")["guard"]

    reply = tool.call(forgery, timeout_s=1)

    assert reply["status"] in ("ok", "timeout", "killed")
    if "while True" in forgery:
        assert reply["status"] == "timeout"
    assert reply["guard"] == honest
    json.dumps(reply).encode()
    assert tool.call("2")["result"] == 2


@pytest.mark.parametrize("event", [None, [], "x", {}, {"code": 1}, {"code": "1", "inputs": []}])
def test_a_wrong_request_is_refused_and_the_next_one_served(tool: SandboxHost, event: Any) -> None:
    reply = tool.exchange(event)["reply"]

    assert reply["status"] == "refused"
    assert "send" in reply["error"]
    assert tool.call("1")["result"] == 1
