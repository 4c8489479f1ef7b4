"""Puts every correction into the emulator, one explicit call each; imported once the process is configured."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.app import app

from local_aws import clock, images, queue_metrics, service_names, trail, unknown_services
from local_aws.access import (
    action_names,
    denials,
    global_services,
    managed_policies,
    permissions,
    senders,
    transport,
)
from local_aws.alarms import actions as alarm_actions
from local_aws.alarms import schedule as alarm_schedule
from local_aws.alarms.schedule import AlarmSchedule
from local_aws.control import Command, Control, UnknownTargetError
from local_aws.declared import gateway
from local_aws.declared.command import StateCommand
from local_aws.declared.engine import Engine
from local_aws.declared.state import Declared, Place
from local_aws.egress.gateway import Gateway
from local_aws.faults import calls as faults
from local_aws.faults.calls import FaultSwitch
from local_aws.faults.rules import Faults
from local_aws.functions import asynchronous, event_dead_letters, execution
from local_aws.functions.asynchronous import RetrySchedule
from local_aws.functions.execution import Executor
from local_aws.functions.specification import Endpoints
from local_aws.logs import operations as log_operations
from local_aws.mail import mailbox, ses, subscriptions
from local_aws.mail.mailbox import Mailbox
from local_aws.metrics import history as alarm_history
from local_aws.metrics import operations as metric_operations
from local_aws.slack import receiver as slack_receiver
from local_aws.slack.receiver import Receiver
from local_aws.snapshots import Snapshots
from local_aws.trail import History

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.functions.runtime import Runtime
    from local_aws.settings import ServerSettings


class Installation:
    """The corrected emulator."""

    def __init__(self, settings: ServerSettings, runtime: Runtime) -> None:
        rules = Faults(time.monotonic)
        slack = Receiver(settings.state / "slack", rules)
        self._gateway = Gateway(settings.state / "egress", dict.fromkeys(slack_receiver.HOSTS, slack))
        endpoints = Endpoints(settings.endpoint, settings.model_url, self._gateway.variables)
        self.executor = Executor(runtime, settings.state, endpoints)
        self._schedule = AlarmSchedule(settings.alarm_interval_s)
        execution.install(self.executor)
        asynchronous.install(RetrySchedule(settings.retry_delays_s), settings.endpoint)
        permissions.install()
        event_dead_letters.install()
        metric_operations.install()
        alarm_actions.install()
        queue_metrics.install(self._schedule)
        alarm_schedule.install(self._schedule)
        mails = Mailbox(settings.state / "mailbox")
        mailbox.install(mails)
        ses.install(mails)
        subscriptions.install()
        managed_policies.install()
        transport.install()
        action_names.install()
        global_services.install()
        denials.install()
        senders.install()
        log_operations.install()
        declared, history = Declared(), History()
        gateway.install(Engine(declared, lambda: datetime.now(UTC)))
        state = StateCommand(
            declared,
            Place(settings.account, settings.region),
            {"cloudtrail": history, "alarm_history": alarm_history},
        )
        self._commands: dict[str, Command] = {
            "state": state,
            "snapshots": Snapshots((state.forget, self.executor.retire)),
            "faults": FaultSwitch(rules),
            "invocations": self.executor.invocations.send_signal,
        }
        faults.install(rules, self.executor.invocations)
        trail.install(history)
        images.install()
        unknown_services.install()
        service_names.install()

    def control(
        self, token: str, status: Callable[[], Mapping[str, Any]], commands: Mapping[str, Command]
    ) -> Control:
        """The application to serve."""
        clock.install(token)  # last, so that everything beneath sees the time of the call
        return Control(app, token, status, {**self._commands, **commands})

    @property
    def model_url(self) -> str | None:
        """Where functions find Bedrock's runtime API now."""
        return self.executor.endpoints.model

    def use_model(self, url: str | None) -> None:
        """Point functions at another model server, from their next environment on."""
        self.executor.endpoints = replace(self.executor.endpoints, model=url)

    def refusals(self) -> list[dict[str, str]]:
        """Invocations refused by resource policies."""
        return permissions.refusals()

    def forget_alarm(self, name: str, log_group: str | None) -> None:
        """Drop an alarm's incident and what was logged of it, so that the next one is a new one."""
        if not self._schedule.forget(name, log_group):
            raise UnknownTargetError(f"there is no metric alarm named {name!r}")

    def close(self) -> None:
        """End what was started."""
        self._schedule.stop()
        self.executor.close()
        self._gateway.close()
