"""Files that many may read: folders written once, and notes beside them that say which of them counts.

A folder appears whole or not at all, and so does a note: both are written beside their place, forced to the disk and
then renamed. A reader sees the old or the new, never a mix, and a machine that lost its power comes back with one of
the two.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

UNFINISHED = ".part-"


def lay(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files beside the place of a folder, forced to the disk, where nobody reads them yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f"{UNFINISHED}{folder.name}-{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    try:
        for name, content in files.items():
            _write(draft / name, content)
        _force(draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return draft


def place(draft: Path, folder: Path) -> None:
    """Put what was laid beside it in the place of a folder, at once and for good."""
    draft.rename(folder)
    _force(folder.parent)


def add(folder: Path, name: str, content: bytes) -> None:
    """Put one more file into a folder that was written: what follows from its files, and so never changes either."""
    draft = folder / f"{UNFINISHED}{name}-{secrets.token_hex(4)}"
    try:
        _write(draft, content)
        draft.rename(folder / name)
    finally:
        draft.unlink(missing_ok=True)
    _force(folder)


def drop(folder: Path) -> None:
    """Remove a folder that nobody reads."""
    shutil.rmtree(folder, ignore_errors=True)


def note(path: Path, told: Mapping[str, Any]) -> None:
    """Write a note in place of the one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{UNFINISHED}{path.name}-{secrets.token_hex(4)}")
    try:
        _write(draft, json.dumps(told, ensure_ascii=False, sort_keys=True).encode())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _force(path.parent)


def noted(path: Path) -> dict[str, Any] | None:
    """Read a note; None when there is none. It is read again only when it was written anew."""
    seen = _state(path)
    return _read(path, seen.st_mtime_ns, seen.st_ino, seen.st_size) if seen else None


def stamp(path: Path) -> tuple[int, int] | None:
    """Give what changes whenever a note is written anew; None when there is none."""
    seen = _state(path)
    return (seen.st_mtime_ns, seen.st_ino) if seen else None


def content(path: Path) -> bytes | None:
    """Read a file of a folder that was written once; None when there is none."""
    try:
        return _bytes(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process writes notes in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    turn = os.open(folder / ".turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)


def sweep(folder: Path) -> int:
    """Remove what was left unfinished when a process was killed; gives how much."""
    left = list(folder.rglob(f"{UNFINISHED}*")) if folder.is_dir() else []
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def _state(path: Path) -> os.stat_result | None:
    """Look at a file; None when there is none, as under a name longer than any file has."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as refusal:
        if refusal.errno == errno.ENAMETOOLONG:
            return None
        raise


@lru_cache(maxsize=512)
def _bytes(path: Path) -> bytes:
    return path.read_bytes()


@lru_cache(maxsize=2048)
def _read(path: Path, *stamp: int) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _force(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
