"""Memory: functions at their limit, containers killed, heaps exhausted, caches full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Shape, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene

_KIN = (Kin.DEPLOYMENT, Kin.CONFIGURATION, Kin.CAPACITY)


@signature("memory-limit-of-function", Category.OUT_OF_MEMORY, "a function's reports show all its memory in use")
def _at_limit(scene: Scene) -> Iterator[Candidate]:
    for each in scene.invocations:
        if each.at_memory_limit and each.at_memory_limit >= 0.02 * each.count:
            yield Candidate(
                "memory-limit-of-function",
                Category.OUT_OF_MEMORY,
                f"{each.about} runs out of its {each.memory_mb} MB of memory and is killed: "
                f"{each.at_memory_limit} of "
                f"{each.count} invocations reach the limit",
                f"{each.about} runs out of its {each.memory_mb} MB of memory",
                0.93 if each.failed else 0.7,
                Depth.CAUSE,
                about=each.about,
                names=frozenset({each.about}),
                quotes=each.quotes,
                speaks_for=(f"{each.most_used_mb} of {each.memory_mb} MB used",),
                kin=_KIN,
                hop=each.hop,
            )


SIGNATURES: tuple[Signature, ...] = (
    Shape(
        "container-out-of-memory",
        Category.OUT_OF_MEMORY,
        "a container is killed: OutOfMemoryError, OOMKilled, exit code 137",
        (
            r"OutOfMemoryError: Container killed",
            r"OOM-?Killed|oom-kill|Killed process \d+",
            r"exit(?:ed with)?(?: ?code)?:? ?137\b",
            r"Memory cgroup out of memory",
        ),
        "tasks of {about} run out of memory and are killed (exit code 137)",
        headline="{about}: tasks run out of memory and are killed",
        weight=0.93,
        kin=_KIN,
    ),
    Shape(
        "process-killed",
        Category.OUT_OF_MEMORY,
        "Runtime exited with error: signal: killed; Runtime.OutOfMemory",
        (
            r"Runtime exited with error: signal: killed",
            r"Runtime\.OutOfMemory",
            r"memory ?(?:size|limit)? exceeded",
        ),
        "the runtime of {about} is killed, as it is when its memory runs out",
        headline="{about}: its runtime is killed, out of memory",
        weight=0.86,
        kin=_KIN,
    ),
    Shape(
        "heap-exhausted",
        Category.OUT_OF_MEMORY,
        "Java, Node.js, Python, Go or .NET run out of heap",
        (
            r"java\.lang\.OutOfMemoryError|GC overhead limit exceeded|Java heap space",
            r"JavaScript heap out of memory|Reached heap limit|Ineffective mark-compacts",
            r"\bMemoryError\b|Cannot allocate memory|ENOMEM|std::bad_alloc",
            r"runtime: out of memory|System\.OutOfMemoryException|Allowed memory size of \d+ bytes exhausted",
        ),
        "{about} runs out of memory",
        headline="{about} runs out of memory",
        weight=0.92,
        kin=_KIN,
        unless=r"OOM command not allowed",
    ),
    Shape(
        "cache-full",
        Category.OUT_OF_MEMORY,
        "Redis refuses writes at maxmemory",
        (r"OOM command not allowed|used memory > 'maxmemory'|SERVER_ERROR out of memory storing object",),
        "the cache {about} writes to has used all its memory and refuses writes",
        headline="{about}: its cache is out of memory",
        weight=0.9,
        kin=(Kin.CAPACITY, Kin.DEPLOYMENT),
    ),
    Shape(
        "database-out-of-memory",
        Category.OUT_OF_MEMORY,
        "a database cannot allocate memory",
        (r"FATAL: {1,2}out of memory|ERROR: {1,2}out of memory|Out of memory \(Needed \d+|ORA-04031",),
        "the database {about} runs out of memory",
        headline="{about}: the database runs out of memory",
        depth=Depth.CAUSE,
        weight=0.9,
        kin=(Kin.CAPACITY, Kin.CONFIGURATION),
    ),
    _at_limit,
)
