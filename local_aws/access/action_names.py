"""IAM action names of Lambda's REST operations, from the service model instead of the emulator's table.

The emulator maps, for example, every request on `/concurrency` to PutFunctionConcurrency, so that a reader is
refused as a writer, and knows no action at all for others, which it then allows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
from ministack.core import iam_actions

_RENAMED = {
    "Invoke": "InvokeFunction",
    "InvokeAsync": "InvokeFunction",
    "InvokeWithResponseStream": "InvokeFunction",
}
"""Operations whose action has another name (Service Authorization Reference, "AWS Lambda")."""

_SAME_PATH = frozenset({"GetLayerVersionByArn"})
"""Told from another operation (ListLayers) by the query string only, which an action's name is asked without."""

_LABEL = re.compile(r"\{([A-Za-z]+)\}")


@cache
def _routes() -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path and operation of everything in Lambda's service model, the most literal paths first."""
    model: dict[str, Any] = (
        botocore.session.get_session().get_component("data_loader").load_service_model("lambda", "service-2")
    )
    routes = []
    for name, operation in model["operations"].items():
        if name in _SAME_PATH:
            continue
        uri = str(operation["http"]["requestUri"]).partition("?")[0].rstrip("/")
        pattern = "".join(part if number % 2 == 0 else "[^/]+" for number, part in enumerate(_LABEL.split(uri)))
        routes.append((operation["http"]["method"], re.compile(pattern), name, uri.count("{")))
    routes.sort(key=lambda route: route[3])
    return [(method, pattern, name) for method, pattern, name, _ in routes]


def lambda_action(method: str, path: str) -> str | None:
    """The IAM action of a request, without the service prefix; None for a path that is no operation."""
    bare = path.rstrip("/")
    for route_method, pattern, name in _routes():
        if route_method == method and pattern.fullmatch(bare):
            return _RENAMED.get(name, name)
    return None


def install() -> None:
    """Name Lambda's actions by its service model."""
    iam_actions._lambda_action = lambda_action
