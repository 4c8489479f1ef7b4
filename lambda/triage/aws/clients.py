"""boto3 clients, made on first use and kept for the life of the execution environment."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

CONNECT_TIMEOUT_S = 5


# boto3's default session is not thread-safe, and tool calls of one turn run in threads.
_making = threading.Lock()


def client(
    service: str,
    read_timeout_s: int = 20,
    attempts: int = 4,
    *,
    connect_timeout_s: int = CONNECT_TIMEOUT_S,
    region: str | None = None,
) -> Any:
    """A client for a service.

    Args:
        read_timeout_s: botocore's default of 60 s would make a slow dependency eat the function's time.
        attempts: how often a call is sent in all. 1 for calls that must never be sent twice.
        region: that of the function unless told.
    """
    with _making:
        return _made(service, read_timeout_s, attempts, connect_timeout_s, region)


@cache
def _made(service: str, read_timeout_s: int, attempts: int, connect_timeout_s: int, region: str | None) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # one factory for all services; callers name the one they use
        region_name=region,
        config=Config(
            connect_timeout=connect_timeout_s,
            read_timeout=read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": attempts},
        ),
    )
