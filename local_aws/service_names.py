"""By which names requests are signed for a service of AWS: read from the beginnings of botocore's models.

The emulator asks this about services it has not, and reads all of every model for it: seconds of the first such
request.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
from ministack.core import router

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINNING_BYTES = 8192
_END_OF_METADATA = b'"operations"'
_NAME = re.compile(rb'"(?:endpointPrefix|signingName)"\s*:\s*"([^"]+)"')


def install() -> None:
    """Answer the emulator's question."""
    router._is_aws_service_name = lambda name: name in known()


@cache
def known() -> frozenset[str]:
    """Names of all services: boto3's, of their endpoints, and those requests are signed with."""
    loader = botocore.session.get_session().get_component("data_loader")
    return frozenset(
        name for service in loader.list_available_services("service-2") for name in _of(loader, service)
    )


def _of(loader: Any, service: str) -> Iterator[str]:
    yield service
    beginning, whole, _ = _beginning(loader, service).partition(_END_OF_METADATA)
    if whole:
        yield from (name.decode() for name in _NAME.findall(beginning))
        return
    metadata = loader.load_service_model(service, "service-2")["metadata"]
    yield from (metadata[key] for key in ("endpointPrefix", "signingName") if metadata.get(key))


def _beginning(loader: Any, service: str) -> bytes:
    """Where a model has its metadata; empty for one that is not kept as botocore keeps its own."""
    version = loader.determine_latest_version(service, "service-2")
    for folder in loader.search_paths:
        path = Path(folder) / service / version / "service-2.json.gz"
        if path.is_file():
            with gzip.open(path) as model:
                return model.read(_BEGINNING_BYTES)
    return b""
