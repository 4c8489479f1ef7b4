"""Recipes by namespace: what alarms of a service are asked beyond what every alarm is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.plan import GENERAL, LOG_ERROR
from toolbox.recipes import (
    apigateway,
    certificate_manager,
    custom,
    dynamodb,
    ec2,
    ecs,
    elasticache,
    kinesis,
    lambda_function,
    load_balancer,
    others,
    rds,
    sns,
    sqs,
    stepfunctions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.plan import Step
    from toolbox.recipes.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    lambda_function.RECIPE,
    apigateway.RECIPE,
    load_balancer.RECIPE,
    ecs.RECIPE,
    ec2.RECIPE,
    rds.RECIPE,
    dynamodb.RECIPE,
    sqs.RECIPE,
    sns.RECIPE,
    kinesis.RECIPE,
    stepfunctions.RECIPE,
    elasticache.RECIPE,
    certificate_manager.RECIPE,
    custom.RECIPE,
    others.CANARIES,
    others.EVENTS,
    others.EXPRESSIONS,
)
_BY_NAMESPACE = {namespace: recipe for recipe in RECIPES for namespace in recipe.namespaces}
#: Namespaces AWS publishes under without the prefix.
_OF_AWS = ("AWS/", "ECS/", "CWAgent", "CloudWatchSynthetics", "ContainerInsights", "LambdaInsights", "Glue")


def recipe_of(namespace: str) -> Recipe | None:
    """The recipe of a namespace: of custom metrics for one that is not AWS's; None for an unknown one of AWS."""
    if not namespace:
        return None
    return _BY_NAMESPACE.get(namespace) or (None if namespace.startswith(_OF_AWS) else custom.RECIPE)


def plan_for(signal: Mapping[str, Any]) -> tuple[Step, ...]:
    """The general plan, and the recipes of all namespaces an alarm watches, or of what writes the error's log."""
    spaces = [str(metric.get("namespace") or "") for metric in signal.get("metrics") or ()]
    recipes = dict.fromkeys(recipe.title for space in spaces if (recipe := recipe_of(space)))
    steps = [step for recipe in RECIPES if recipe.title in recipes for step in recipe.steps]
    general = LOG_ERROR if signal.get("log") else GENERAL
    return (*general, *{step.id: step for step in steps}.values())
