"""Concurrency limits of the account and of a function."""

from typing import Any

from local_aws.model.questions.prelude import attempt, client, say


def ask(signal: dict[str, Any], function: str) -> None:
    attempt("the account's Lambda limits", account, signal)
    attempt(f"the concurrency of {function}", reserved, signal, function)


def account(signal: dict[str, Any]) -> None:
    limits = client("lambda", signal).get_account_settings()["AccountLimit"]
    say(
        "account_concurrency",
        limit=limits.get("ConcurrentExecutions"),
        unreserved=limits.get("UnreservedConcurrentExecutions"),
    )


def reserved(signal: dict[str, Any], function: str) -> None:
    answer = client("lambda", signal).get_function_concurrency(FunctionName=function)
    say("reserved_concurrency", function=function, reserved=answer.get("ReservedConcurrentExecutions", "none"))
