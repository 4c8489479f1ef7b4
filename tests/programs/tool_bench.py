"""Measures tool calls and cold starts beside their floors; prints one JSON object of milliseconds.

Cold starts are those of the unpacked packages, whose folders are the arguments; the rest is the checkout's.

Runs as the unprivileged user the sandbox insists on. STS is a local stand-in that grants every session at once.
"""

from __future__ import annotations

import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

from sandbox import warm
from sandbox.plan import Plan
from sandbox.runner import Call, Runner

_CALLS = 100
_STARTS = 7
_MIB = 1 << 20

_GRANTED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>
</AssumeRoleResponse>"""

_COLD_START = """
import sys; sys.path[:] = {path!r}
import tool_handler
class Context:
    def get_remaining_time_in_millis(self):
        return 60_000
reply = tool_handler.handler({{"code": "print(1)"}}, Context())
assert reply["stdout"] == "1\\n", reply
import os; os._exit(0)
"""

_FIRST_CLIENT = """
import time, boto3
started = time.perf_counter()
boto3.client("logs", region_name="eu-west-1")
print((time.perf_counter() - started) * 1000)
"""
#: Time an idle zygote is given to load the service models of its common clients.
_WARMING_SECONDS = 3.0

_BARE = """
import sys; sys.path[:] = {path!r}
import boto3
for service in {services!r}:
    boto3.client(service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
import os; os._exit(0)
"""


class Sts(http.server.BaseHTTPRequestHandler):
    """Answers AssumeRole."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(_GRANTED)))
        self.end_headers()
        self.wfile.write(_GRANTED)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def main() -> None:
    """Measure and print."""
    measured = {"call": _calls(), "first_client": _first_clients(), "cold_start": _cold_starts()}
    print(json.dumps(measured))  # noqa: T201 - the program's output


def _calls() -> dict[str, float]:
    """Interleaved, so that both meet the same machine. This process has loaded what the zygote has."""
    warm.import_modules()
    list(warm.load_clients())
    runner = Runner(Plan(tempfile.gettempdir()))
    order = Call("print(1)", {}, {"AWS_REGION": "eu-west-1"}, 10.0, 1600 * _MIB)
    runner.run(order)
    values, floors = [], []
    for _ in range(_CALLS):
        values.append(_milliseconds(lambda: runner.run(order)))
        floors.append(_milliseconds(_fork_run_pipe))
    runner.close()
    return {"value": statistics.median(values), "floor": statistics.median(floors)}


def _first_clients() -> dict[str, float]:
    """Making the first client inside a call, beside making it in a fresh process that has imported boto3."""
    runner = Runner(Plan(tempfile.gettempdir()))
    environment = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    order = Call(_FIRST_CLIENT, {}, environment, 20.0, 1600 * _MIB)
    for _ in range(_STARTS):  # until the zygote has warmed its clients, which it does between calls
        _printed(runner.run(order).stdout.head)
    time.sleep(_WARMING_SECONDS)
    values, floors = [], []
    for _ in range(_STARTS):
        values.append(_printed(runner.run(order).stdout.head))
        finished = subprocess.run(  # noqa: S603 - this interpreter and the code above
            [sys.executable, "-S", "-B", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{_FIRST_CLIENT}"],
            env=os.environ | environment,
            check=True,
            capture_output=True,
            timeout=60,
        )
        floors.append(_printed(finished.stdout))
    runner.close()
    return {"value": statistics.median(values), "floor": statistics.median(floors)}


def _printed(output: bytes) -> float:
    return float(output.decode())


def _fork_run_pipe() -> None:
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(writable, 1)
        exec(compile("print(1, flush=True)", "<floor>", "exec"), {})  # noqa: S102 - what is being measured
        os._exit(0)
    os.close(writable)
    while os.read(readable, 65536):
        pass
    os.close(readable)
    os.waitpid(pid, 0)


def _cold_starts() -> dict[str, float]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sts)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = os.environ | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "eu-west-1",
        "INVESTIGATOR_ROLE_ARN": "arn:aws:iam::123456789012:role/investigator",
        "POWERTOOLS_SERVICE_NAME": "tool",
        "POWERTOOLS_METRICS_NAMESPACE": "AlarmTriage",
    }
    cold = _COLD_START.format(path=[*sys.argv[1:], *sys.path])
    bare = _BARE.format(path=sys.path, services=warm.WARM_SERVICES)
    values, floors = [], []
    for _ in range(_STARTS):
        values.append(_milliseconds(lambda: _run(cold, environment)))
        floors.append(_milliseconds(lambda: _run(bare, environment)))
    server.shutdown()
    return {"value": statistics.median(values), "floor": statistics.median(floors)}


def _run(code: str, environment: dict[str, str]) -> None:
    subprocess.run(  # noqa: S603 - this interpreter and the code above
        [sys.executable, "-S", "-B", "-c", code],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
