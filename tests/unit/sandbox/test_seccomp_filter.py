"""The filter program refuses what it names on both machines, and leaves Python and the zygote what they need."""

from __future__ import annotations

import struct

import pytest

from sandbox.seccomp import UnknownMachine, program

X86, ARM = "x86_64", "aarch64"
TOKENS = {X86: 0xC000003E, ARM: 0xC00000B7}
ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
ZYGOTE, TOOL = 4242, 4200
MINUS_ONE = 0xFFFFFFFFFFFFFFFF


def decide(machine: str, number: int, *arguments: int, token: int | None = None) -> int:
    """What the kernel would do with a call: classic BPF over struct seccomp_data, as seccomp(2) describes it."""
    words = [argument & MINUS_ONE for argument in (*arguments, *(0,) * (6 - len(arguments)))]
    data = struct.pack("<IIQ6Q", number, TOKENS[machine] if token is None else token, 0, *words)
    code = list(struct.iter_unpack("HBBI", program(machine, {TOOL, -TOOL, ZYGOTE, -ZYGOTE})))
    accumulator, position = 0, 0
    while True:
        operation, if_true, if_false, constant = code[position]
        position += 1
        if operation == 0x06:
            return constant
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, constant)[0]
        elif operation == 0x54:
            accumulator &= constant
        else:
            truth = {
                0x15: accumulator == constant,
                0x35: accumulator >= constant,
                0x45: bool(accumulator & constant),
            }[operation]
            position += if_true if truth else if_false


@pytest.mark.parametrize(
    ("machine", "number"),
    [(X86, 59), (X86, 57), (X86, 101), (X86, 49), (ARM, 221), (ARM, 281), (ARM, 117), (ARM, 200), (ARM, 425)],
)  # execve, fork, ptrace, bind; execve, execveat, ptrace, bind, io_uring_setup
def test_refused_calls_are_refused(machine: str, number: int) -> None:
    assert decide(machine, number) == EPERM


@pytest.mark.parametrize(
    ("machine", "number"),
    [(X86, 0), (X86, 42), (X86, 9), (X86, 61), (X86, 53), (ARM, 63), (ARM, 203), (ARM, 222), (ARM, 260)],
)  # read, connect, mmap, wait4, socketpair; read, connect, mmap, wait4
def test_everyday_calls_are_allowed(machine: str, number: int) -> None:
    assert decide(machine, number) == ALLOW


@pytest.mark.parametrize(("machine", "clone", "clone3"), [(X86, 56, 435), (ARM, 220, 435)])
def test_threads_and_forks_are_possible_but_no_namespaces(machine: str, clone: int, clone3: int) -> None:
    assert decide(machine, clone, 0x3D0F00) == ALLOW  # what pthread_create passes
    assert decide(machine, clone, 0x1200011) == ALLOW  # what fork passes: the zygote lives on it
    assert decide(machine, clone, 0x10000011) == EPERM  # CLONE_NEWUSER
    assert decide(machine, clone3) == ENOSYS


@pytest.mark.parametrize(("machine", "socket"), [(X86, 41), (ARM, 198)])
@pytest.mark.parametrize(
    ("family", "kind", "decision"),
    [
        (2, 1, ALLOW),
        (10, 0x80801, ALLOW),
        (2, 2, ALLOW),
        (2, 3, EPERM),
        (1, 1, EPERM),
        (16, 2, EPERM),
        (17, 3, EPERM),
    ],
)
def test_only_internet_streams_and_datagrams(
    machine: str, socket: int, family: int, kind: int, decision: int
) -> None:
    assert decide(machine, socket, family, kind) == decision


@pytest.mark.parametrize(("machine", "kill", "tgkill"), [(X86, 62, 234), (ARM, 129, 131)])
def test_the_zygote_kills_its_children_and_nobody_kills_the_zygote_or_the_tool(
    machine: str, kill: int, tgkill: int
) -> None:
    assert decide(machine, kill, 5000, 9) == ALLOW
    assert decide(machine, kill, -5000, 9) == ALLOW
    for untouchable in (ZYGOTE, -ZYGOTE, TOOL, -TOOL, -1):
        assert decide(machine, kill, untouchable, 9) == EPERM
    assert decide(machine, tgkill, ZYGOTE, ZYGOTE, 9) == EPERM


@pytest.mark.parametrize(("machine", "prctl", "prlimit"), [(X86, 157, 302), (ARM, 167, 261)])
def test_switches_cannot_be_turned_back(machine: str, prctl: int, prlimit: int) -> None:
    assert decide(machine, prctl, 4, 1) == EPERM  # PR_SET_DUMPABLE
    assert decide(machine, prctl, 15) == ALLOW  # PR_SET_NAME, which threads use
    assert decide(machine, prlimit, 0) == ALLOW
    assert decide(machine, prlimit, ZYGOTE) == EPERM


def test_other_interfaces_of_the_same_kernel_are_closed() -> None:
    assert decide(X86, 0x40000000 + 59) == EPERM  # execve of x32
    assert decide(X86, 11, token=0x40000003) == KILL  # execve of 32-bit code


def test_an_unknown_machine_is_named() -> None:
    with pytest.raises(UnknownMachine, match="riscv64"):
        program("riscv64", ())
