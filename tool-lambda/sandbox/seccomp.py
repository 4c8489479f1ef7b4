"""The system calls code of a call has no use for, as a filter program the kernel runs (seccomp(2), mode filter).

The filter is inherited by every child of the zygote, so it must leave the zygote what it needs: fork, wait and
killing its own children. It is a list of what is refused, not of what is allowed: C libraries differ in what they
call, and a call refused by mistake would break normal Python.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# linux/audit.h, linux/seccomp.h, linux/filter.h
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16

# Architecture token, then the number of each call (linux/unistd.h); None where the architecture has no such call.
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000  # calls of the x32 interface: the same kernel functions under other numbers

_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # another program, or another process's memory and signals
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setsid": (112, 157),
    # a way in
    "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
    # another view of the system
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsmount": (432, 432), "mount_setattr": (442, 442), "personality": (135, 92),
    # kernel interfaces with a history of holes, and none a read-only investigation needs
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "fanotify_init": (300, 262), "acct": (163, 89), "modify_ldt": (154, None), "syslog": (103, 116),
    # what would outlive the call, or hold memory and files no limit counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # files that are no files
    "symlink": (88, None), "symlinkat": (266, 36), "link": (86, None), "linkat": (265, 37), "mknod": (133, None),
    "mknodat": (259, 33), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKET, _PRCTL, _IOCTL, _PRLIMIT = (41, 198), (157, 167), (16, 29), (302, 261)
_KILL, _TGKILL = (62, 129), (234, 131)

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_INTERNET = (2, 10)  # AF_INET, AF_INET6
_STREAM_OR_DATAGRAM = (1, 2)
_SET_DUMPABLE, _SET_PTRACER = 4, 0x59616D61
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX

Instruction = tuple[int, int, int, int]


class UnknownMachine(ValueError):
    """There is no table of system calls for this machine."""


@dataclass(frozen=True, slots=True)
class _Machine:
    token: int
    column: int

    def number(self, call: tuple[int | None, int | None]) -> int | None:
        return call[self.column]


def program(machine: str, untouchable: Iterable[int]) -> bytes:
    """The filter as an array of struct sock_filter.

    Args:
        machine: What platform.machine() says: x86_64 or aarch64.
        untouchable: Process ids, and process group ids as negative numbers, that may not be signalled.

    Raises:
        UnknownMachine: The machine is another one.
    """
    if machine not in _ARCHITECTURES:
        raise UnknownMachine(f"no table of system calls for {machine}")
    target = _Machine(_ARCHITECTURES[machine], list(_ARCHITECTURES).index(machine))
    instructions = _start(target)
    for call, body in _rules(sorted({*untouchable, -1})):
        number = target.number(call)
        if number is not None:
            instructions += [(_EQUAL, 0, len(body), number), *body]
    return assemble([*instructions, (_RETURN, 0, 0, _ALLOW)])


def refusing(machine: str, calls: Iterable[tuple[int, int]]) -> bytes:
    """A filter that refuses just these calls, each given by its numbers on x86_64 and aarch64."""
    target = _Machine(_ARCHITECTURES[machine], list(_ARCHITECTURES).index(machine))
    instructions = _start(target)
    for call in calls:
        instructions += [(_EQUAL, 0, 1, target.number(call) or 0), _refuse()]
    return assemble([*instructions, (_RETURN, 0, 0, _ALLOW)])


def assemble(instructions: Iterable[Instruction]) -> bytes:
    """Instructions in the layout of struct sock_filter."""
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _start(machine: _Machine) -> list[Instruction]:
    head = [
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_EQUAL, 1, 0, machine.token),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    return [*head, (_AT_LEAST, 0, 1, _X32_BIT), _refuse()] if machine.column == 0 else head


def _rules(untouchable: list[int]) -> list[tuple[tuple[int | None, int | None], list[Instruction]]]:
    """Each call with the instructions that decide about it; all of them end in a return."""
    always = [(call, [_refuse()]) for call in _REFUSED.values()]
    return [
        *always,
        (_CLONE, [_argument(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), _refuse(), _allow()]),
        # Its flags are in memory, which a filter cannot read; told it does not exist, C libraries use clone.
        (_CLONE3, [_refuse(_ENOSYS)]),
        (_SOCKET, _sockets()),
        (_PRCTL, _unless_equal(0, (_SET_DUMPABLE, _SET_PTRACER))),
        (_IOCTL, _unless_equal(1, _TERMINAL_INPUT)),
        (_PRLIMIT, [_argument(0), (_EQUAL, 1, 0, 0), _refuse(), _allow()]),
        (_KILL, _unless_equal(0, untouchable)),
        (_TGKILL, _unless_equal(0, untouchable)),
    ]


def _sockets() -> list[Instruction]:
    """Internet sockets only, and neither raw nor packet ones; socketpair is a call of its own."""
    inet, inet6 = _INTERNET
    stream, datagram = _STREAM_OR_DATAGRAM
    return [
        _argument(0),
        (_EQUAL, 2, 0, inet),
        (_EQUAL, 1, 0, inet6),
        _refuse(),
        _argument(1),
        (_AND, 0, 0, 0xF),  # beside the kind there are flags in it
        (_EQUAL, 2, 0, stream),
        (_EQUAL, 1, 0, datagram),
        _refuse(),
        _allow(),
    ]


def _unless_equal(argument: int, values: Iterable[int]) -> list[Instruction]:
    """Refuse when the argument is one of the values, compared as 32 bits."""
    body = [_argument(argument)]
    for value in values:
        body += [(_EQUAL, 0, 1, value & 0xFFFFFFFF), _refuse()]
    return [*body, _allow()]


def _argument(index: int) -> Instruction:
    """Load the low 32 bits of an argument; both machines are little-endian."""
    return (_LOAD, 0, 0, _ARGUMENTS_OFFSET + 8 * index)


def _refuse(number: int = _EPERM) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


def _allow() -> Instruction:
    return (_RETURN, 0, 0, _ALLOW)
