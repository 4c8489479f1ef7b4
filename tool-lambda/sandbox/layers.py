"""The layers of the sandbox by the names the reply's `guard` reports them under.

Every one can be left out, for one purpose only: to show that what it stops gets through without it.
"""

from __future__ import annotations

PROCESS = "process"
LIMITS = "limits"
AUDIT = "audit"
OPERATIONS = "operations"
SECCOMP = "seccomp"
LANDLOCK = "landlock"
ZYGOTE_MEMORY = "zygote_memory"
PARENT_MEMORY = "parent_memory"
ORPHANS = "orphans"

#: Layers the kernel may refuse.
KERNEL = frozenset({SECCOMP, LANDLOCK, ZYGOTE_MEMORY, PARENT_MEMORY, ORPHANS})

ON = "on"
LEFT_OUT = "off: left out by the caller"
