"""What the zygote loads once so that no call pays for it."""

from __future__ import annotations

import importlib

from sandbox import names

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


def import_modules() -> None:
    """Import every module a call may use for free."""
    for module in (*names.module_names(), *_ALSO):
        importlib.import_module(module)


def load_clients() -> None:
    """Fill boto3's default session with loaded service models, and with no credentials.

    The explicit dummy keys below belong to the throw-away clients only; the session itself looks its credentials up
    in the environment when a call makes its first client.
    """
    import boto3
    import botocore.loaders
    import botocore.session

    # One loader for every session the code makes: its cache is what takes time to fill. Data path and files are
    # the same for all of them, as the environment of a call never names others.
    shared = botocore.loaders.create_loader()
    botocore.session.create_loader = lambda _search_path=None: shared  # type: ignore[attr-defined]
    boto3.setup_default_session()
    for service in WARM_SERVICES:
        boto3.client(
            service,
            region_name="us-east-1",
            aws_access_key_id="warming",
            aws_secret_access_key="warming",
        )
    # boto3.resource() is as common in written code; its factory is what takes the time.
    importlib.import_module("boto3.resources.factory")
