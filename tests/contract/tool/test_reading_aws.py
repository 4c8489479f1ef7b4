"""Code that reads AWS the way models write it works through all layers, against a local stand-in for AWS."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from tests.sandbox_host import SandboxHost

pytestmark = pytest.mark.slow

_EVENTS = [
    {"timestamp": 1_790_000_000_000 + n, "message": f"ERROR timed out {n}", "logStreamName": "s"} for n in (1, 2)
]
_JSON = {
    "Logs_20140328.DescribeLogGroups": {"logGroups": [{"logGroupName": "/aws/lambda/orders", "storedBytes": 5}]},
    "Logs_20140328.FilterLogEvents": {"events": _EVENTS},
    "DynamoDB_20120810.DescribeTable": {"Table": {"TableName": "orders", "TableStatus": "ACTIVE", "ItemCount": 3}},
    "AWSStepFunctions.ListStateMachines": {"stateMachines": []},
    "AmazonSQS.GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "7"}},
}
_PAGES = {
    None: {"Functions": [{"FunctionName": "orders", "Timeout": 3}], "NextMarker": "2"},
    "2": {"Functions": [{"FunctionName": "billing", "Timeout": 30}]},
}
_XML = {
    "DescribeInstances": b"""<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>
    <item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>running</name></instanceState></item>
    </instancesSet></item></reservationSet></DescribeInstancesResponse>""",
    "ListAttachedRolePolicies": b"""<ListAttachedRolePoliciesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
    <ListAttachedRolePoliciesResult><AttachedPolicies/><IsTruncated>false</IsTruncated></ListAttachedRolePoliciesResult>
    </ListAttachedRolePoliciesResponse>""",
}
_BUCKETS = b"""<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket><Name>reports</Name>
</Bucket></Buckets></ListAllMyBucketsResult>"""


class _Services(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/2015-03-31/functions"):
            marker = parse_qs(self.path.partition("?")[2]).get("Marker", [None])[0]
            self._answer(json.dumps(_PAGES[marker]).encode())
        else:
            self._answer(_BUCKETS)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        if target:
            self._answer(json.dumps(_JSON[target]).encode())
        else:
            self._answer(_XML[parse_qs(body.decode())["Action"][0]])

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def reader() -> Iterator[SandboxHost]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Services)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = SandboxHost(isolated=False, endpoint_url=f"http://127.0.0.1:{server.server_port}")
    yield host
    host.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (
            (
                "logs = boto3.client('logs')\n"
                "since = int((datetime.now() - timedelta(minutes=5)).timestamp() * 1000)\n"
                "found = logs.filter_log_events(logGroupName='g', startTime=since, filterPattern='ERROR')\n"
                "len(found['events'])"
            ),
            2,
        ),
        (
            (
                "pages = boto3.client('logs').get_paginator('filter_log_events').paginate(logGroupName='g')\n"
                "Counter(re.sub(r'\\d+', 'N', e['message']) for page in pages for e in page['events'])"
            ),
            {"ERROR timed out N": 2},
        ),
        (
            (
                "[f['FunctionName'] for page in boto3.client('lambda').get_paginator('list_functions').paginate()"
                " for f in page['Functions']]"
            ),
            ["orders", "billing"],
        ),
        ("boto3.client('dynamodb').describe_table(TableName='orders')['Table']['TableStatus']", "ACTIVE"),
        ("boto3.resource('dynamodb').Table('orders').item_count", 3),
        (
            (
                "[i['State']['Name'] for r in boto3.client('ec2').describe_instances()['Reservations']"
                " for i in r['Instances']]"
            ),
            ["running"],
        ),
        ("boto3.client('iam').list_attached_role_policies(RoleName='r')['AttachedPolicies']", []),
        ("[b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']]", ["reports"]),
        ("[b.name for b in boto3.resource('s3').buckets.all()]", ["reports"]),
        ("boto3.client('stepfunctions').list_state_machines()['stateMachines']", []),
        (
            (
                "boto3.client('sqs').get_queue_attributes(QueueUrl='https://sqs.eu-west-1.amazonaws.com/1/q',"
                " AttributeNames=['All'])['Attributes']"
            ),
            {"ApproximateNumberOfMessages": "7"},
        ),
        (
            (
                "from concurrent.futures import ThreadPoolExecutor\nlogs = boto3.client('logs')\n"
                "with ThreadPoolExecutor(4) as pool:\n"
                " found = pool.map(lambda g: logs.filter_log_events(logGroupName=g), 'abcd')\n"
                "counts = [len(each['events']) for each in found]\n"
                "counts"
            ),
            [2, 2, 2, 2],
        ),
        (
            (
                "seen, logs = {}, boto3.client('logs')\n"
                "for name, call in {'t': lambda: boto3.client('dynamodb').scan(TableName='t'),\n"
                " 'g': lambda: logs.describe_log_groups()['logGroups'][0]['logGroupName']}.items():\n"
                "    try: seen[name] = call()\n"
                "    except ClientError as e: seen[name] = e.response['Error']['Code']\nseen"
            ),
            {"t": "AccessDenied", "g": "/aws/lambda/orders"},
        ),
    ],
)
def test_reading_works(reader: SandboxHost, code: str, result: object) -> None:
    reply = reader.call(code)

    assert (reply["status"], reply["error"], reply["result"]) == ("ok", None, result)


def test_a_refusal_names_the_action_the_reason_and_what_to_ask_instead(reader: SandboxHost) -> None:
    reply = reader.call("boto3.client('lambda').invoke(FunctionName='orders')")

    assert reply["status"] == "error"
    assert "Invoke (IAM action lambda:InvokeFunction) was not sent: " in reply["error"]
    assert "Instead: filter_log_events on /aws/lambda/<name>" in reply["error"]
