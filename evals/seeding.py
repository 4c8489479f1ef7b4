"""A boto3 session whose calls pass through a perturbation; seed.py and probe.py stay as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local_aws.process import session_without_host_configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evals.perturbation import Perturbation


def session(
    endpoint: str,
    region: str,
    keys: Mapping[str, str],
    perturbation: Perturbation | None = None,
    headers: Mapping[str, str] | None = None,
) -> boto3.session.Session:
    """A session that talks to one endpoint only and reads no configuration of this host.

    Args:
        endpoint: Base URL of every service.
        region: Default region of its clients.
        keys: boto3's keyword arguments for credentials.
        perturbation: Applied to the parameters of every call.
        headers: Sent with every call.
    """
    core = session_without_host_configuration()
    core.set_default_client_config(
        Config(proxies={}, s3={"addressing_style": "path"}, retries={"total_max_attempts": 3, "mode": "standard"})
    )
    if headers:
        core.register("before-call.*.*", _adding(headers))
    if perturbation is not None:
        core.register("provide-client-params.*.*", _renaming(perturbation))
        core.register("creating-client-class.logs", _without_lines(perturbation))
        core.register("creating-client-class.cloudwatch", _without_datapoints(perturbation))
    return _EndpointSession(endpoint, botocore_session=core, region_name=region, **keys)


class _EndpointSession(boto3.session.Session):
    """Gives every client the endpoint, so that a scenario can write `session.client("logs")`."""

    def __init__(self, endpoint: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._endpoint = endpoint
        self._made: dict[tuple[str, str | None], Any] = {}

    def client(self, service_name: str, *positional: Any, **settings: Any) -> Any:
        """A client of this account; `endpoint_url` is not for the caller to choose.

        Making one takes longer than most calls, so those without settings of their own are made once.
        """
        usual = not positional and set(settings) <= {"region_name"}
        key = (service_name, settings.get("region_name"))
        if usual and key in self._made:
            return self._made[key]
        settings["endpoint_url"] = self._endpoint
        made = super().client(service_name, *positional, **settings)  # type: ignore[call-overload]
        if usual:
            self._made[key] = made
        return made


def _adding(headers: Mapping[str, str]) -> Any:
    def add(params: dict[str, Any], **_: Any) -> None:
        params["headers"].update(headers)

    return add


def _renaming(perturbation: Perturbation) -> Any:
    def rename(params: dict[str, Any], **_: Any) -> Any:
        return perturbation.rename(params) if perturbation.names else None

    return rename


def _without_lines(perturbation: Perturbation) -> Any:
    def keep(given: Mapping[str, Any]) -> list[Any]:
        return [event for event in given["logEvents"] if not perturbation.drops(event["message"])]

    return _filtering("put_log_events", "logEvents", perturbation, keep)


def _without_datapoints(perturbation: Perturbation) -> Any:
    def keep(given: Mapping[str, Any]) -> list[Any]:
        namespace = str(given["Namespace"])
        data = given["MetricData"]
        return [item for item in data if not perturbation.drops_metric(namespace, str(item["MetricName"]))]

    return _filtering("put_metric_data", "MetricData", perturbation, keep)


def _filtering(
    method: str, member: str, perturbation: Perturbation, keep: Callable[[Mapping[str, Any]], list[Any]]
) -> Any:
    """Makes a client's method leave items out; a call left without any is not sent, for AWS would refuse it."""

    def adapt(class_attributes: dict[str, Any], **_: Any) -> None:
        original = class_attributes[method]

        def filtered(self: Any, **given: Any) -> Any:
            # The patterns name resources as they are called now.
            given = perturbation.rename(given)
            given[member] = keep(given)
            return original(self, **given) if given[member] else {}

        class_attributes[method] = filtered

    return adapt
