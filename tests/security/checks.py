"""What must hold of the investigator role's documents, each check a function that lists what is wrong.

The tests run them on the documents as rendered and as applied, and on documents with parts taken out, where at
least one has to find something.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from scripts.boundary.actions import LOOKING, UNKNOWN, known_actions
from scripts.boundary.evaluator import Decision, Request, Statement
from scripts.boundary.role import ACCOUNT, REGION, Role, everything, parsed, read_only_access

HERE = Path(__file__).parent
REVIEWED = HERE / "reviewed" / "allowed.txt"
OTHER_ACCOUNT = "210987654321"
MANAGED_POLICY_LIMIT = 6144
SESSION_POLICY_LIMIT = 2048
ROOM = 150

#: Keys AWS puts into every request, whatever the service ("AWS global condition context keys"), that we rely on.
_IN_EVERY_REQUEST = frozenset({"aws:RequestedRegion"})


@dataclass(frozen=True)
class Subject:
    """Documents under scrutiny, as text.

    Attributes:
        denies: The module's managed policies by name.
        session: The session policy.
    """

    denies: Mapping[str, str]
    session: str
    account: str = ACCOUNT
    region: str = REGION

    def role(self, base: tuple[Statement, ...], *, session: bool = False, only: str = "") -> Role:
        """The role on a base; of the denies all, or only one document."""
        denies = parsed({name: text for name, text in self.denies.items() if only in {"", name}})
        limit = parsed({"session": self.session})["session"] if session else None
        return Role(base, denies, limit, self.account, self.region)


Check = Callable[[Subject], list[str]]


@cache
def corpus(name: str) -> tuple[str, ...]:
    """Actions of one list."""
    text = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def exceptions() -> Mapping[str, list[dict[str, Any]]]:
    """Reviewed exceptions by kind."""
    return tomllib.loads((HERE / "reviewed" / "exceptions.toml").read_text(encoding="utf-8"))


def excepted(kind: str, action: str) -> bool:
    """Whether a reviewed exception of this kind names the action."""
    return any(
        fnmatchcase(action, pattern) for entry in exceptions().get(kind, []) for pattern in entry["actions"]
    )


def _kept(role: Role, actions: Iterable[str]) -> list[str]:
    return [name for name in actions if role.decide(role.request(name)) is not Decision.EXPLICITLY_DENIED]


def no_action_changes_anything(subject: Subject) -> list[str]:
    """No action of a writing, tagging or permission level is left to a role that is allowed everything."""
    known = known_actions()
    allowed = subject.role(everything()).allowed(known)
    return [
        f"{name} ({known[name].level})"
        for name in allowed
        if known[name].level not in LOOKING and not excepted("writes", name)
    ]


def nothing_forbidden_is_allowed(subject: Subject) -> list[str]:
    """What must be denied is denied even to a role that is allowed everything."""
    return _kept(subject.role(everything()), corpus("must_deny") + corpus("must_deny_together"))


def sensitive_stands_by_itself(subject: Subject) -> list[str]:
    """The document *sensitive* (with *objects*, which may split off) does not lean on *scope*."""
    kept = set(_kept(subject.role(everything(), only="sensitive"), corpus("must_deny")))
    if "objects" in subject.denies:
        kept &= set(_kept(subject.role(everything(), only="objects"), corpus("must_deny")))
    return sorted(kept)


def everything_needed_is_allowed(subject: Subject) -> list[str]:
    """What an investigation needs is allowed under ReadOnlyAccess, through the session policy."""
    role = subject.role(read_only_access(), session=True)
    needed = corpus("must_allow")
    allowed = set(role.allowed(needed))
    return [name for name in needed if name not in allowed]


def the_unheard_of_is_denied(subject: Subject) -> list[str]:
    """Services and actions that nobody looked at are denied."""
    unheard_of = ["quantumledger:GetLedger", "s3:DescribeEverything", "lambda:TeleportFunction", "logs:GetAway"]
    return _kept(subject.role(everything()), unheard_of)


def other_accounts_are_out_of_sight(subject: Subject) -> list[str]:
    """Resources other accounts opened to this one stay unread, and nothing of one's own does."""
    role = subject.role(everything())
    asked = {
        ("sqs:GetQueueAttributes", OTHER_ACCOUNT): Decision.EXPLICITLY_DENIED,
        ("s3:ListBucket", OTHER_ACCOUNT): Decision.EXPLICITLY_DENIED,
        ("kms:DescribeKey", OTHER_ACCOUNT): Decision.EXPLICITLY_DENIED,
        ("logs:FilterLogEvents", OTHER_ACCOUNT): Decision.EXPLICITLY_DENIED,
        ("sqs:GetQueueAttributes", subject.account): Decision.ALLOWED,
        # AWS's own managed policies are part of what a role may do.
        ("iam:GetPolicyVersion", "aws"): Decision.ALLOWED,
        ("cloudwatch:DescribeAlarms", None): Decision.ALLOWED,
    }
    found = {
        (action, owner): role.decide(Request(action, "*", {} if owner is None else {"aws:ResourceAccount": owner}))
        for action, owner in asked
    }
    return [f"{key}: {found[key]}, not {expected}" for key, expected in asked.items() if found[key] != expected]


def api_keys_are_hidden(subject: Subject) -> list[str]:
    """API Gateway shows configuration and hides keys."""
    role = subject.role(everything())
    paths = {
        "/restapis/a1b2/stages/prod": Decision.ALLOWED,
        "/usageplans/u1": Decision.ALLOWED,
        "/apikeys": Decision.EXPLICITLY_DENIED,
        "/apikeys/k1": Decision.EXPLICITLY_DENIED,
        "/usageplans/u1/keys": Decision.EXPLICITLY_DENIED,
        "/usageplans/u1/keys/k1": Decision.EXPLICITLY_DENIED,
    }
    if "strict" in subject.denies:
        paths["/restapis/a1b2/stages/prod"] = Decision.EXPLICITLY_DENIED
        paths["/apis/a1b2/integrations/i1"] = Decision.EXPLICITLY_DENIED
    return [
        f"{path}: not {expected}"
        for path, expected in paths.items()
        if role.decide(Request("apigateway:GET", f"arn:aws:apigateway:{subject.region}::{path}")) is not expected
    ]


def documents_have_room(subject: Subject) -> list[str]:
    """Documents are within IAM's limits, with room for the next action."""
    sizes = {name: (len(text), MANAGED_POLICY_LIMIT) for name, text in subject.denies.items()}
    sizes["session"] = (len(subject.session), SESSION_POLICY_LIMIT)
    return [f"{name}: {size} of {limit}" for name, (size, limit) in sizes.items() if limit - size < ROOM]


def conditions_exist_for_what_they_guard(subject: Subject) -> list[str]:
    """A deny whose condition key an action lacks silently does not apply to it."""
    statements = [one for group in parsed(subject.denies).values() for one in group]
    statements += parsed({"session": subject.session})["session"]
    return [problem for one in statements if one.conditions for problem in _missing_keys(one)]


def _missing_keys(statement: Statement) -> list[str]:
    tested = {condition.key for condition in statement.conditions if condition.operator == "Null"}
    problems = []
    for condition in statement.conditions:
        if condition.operator == "Null" or condition.key in _IN_EVERY_REQUEST:
            continue
        if condition.key == "aws:ResourceAccount":
            # Absent from requests about no resource of an account: the deny has to say which ones it means.
            problems += [] if condition.key in tested else [f"{statement.sid}: {condition.key} without Null"]
            continue
        problems += [
            f"{statement.sid}: {name} has no {condition.key}" for name in _without(condition.key, statement)
        ]
    return problems


def _without(key: str, statement: Statement) -> list[str]:
    guarded = (
        action
        for action in known_actions().values()
        if action.level != UNKNOWN and statement.applies_to_action(action.name)
    )
    return [action.name for action in guarded if key not in action.condition_keys]


def only_reviewed_actions_are_allowed(subject: Subject) -> list[str]:
    """What is allowed is what somebody looked at: a newer database shows as a difference."""
    written = set(REVIEWED.read_text(encoding="utf-8").splitlines()) if REVIEWED.is_file() else set()
    found = set(reviewed_lines(subject))
    comments = {line for line in written if line.startswith("#")}
    return sorted(f"new: {line}" for line in found - written) + sorted(
        f"gone: {line}" for line in written - found - comments
    )


def reviewed_lines(subject: Subject) -> list[str]:
    """What the denies leave of everything, an action a line, with its level; `+`: ReadOnlyAccess allows it."""
    known = known_actions()
    granted = set(subject.role(read_only_access()).allowed(known))
    left = subject.role(everything()).allowed(known)
    return [f"{'+' if name in granted else ' '} {name} {known[name].level}" for name in left]


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        no_action_changes_anything,
        nothing_forbidden_is_allowed,
        sensitive_stands_by_itself,
        everything_needed_is_allowed,
        the_unheard_of_is_denied,
        other_accounts_are_out_of_sight,
        api_keys_are_hidden,
        documents_have_room,
        conditions_exist_for_what_they_guard,
        only_reviewed_actions_are_allowed,
    )
}
