"""What a zygote is told when it starts, the same for all calls it will serve."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How to confine code.

    Attributes:
        directory: Below it the scratch directories are made; nowhere else may files be changed.
        port: TCP port of a local AWS, or None.
        left_to_iam: IAM actions that only IAM judges in this deployment.
        without: Layers left out, to show what they are good for.
        readable: Files and directories; where some are given, nothing else can be read. For machines that hold
            more than this function does; on Lambda there is nothing to find.
    """

    directory: str
    port: int | None = None
    left_to_iam: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
