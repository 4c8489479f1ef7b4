"""Certificate Manager: how far the renewal is, and what happened to the records that prove the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.plan import Step
from toolbox.recipes.recipe import Recipe
from toolbox.services.renewal import certificate_renewal

if TYPE_CHECKING:
    from toolbox.plan import Done


def watched(done: Done) -> dict[str, Any] | None:
    """The certificate the alarm is about."""
    del done  # the alarm says it
    arn = looking.current().dimensions.get("CertificateArn")
    return {"arns": [arn]} if arn else None


RECIPE = Recipe(
    "Certificate Manager",
    ("AWS/CertificateManager",),
    "the state of the renewal, the records that prove its domains, and who changed those in the last 90 days",
    (Step("renewal", "The renewal of the certificate", certificate_renewal, watched),),
)
