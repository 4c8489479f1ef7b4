"""Details of configuration, chosen by what is named as the cause: limits, counts, routes, what a queue lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category, Finding
from triage.first_look.observations.quoting import Quote, Quoter
from triage.first_look.reporting.narrative import named
from triage.first_look.reporting.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Scene, Setting
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_SETTINGS = 6
_WORDS = 12
_ROWS = 4
_PARAMETERS = 4

_ALWAYS = (
    "reserved_concurrency",
    "write_units",
    "waiting",
    "scaling",
    "scheduled",
    "CacheNodeType",
    "KeyState",
    "DeletionDate",
    "rotated",
    "max_connections",
    "shards",
    "decision",
    "stack",
)
_LIMITS: dict[Category, tuple[str, ...]] = {
    Category.TIMEOUT: ("Timeout",),
    Category.OUT_OF_MEMORY: ("MemorySize", "memory", "most_used_mb"),
    Category.THROTTLED: ("read_units", "capacity_mode", "concurrency", "unreserved", "limit"),
    Category.QUOTA_EXCEEDED: ("concurrency", "unreserved", "MaxSize"),
    Category.CAPACITY: (
        "MaxSize",
        "DesiredCapacity",
        "desiredCount",
        "AvailabilityZones",
        "InstanceType",
        "DBInstanceClass",
        "AllocatedStorage",
        "ParallelizationFactor",
        "OpenShardCount",
    ),
    Category.TRAFFIC_SPIKE: ("MaxSize", "DesiredCapacity", "desiredCount"),
    Category.BAD_DEPLOY: ("image", "revision"),
    Category.PERMISSION_DENIED: ("Role", "boundary", "DB_PASSWORD"),
    Category.CONFIGURATION_MISSING: ("lifecycle", "tells", "Description", "schedule", "stack"),
    Category.CERTIFICATE_EXPIRED: ("authority",),
    Category.NO_DATA: ("pattern", "schedule", "Description"),
}
_WELL = frozenset({"active", "available", "enabled", "successful", "ok", "0"})
_COUNTS = re.compile(r"(\d+)/(\d+) running, \S+ pending, (\d+) failed")
_ONLY_LINKED = frozenset({"changed", "called_alike", "changed_elsewhere", "guessed"})
"""Lists of neighbours whose link says how they are linked; in others it says what is wrong with them."""
_NETWORK = {"routes.routes": "route", "nat_gateways": "NAT gateway", "acls": "network ACL"}


def decisive_details(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What the configuration and its state have to do with it."""
    best = named(ranked)
    category = best.candidate.category if best else Category.UNKNOWN
    yield from _environment(best, scene, citing)
    yield from _unlike_before(scene, citing)
    yield from _parameters(category, scene, citing)
    yield from _network(category, scene, citing)
    yield from _states(scene, citing)
    yield from _counts(scene, citing)
    yield from _nothing_to_do(scene, citing)
    yield from _no_dead_letters(scene, citing)


def settings(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Limits and sizes, by what is named as the cause."""
    best = named(ranked)
    wanted = (*_LIMITS.get(best.candidate.category if best else Category.UNKNOWN, ()), *_ALWAYS)
    found = [each for key in wanted for each in (*scene.setting(key), *_decided(key, scene))]
    telling = [each for each in dict.fromkeys(found) if each.value.lower() not in _WELL and not _said(each, scene)]
    together: dict[str, list[Setting]] = {}
    for each in telling[:_SETTINGS]:
        together.setdefault(each.about or scene.subject, []).append(each)
    for about, own in together.items():
        quotes = [quote for each in own for quote in each.quotes]
        yield Finding(
            sentence(f"{about}: {', '.join(dict.fromkeys(map(_spoken, own)))}"), citations=citing.of(quotes)
        )


def _said(setting: Setting, scene: Scene) -> bool:
    """Whether an error holds the same words."""
    return len(setting.value) > _WORDS and any(setting.value in each.text for each in scene.complaints)


def _unlike_before(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """In what a configuration differs from the version that was published before."""
    for each in scene.setting("unlike_version")[:3]:
        yield Finding(sentence(f"{each.about or scene.subject}: {each.value}"), citations=citing.of(each.quotes))


def rows(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Answers that are lists: what moved first, a few lines of each, but for what the cause rests on."""
    best = named(ranked)
    told = set(best.candidate.quotes) if best else set()
    shown: dict[str, int] = {}
    for row in sorted(scene.rows, key=lambda row: not row.moved):
        if not told.isdisjoint(row.quotes):
            continue
        if shown.get(row.helper, 0) < _ROWS:
            shown[row.helper] = shown.get(row.helper, 0) + 1
            yield Finding(sentence(f"{row.title}: {row.text}"), citations=citing.of(row.quotes))


def _decided(key: str, scene: Scene) -> list[Setting]:
    return [each for each in scene.decisions if each.key == key]


def _spoken(setting: Setting) -> str:
    """``write_units`` as ``write units``."""
    return f"{setting.key.replace('_', ' ')} {setting.value}"


def _environment(best: Ranked | None, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Where a variable is missing: which there are."""
    if best is None or best.candidate.signature != "variable-missing":
        return
    about = best.candidate.about
    own = [each for each in scene.settings if ".environment." in f".{each.path}" and each.about == about]
    if own:
        names = ", ".join(each.key for each in own)
        yield Finding(f"The environment of {about} holds {names} now.", citations=citing.of(own[0].quotes))


def _parameters(category: Category, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Parameters of stacks, where something is missing or does not run."""
    if category not in (Category.CONFIGURATION_MISSING, Category.NO_DATA, Category.BAD_DEPLOY):
        return
    given = [each for each in scene.settings if ".parameters." in f".{each.path}"]
    for each in given[:_PARAMETERS]:
        told = f"stack {each.about or scene.subject}: parameter {each.key} is {each.value}"
        yield Finding(sentence(told), citations=citing.of(each.quotes))


def _network(category: Category, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Routes and gateways, where something cannot be reached."""
    if category not in (Category.DEPENDENCY_UNREACHABLE, Category.TIMEOUT):
        return
    for each in scene.settings:
        if each.path in _NETWORK:
            told = f"network of {each.about or scene.subject}: {_NETWORK[each.path]} {each.value}"
            yield Finding(sentence(told), citations=citing.of(each.quotes))


def _states(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What listings say of the state of what is linked to the resource."""
    for each in scene.settings:
        if (each.key == "state" and each.path.startswith("changed.")) or (
            each.key == "link" and each.path.partition(".")[0] not in _ONLY_LINKED
        ):
            kind = each.path.split(".")[1]
            yield Finding(sentence(f"{kind} {each.about}: {each.value}"), citations=citing.of(each.quotes))


def _counts(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """How many tasks run, where that is fewer than wanted, and deployments whose tasks fail."""
    for running in scene.setting("runningCount"):
        wanted = next(iter(scene.setting("desiredCount", running.about)), None)
        if wanted is not None and wanted.value != running.value:
            words = citing.of((*running.quotes, *wanted.quotes))
            yield Finding(f"{running.value} of {wanted.value} tasks of {running.about} run.", citations=words)
    for each in scene.setting("counts"):
        found = _COUNTS.search(each.value)
        if found and (found[1] != found[2] or found[3] != "0"):
            yield Finding(sentence(f"deployment of {each.about}: {each.value}"), citations=citing.of(each.quotes))


def _nothing_to_do(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """An empty queue to which less is sent than before: what takes from it runs, and waits."""
    for waiting in scene.setting("waiting"):
        sent = [each for each in scene.reading("NumberOfMessagesSent") if each.about == waiting.about]
        if waiting.value != "0" or not any(each.falls and not each.after for each in sent):
            continue
        running = [each for each in scene.setting("runningCount") if not each.hop and each.value != "0"][:1]
        tasks = f" {running[0].value} tasks of {running[0].about or scene.subject} run." if running else ""
        quotes = [quote for each in (waiting, *sent[:1], *running) for quote in each.quotes]
        told = f"The queue {waiting.about} is empty: nothing is sent to it, and its consumer waits.{tasks}"
        yield Finding(told, citations=citing.of(quotes))
        return


def _no_dead_letters(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """A queue without a dead-letter queue keeps what cannot be processed."""
    for waiting in scene.setting("waiting"):
        if (
            waiting.path == "waiting"
            and waiting.value != "0"
            and not any("dead_letters" in each.path for each in scene.settings)
        ):
            age = next(iter(scene.setting("visibility_timeout_s")), None)
            again = f" and comes back every {age.value} s" if age else ""
            yield Finding(
                f"{waiting.about or scene.subject} has no dead-letter queue (no redrive policy): a message that "
                f"fails "
                f"stays{again}; {waiting.value} wait.",
                citations=citing.of((*_asked_of(waiting, scene), *waiting.quotes)),
            )
            return


def _asked_of(setting: Setting, scene: Scene) -> tuple[Quote, ...]:
    """The line that says which resource was asked about."""
    ids = {quote.section for quote in setting.quotes}
    section = next((each for each in scene.look.sections if each.id in ids), None)
    return Quoter(section).quotes(str(section.asked.get("resource") or "")) if section else ()
