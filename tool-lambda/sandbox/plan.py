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
    """

    directory: str
    port: int | None = None
    left_to_iam: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
