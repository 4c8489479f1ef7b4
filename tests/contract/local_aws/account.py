"""Builders: resources with unique names in the local AWS."""

from __future__ import annotations

import io
import json
import textwrap
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.process import Running


def zipped(**sources: str) -> bytes:
    """A deployment package; a keyword `a__b` becomes the file a/b.py."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, source in sources.items():
            archive.writestr(name.replace("__", "/") + ".py", textwrap.dedent(source))
    return buffer.getvalue()


LAMBDA_TRUST = {"Service": "lambda.amazonaws.com"}


class Account:
    """The account under test, seen by its administrator."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.id = running.account
        self.region = running.region
        self._clients: dict[str, Any] = {}
        self._functions: list[str] = []
        self._alarms: list[str] = []

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.running.client(service)
        return self._clients[service]

    def as_role(self, role_arn: str, service: str, policy: Mapping[str, Any] | None = None) -> Any:
        """A client with the role's credentials, optionally narrowed by a session policy."""
        passed = {"Policy": json.dumps(policy)} if policy else {}
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="contract", **passed)
        keys = answer["Credentials"]
        return self.running.client(
            service,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def name(self, what: str) -> str:
        return f"{what}-{uuid.uuid4().hex[:8]}"

    def role(
        self,
        *statements: Mapping[str, Any],
        trust: Mapping[str, Any] | None = None,
        attached: tuple[str, ...] = (),
        boundary: str | None = None,
    ) -> str:
        """A role with an inline policy; trusted by Lambda unless told otherwise. Returns its ARN."""
        name = self.name("role")
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": trust or LAMBDA_TRUST, "Action": "sts:AssumeRole"}],
        }
        limits = {"PermissionsBoundary": boundary} if boundary else {}
        created = self.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(document), **limits
        )
        if statements:
            policy = {"Version": "2012-10-17", "Statement": list(statements)}
            self.client("iam").put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        for arn in attached:
            self.client("iam").attach_role_policy(RoleName=name, PolicyArn=arn)
        return str(created["Role"]["Arn"])

    def function(
        self,
        source: str,
        *,
        role: str | None = None,
        timeout: int = 5,
        memory: int = 256,
        variables: Mapping[str, str] | None = None,
        layers: tuple[str, ...] = (),
    ) -> str:
        """A function whose module `app` has the given source. Returns its name."""
        name = self.name("function")
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="app.handler",
            Role=role or self.role(),
            Code={"ZipFile": zipped(app=source)},
            Timeout=timeout,
            MemorySize=memory,
            Environment={"Variables": dict(variables or {})},
            Layers=list(layers),
        )
        self._functions.append(name)
        return name

    def function_arn(self, name: str) -> str:
        return f"arn:aws:lambda:{self.region}:{self.id}:function:{name}"

    def invoke(self, name: str, event: object = None, **options: Any) -> Any:
        """Payload of a synchronous call; the whole answer is in the attribute `answer`."""
        return self.answer(name, event, **options)[1]

    def answer(self, name: str, event: object = None, **options: Any) -> tuple[Any, Any]:
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **options)
        text = answer["Payload"].read()
        return answer, json.loads(text) if text else None

    def queue(self, **attributes: str) -> tuple[str, str]:
        """URL and ARN of a queue."""
        name = self.name("queue")
        url = self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return str(url), f"arn:aws:sqs:{self.region}:{self.id}:{name}"

    def received(self, queue_url: str) -> Any:
        """The next message's body, once there is one."""

        def look() -> Any:
            answer = self.client("sqs").receive_message(QueueUrl=queue_url, WaitTimeSeconds=1)
            return answer.get("Messages")

        return json.loads(eventually(look, f"a message in {queue_url}")[0]["Body"])

    def recorder(self) -> tuple[str, str]:
        """A function that puts every event it gets into a queue. Returns its ARN and the queue's URL."""
        url, arn = self.queue()
        role = self.role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn})
        source = """
            import json, os, boto3
            sqs = boto3.client("sqs")
            def handler(event, context):
                body = json.dumps({"event": event, "request_id": context.aws_request_id})
                sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
        """
        return self.function_arn(self.function(source, role=role, variables={"QUEUE_URL": url})), url

    def allow(self, function_arn: str, principal: str, **conditions: str) -> None:
        self.client("lambda").add_permission(
            FunctionName=function_arn,
            StatementId=self.name("allow"),
            Action="lambda:InvokeFunction",
            Principal=principal,
            **conditions,
        )

    def alarm(self, **settings: Any) -> str:
        """A metric alarm on a metric of its own. Returns its name."""
        name = settings.pop("AlarmName", None) or self.name("alarm")
        defaults: dict[str, Any] = {
            "Namespace": "Contract",
            "MetricName": name,
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "ignore",
        }
        self.client("cloudwatch").put_metric_alarm(AlarmName=name, **{**defaults, **settings})
        self._alarms.append(name)
        return name

    def alarm_arn(self, name: str) -> str:
        return f"arn:aws:cloudwatch:{self.region}:{self.id}:alarm:{name}"

    def alarm_state(self, name: str) -> str:
        found = self.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return str(found[0]["StateValue"])

    def log_messages(self, function: str) -> list[str]:
        group = f"/aws/lambda/{function}"
        try:
            events = self.client("logs").filter_log_events(logGroupName=group)["events"]
        except self.client("logs").exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events]

    def clean(self) -> None:
        for name in self._functions:
            self.client("lambda").delete_function(FunctionName=name)
        if self._alarms:
            self.client("cloudwatch").delete_alarms(AlarmNames=self._alarms)
