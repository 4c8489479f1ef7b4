"""The audit hook of a child: the first overstep ends the process.

It never raises. On Python 3.13 an exception would hand the hook's own frame, with writable locals (PEP 667), to
the code it watches. For the same reason it runs nothing the code could have replaced: constants and C functions
are bound when it is installed, arguments are compared by exact type, and whatever could run Python code in the
middle of it (signal handlers, finalizers run by the cycle collector) is switched off in the child.

This is a tripwire, not the boundary: machine code brought in by crafted byte code, or files opened by C libraries
such as SQLite's ATTACH, pass it unseen. The boundary is what the role of the session may do.
"""

from __future__ import annotations

import gc
import importlib
import os
import posix
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from sandbox import reach

if TYPE_CHECKING:
    from collections.abc import Callable

#: Exit code of a process ended by the hook.
EXIT_STOPPED = 77

Check = reach.Check

_FORBIDDEN = {
    "starting a process": (
        "os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn subprocess.Popen pty.spawn "
        "cpython.PyInterpreterState_New"
    ),
    "signalling a process": "os.kill os.killpg signal.pthread_kill",
    "looking into the interpreter": (
        "gc.get_objects gc.get_referrers gc.get_referents sys._current_frames sys._current_exceptions "
        "sys.settrace sys.setprofile sys.monitoring.register_callback sys.remote_exec code.__new__ "
        "cpython._PySys_ClearAuditHooks"
    ),
    "calling machine code": (
        "ctypes.dlopen ctypes.dlsym ctypes.dlsym/handle ctypes.call_function ctypes.cdata ctypes.cdata/buffer "
        "ctypes.addressof ctypes.string_at ctypes.wstring_at ctypes.memoryview_at ctypes.PyObj_FromPtr "
        "sqlite3.enable_load_extension sqlite3.load_extension"
    ),
    "making a link": "os.link os.symlink",
    "changing limits": "resource.setrlimit resource.prlimit",
    "opening a way in": "socket.bind socket.sethostname",
    "sending a datagram": "socket.sendto socket.sendmsg",
    "looking a name up": "socket.gethostbyname socket.gethostbyaddr socket.getnameinfo",
}
_CHANGING = (
    "os.remove os.rename os.rmdir os.mkdir os.truncate os.utime os.chmod os.chown os.setxattr os.removexattr"
)

# Modules that give access to memory or processes past Python's audit events.
_CLOSED_MODULES = (
    *("_ctypes", "ctypes", "_posixsubprocess", "_testcapi", "_testinternalcapi", "_testlimitedcapi"),
    *("_interpreters", "_interpchannels", "_interpqueues", "_xxsubinterpreters", "_xxinterpchannels"),
)
# Functions that raise no audit event and are of no use to an investigation.
_CLOSED_FUNCTIONS = (
    *("mkfifo", "mknod", "memfd_create", "pidfd_open", "unshare", "setns", "chroot", "posix_openpt", "openpty"),
)

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PROTECTED = re.compile(
    r"/proc/(?!self/(?:stat|status|maps|cgroup)\Z|cpuinfo\Z|meminfo\Z|loadavg\Z|uptime\Z)"
    r"|/dev/(?!null\Z|zero\Z|urandom\Z|random\Z)|/sys/|.*/\.aws/|/var/run/secrets/|/run/secrets/"
)
# Compiled here, once in the zygote: compiling is the dearest part of installing the hook in a child.
_CLIMBING = re.compile(r"(?:.*/)?\.\.(?:/|\Z)", re.DOTALL)
_LAST_PART = re.compile(r"(?:.*\.)?([^.]*)\Z", re.DOTALL)
_DIRECTORY = 0o040000
_FILE_TYPE = 0o170000


def install(scratch: str, endpoint: tuple[str, int] | None, report: int) -> None:
    """Close what the hook cannot see, then install it for the rest of the process's life.

    Args:
        scratch: The only directory files may be changed in.
        endpoint: Host and port of a configured local AWS, the one exception to the network rules.
        report: Descriptor the reason is written to before the process ends.
    """
    _close_unwatched_ways()
    checks = _checks(scratch, endpoint)
    find, write, leave, anything = checks.get, posix.write, posix._exit, BaseException  # noqa: SLF001 - runs nothing

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        check = find(event)
        if check is None:
            return
        try:
            reason = check(arguments)
        except anything:  # events can be raised by hand, with any arguments
            reason = "an event that cannot be judged"
        if reason is None:
            return
        try:
            write(report, b'{"stopped": "' + reason.encode("ascii", "replace") + b'"}\n')
        except anything:  # the code closed the descriptor; it ends without a reason then
            leave(EXIT_STOPPED)
        leave(EXIT_STOPPED)

    reach.route_lookups()
    sys.addaudithook(hook)


def load_builtin_modules() -> None:
    """Load every module built into the interpreter: none can be made any more once the hook is installed."""
    for name in sys.builtin_module_names:
        if name not in _CLOSED_MODULES:
            importlib.import_module(name)


def _close_unwatched_ways() -> None:
    """Take away what raises no audit event, or could run code inside the hook."""
    closed: Any = _refuse
    processes = sys.modules.get("_posixsubprocess")
    if processes is not None:
        vars(processes)["fork_exec"] = closed
    vars(subprocess)["_fork_exec"] = closed
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(_CLOSED_MODULES))  # an import of what is None raises ModuleNotFoundError
    for module in (os, posix):
        for name in _CLOSED_FUNCTIONS:
            if name in vars(module):
                vars(module)[name] = closed
    # A second copy of a built-in module would come with the functions taken away above.
    vars(sys.modules["_imp"])["create_builtin"] = closed
    _silence_interruptions()


def _silence_interruptions() -> None:
    for number in (signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    vars(sys.modules["_signal"])["signal"] = _refuse_handler
    gc.disable()
    for name in ("enable", "set_threshold"):
        vars(gc)[name] = _ignore


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError("this is not possible in the sandbox")


def _refuse_handler(*_: object) -> NoReturn:
    raise ValueError("signal handlers are not available in the sandbox; the call has a time limit of its own")


def _ignore(*_: object) -> None:
    """Accept and do nothing: the collector stays off for the short life of the process."""


def _checks(scratch: str, endpoint: tuple[str, int] | None) -> dict[str, Check]:
    checks = {event: _always(why) for why, events in _FORBIDDEN.items() for event in events.split()}
    may_change = _path_check(scratch)
    checks |= dict.fromkeys(_CHANGING.split(), _change_check(may_change))
    checks["os.rename"] = _rename_check(may_change)
    checks["open"] = _open_check(scratch, may_change)
    checks["sqlite3.connect"] = _database_check(may_change)
    checks["import"] = _import_check(scratch)
    return checks | reach.checks(endpoint)


def _always(reason: str) -> Check:
    return lambda _: reason


def _absolute() -> Callable[[Any], str | None]:
    """Makes the normalised absolute path of an argument; None for anything that is not plainly a path."""
    kind, text, data = type, str, bytes
    decode, starts, join = bytes.decode, str.startswith, str.__add__
    directory: Callable[[], str] = posix.getcwd
    # The C function: os.path.normpath is Python around it and could be replaced piece by piece.
    normal: Callable[[str], str] = vars(posix).get("_path_normpath", _normal)

    def absolute(path: Any) -> str | None:
        if kind(path) is data:
            path = decode(path, "utf-8", "surrogateescape")
        if kind(path) is not text:
            return None
        if not starts(path, "/"):
            path = join(join(directory(), "/"), path)
        plain = normal(path)
        return plain[1:] if starts(plain, "//") else plain

    return absolute


def _normal(path: str) -> str:
    """Normalise an absolute path, for interpreters without the C function."""
    kept: list[str] = []
    for part in str.split(path, "/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept += [part]
    return "/" + str.join("/", kept)


def _path_check(scratch: str) -> Callable[[Any], bool]:
    """Decides whether a file of this name may be changed."""
    absolute, starts, inside = _absolute(), str.startswith, scratch.rstrip("/") + "/"
    kind, text, data, climbs = type, str, bytes, _CLIMBING.match

    def may_change(path: Any) -> bool:
        full = absolute(path)
        if full is None:
            return False
        # Relative to a directory descriptor, ".." would lead elsewhere than it seems from here.
        spelled = path if kind(path) is text else data.decode(path, "utf-8", "surrogateescape")
        if climbs(spelled) and not starts(spelled, "/"):
            return False
        return starts(full + "/", inside) or full == "/dev/null"

    return may_change


def _change_check(may_change: Callable[[Any], bool]) -> Check:
    kind, number, reason = type, int, "changing a file outside the scratch directory"
    return lambda arguments: None if kind(arguments[0]) is number or may_change(arguments[0]) else reason


def _rename_check(may_change: Callable[[Any], bool]) -> Check:
    reason = "moving a file out of or into the scratch directory"
    return lambda arguments: None if may_change(arguments[0]) and may_change(arguments[1]) else reason


def _open_check(scratch: str, may_change: Callable[[Any], bool]) -> Check:
    absolute, protected, elsewhere = _absolute(), _PROTECTED.match, _directory_elsewhere(scratch)
    kind, number, writing = type, int, _WRITING

    def check(arguments: tuple[Any, ...]) -> str | None:
        path, mode, flags = arguments
        if kind(path) is number:
            return None
        if kind(flags) is not number or flags & writing:
            return None if may_change(path) else "writing a file outside the scratch directory"
        full = absolute(path)
        if full is None or protected(full):
            return "reading a protected file"
        # Only os.open gives no mode. What it opens can be the start of a relative path the hook would misread.
        return "holding a directory outside the scratch directory" if mode is None and elsewhere(full) else None

    return check


def _directory_elsewhere(scratch: str) -> Callable[[str], bool]:
    starts, status, failed, inside = str.startswith, posix.stat, OSError, scratch.rstrip("/") + "/"
    directory, file_type = _DIRECTORY, _FILE_TYPE

    def elsewhere(full: str) -> bool:
        if starts(full + "/", inside):
            return False
        try:
            return status(full).st_mode & file_type == directory
        except failed:
            return False

    return elsewhere


def _database_check(may_change: Callable[[Any], bool]) -> Check:
    kind, text, reason = type, str, "opening a database outside the scratch directory"

    def check(arguments: tuple[Any, ...]) -> str | None:
        path = arguments[0]
        if kind(path) is text and (path in (":memory:", "") or may_change(path)):
            return None
        return reason

    return check


def _import_check(scratch: str) -> Check:
    closed, kind, text, starts = frozenset(_CLOSED_MODULES), type, str, str.startswith
    last, inside = _LAST_PART.match, scratch.rstrip("/") + "/"

    def check(arguments: tuple[Any, ...]) -> str | None:
        name, file = arguments[0], arguments[1]
        found = last(name) if kind(name) is text else None
        if found is None or found[1] in closed:
            return "importing a module that reaches past Python"
        if file is not None and (kind(file) is not text or starts(file, inside) or not starts(file, "/")):
            return "loading machine code"
        return None

    return check
