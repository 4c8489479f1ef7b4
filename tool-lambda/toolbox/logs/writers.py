"""Who writes a log group of the customer's own naming: by what the account's functions and services are set to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Asked, pages
from toolbox.logs.naming import WATCHED, metric_of, telling_part
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings import links as linking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.look import Look

#: Writers of one group that are looked at: more share a log than one error is of.
_MOST = 2
_LEAST_NAME = 4
_MOST_APIS = 200


def metrics_of_writers(look: Look) -> list[dict[str, Any]]:
    """The telling metrics of what writes the log of an error; the log's own where nothing is known to."""
    group = str(look.log.get("log_group") or "")
    found = [metric_of(each.kind, each.name) for each in writers_of(Asked(), group)]
    return [{**each, "id": f"m{place}"} for place, each in enumerate(found, 1) if each] or list(
        look.signal["metrics"]
    )


def writers_of(asked: Asked, group: str) -> list[Resource]:
    """Functions, services and API stages whose settings name a log group; else what is called like it."""
    links = linking.of_account(asked)
    linked = [each for each, _ in links.of(Resource("log_group", group)) if each.kind in WATCHED]
    found = linked or _stages(asked, group) or _called_like(group, links.resources())
    return list(dict.fromkeys(found))[:_MOST]


def _called_like(group: str, known: list[Resource]) -> list[Resource]:
    """Services and functions whose name is a part of the group's, the longest first."""
    parts = {part for part in group.split("/") if len(part) >= _LEAST_NAME} | {telling_part(group)}
    alike = [each for each in known if each.kind in ("ecs", "lambda") and name_of(each.name) in parts]
    return sorted(alike, key=lambda each: (-len(name_of(each.name)), each.kind, each.name))[:1]


def _stages(asked: Asked, group: str) -> list[Resource]:
    """Stages of APIs that write their access log to a group."""
    if "api" not in group.lower():
        return []  # asking every API for its stages is dear: only where the name suggests it
    client = looking.current().client("apigateway")
    nothing: list[Any] = []
    apis = asked.attempt("APIs", lambda: list(pages(client, "get_rest_apis", "items", most=_MOST_APIS)), nothing)
    found = []
    for api in apis[:_MOST_APIS]:
        read = partial(client.get_stages, restApiId=api["id"])
        stages: Mapping[str, Any] = asked.attempt("stages", read, {"item": ()})
        for stage in stages["item"]:
            target = str((stage.get("accessLogSettings") or {}).get("destinationArn") or "")
            if target.rpartition(":log-group:")[2].removesuffix(":*") == group:
                found.append(Resource("apigateway", f"{api['name']}/{stage['stageName']}"))
    return found
