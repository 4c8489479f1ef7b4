"""What the zygote loads once so that no call pays for it."""

from __future__ import annotations

import importlib
import platform
import random
import uuid
from typing import TYPE_CHECKING

import boto3
import botocore.loaders
import botocore.session

from sandbox import audit, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Clients investigations use most; making one loads its service model into the shared loader.
WARM_SERVICES = ("cloudwatch", "logs", "lambda", "iam", "cloudtrail", "ec2", "dynamodb", "sts")

#: Imported beyond the names bound for the code: cheap to hold, slow to import.
_ALSO = (
    "asyncio",
    "botocore.config",
    "botocore.exceptions",
    "concurrent.futures",
    "concurrent.futures.thread",
    "contextlib",
    "linecache",
    "logging",
    "queue",
    "socket",
    "ssl",
    "tempfile",
    "threading",
    "urllib.request",
    "zoneinfo",
)

#: Signs nothing: the clients it is for are thrown away unused.
_DUMMY = "warming"


def import_modules() -> None:
    """Import every module a call may use for free."""
    for module in (*names.module_names(), *_ALSO):
        importlib.import_module(module)
    names.bound_names()
    audit.load_builtin_modules()
    _answer_without_programs()


def _answer_without_programs() -> None:
    """Fill in what the library would ask a program for, which no child may start."""
    vars(platform.uname())["processor"] = platform.machine()
    vars(uuid)["_node"] = random.SystemRandom().getrandbits(48) | 1 << 40  # no address of hardware has the bit set


def load_clients() -> Iterator[str]:
    """Fill boto3's default session with loaded service models, one a step, and with no credentials.

    The explicit dummy keys below belong to the throw-away clients only; the session itself looks its credentials
    up in the environment when a call makes its first client.

    Yields:
        The service just loaded; between two the caller may serve what is waiting.
    """
    # One loader for every session the code makes: its cache is what takes time to fill. Data path and files are
    # the same for all of them, as the environment of a call never names others.
    shared = botocore.loaders.create_loader()
    botocore.session.create_loader = lambda search_path_string=None: shared  # noqa: ARG005 - botocore's signature
    boto3.setup_default_session()
    make_client: Callable[..., object] = boto3.client
    for service in WARM_SERVICES:
        make_client(service, region_name="us-east-1", aws_access_key_id=_DUMMY, aws_secret_access_key=_DUMMY)
        yield service
    # boto3.resource() is as common in written code; its factory is what takes the time.
    importlib.import_module("boto3.resources.factory")
