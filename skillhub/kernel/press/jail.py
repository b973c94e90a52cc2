"""Walls around the process that prints: no network, no files but fonts and libraries, bounded memory and time."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # flags of unshare(2)
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture
NO_NEW_PRIVILEGES = 38  # prctl(2)
VERSION_FLAG = 1
PATH_BENEATH = 1
READ = (1 << 2) | (1 << 3)  # read file, read directory
ALL_OF_FIRST = (1 << 13) - 1
REFER, TRUNCATE, IOCTL = 1 << 13, 1 << 14, 1 << 15
NET_BIND_CONNECT = 3
MEBIBYTE = 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


def cut_network() -> str:
    """Move into a network namespace of our own, with nothing in it; say how far we came."""
    if _libc.unshare(NEW_NETWORK) == 0 or _libc.unshare(NEW_USER | NEW_NETWORK) == 0:
        return "namespace"
    return "fetcher"


def wall_in(folders: Iterable[Path]) -> str:
    """Allow reading beneath these folders and nothing else, for ever; say how far we came."""
    version = _libc.syscall(LANDLOCK_CREATE, None, 0, VERSION_FLAG)
    if version < 1:
        return "fetcher"
    rules = _ruleset(version)
    for folder in folders:
        _allow(rules, folder)
    _libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refused = _libc.syscall(LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)
    return "fetcher" if refused else "landlock"


def library_folders() -> list[Path]:
    """List where Python and the system keep their libraries."""
    own = [Path(p) for p in {sysconfig.get_path(n) for n in ("stdlib", "platstdlib", "purelib")}]
    shared = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib"]
    system = [*shared, "/etc/ld.so.cache", "/dev/null", "/dev/urandom"]
    return own + [Path(p) for p in system]


def bound(memory: int, seconds: int) -> None:
    """Limit what the next job may take: memory in MiB above now, seconds of processor time."""
    hard = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (address_space() + memory * MEBIBYTE, hard))
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, hard))


def unbound() -> None:
    """Lift the limits of a job while we tidy up."""
    hard = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def address_space() -> int:
    """Give the bytes of address space in use."""
    return _pages(0)


def resident() -> int:
    """Give the MiB of memory in use."""
    return _pages(1) // MEBIBYTE


@cache
def counters() -> int:
    """Open the kernel's memory counters, once, before the walls close."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def _pages(field: int) -> int:
    text = os.pread(counters(), 200, 0).split()
    return int(text[field]) * resource.getpagesize()


def _ruleset(version: int) -> int:
    files = ALL_OF_FIRST
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL)):
        files |= right if version >= since else 0
    fields = struct.pack("=Q", files)
    if version >= 4:
        fields += struct.pack("=Q", NET_BIND_CONNECT)
    return int(_libc.syscall(LANDLOCK_CREATE, fields, len(fields), 0))


def _allow(rules: int, path: Path) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    right = READ if path.is_dir() else 1 << 2
    rule = struct.pack("=Qi", right, opened)
    _libc.syscall(LANDLOCK_ADD, rules, PATH_BENEATH, rule, 0)
    os.close(opened)
