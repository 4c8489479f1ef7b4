"""The demo's configuration, applied to one local AWS; skipped when nothing has changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws import terraform
from local_aws.process import CHECKOUT, Running
from local_aws.terraform import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RECORD = "applied.json"


@dataclass(frozen=True)
class Demo:
    """What the demo's outputs name."""

    function_name: str
    function_log_group: str
    alarm_name: str
    order_id: str
    topic_arn: str
    table_name: str
    reports_bucket: str
    investigator_log_group: str
    triage_log_group: str
    tool_log_group: str
    watched_log_group: str
    work_queue_url: str

    @property
    def log_groups(self) -> tuple[str, str, str]:
        """Of the functions an incident passes through, in their order."""
        return self.triage_log_group, self.investigator_log_group, self.tool_log_group

    @staticmethod
    def of(outputs: Mapping[str, Any]) -> Demo:
        """Read Terraform's outputs."""
        triage = outputs["triage"]
        return Demo(
            function_name=outputs["function_name"],
            function_log_group=outputs["function_log_group"],
            alarm_name=outputs["alarm_name"],
            order_id=outputs["order_id"],
            topic_arn=outputs["topic_arn"],
            table_name=triage["dynamodb_table_name"],
            reports_bucket=triage["reports_bucket_name"],
            investigator_log_group=triage["investigator_lambda_log_group"],
            triage_log_group=triage["triage_lambda_log_group"],
            tool_log_group=triage["tool_lambda_log_group"],
            watched_log_group=outputs["watched_log_group"],
            work_queue_url=triage["work_queue_url"],
        )


class DemoConfiguration:
    """The demo folder on one local AWS."""

    def __init__(self, running: Running, inputs: Mapping[str, str], executable: Path) -> None:
        self._running = running
        self._inputs = inputs
        self._record = running.state / _RECORD
        self._folder = running.state / "terraform"
        self._executable = executable

    def already_applied(self) -> Demo | None:
        """The demo as it stands, when the same configuration was applied to this very server."""
        try:
            record = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return None
        if record.get("fingerprint") != self._fingerprint():
            return None
        return Demo.of(record["outputs"])

    def apply(self) -> Demo:
        """Initialise and apply.

        Raises:
            TerraformError: With Terraform's own message.
        """
        self._record.unlink(missing_ok=True)
        fingerprint = self._fingerprint()
        workspace = self.workspace()
        self._forget_other_servers_state(workspace.folder)
        workspace.init()
        workspace.apply(self._inputs)
        outputs = workspace.outputs()
        self._record.write_text(json.dumps({"fingerprint": fingerprint, "outputs": outputs}))
        return Demo.of(outputs)

    def workspace(self) -> Workspace:
        """The folder Terraform works in, brought up to date with the checkout."""
        folder = terraform.linked_tree(self._folder)
        terraform.local_provider(folder, self._running.region)
        return Workspace(folder, self._executable, terraform.local_variables(self._running.endpoint))

    def _forget_other_servers_state(self, folder: Path) -> None:
        """What was applied to a server that is gone went with it, and so must the state that describes it."""
        owner = folder / "server"
        identity = self._server()
        if not owner.exists() or owner.read_text() != identity:
            for stale in folder.glob("terraform.tfstate*"):
                stale.unlink()
            owner.write_text(identity)

    def _server(self) -> str:
        return f"{self._running.pid} {self._running.started_ticks} {self._running.port}"

    def _fingerprint(self) -> str:
        """Over the server, the inputs and every file the configuration is made of."""
        digest = hashlib.sha256(json.dumps([self._server(), dict(self._inputs)], sort_keys=True).encode())
        for pattern in ("*.tf", "modules/*/*.tf", "demo/*.tf", "dist/*.zip"):
            for path in sorted(CHECKOUT.glob(pattern)):
                digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
        return digest.hexdigest()
