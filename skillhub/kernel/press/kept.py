"""Plans kept on disk, so that a worker that starts anew stamps at once: each in a file named after all that made it.

A plan is made by our own jail alone. A file that is torn, or was written by another state of the engine, the fonts or
the press, is not read: its plan is made anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import io
import sys
import time
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from skillhub.kernel import fonts, shelf
from skillhub.kernel.canonical import canonical
from skillhub.kernel.paper import Template
from skillhub.kernel.press import wire
from skillhub.kernel.press.shape import Shape
from skillhub.kernel.settings import settings

LASTS = 60 * 24 * 3600  # seconds after its last use that a plan is kept
MOST = 1000  # plans of some hundred kilobytes
HOUSE = Path(__file__).parents[1]
OWN = (
    *("press/*.py", "archive/*.py", "about.py", "canonical.py", "composing.py", "fonts.py"),
    *("paper.py", "preflight.py"),
)
ENGINE = (
    *("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "jinja2"),
    *("pillow", "pikepdf", "uharfbuzz", "zxing-cpp"),
)
LIBRARIES = {  # of the system, and what tells their version
    "libpango-1.0.so.0": "pango_version_string",
    "libharfbuzz.so.0": "hb_version_string",
    "libfontconfig.so.1": "FcGetVersion",
}

Answer = tuple[dict[str, Any], bytes]


class Plans:
    """A folder of plans, shared by all processes of an instance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str) -> Answer | None:
        """Read what the printing process once answered; None when it is not there as it was written."""
        path = self.folder / name
        try:
            data = path.read_bytes()
        except OSError:
            return None
        mark, body = data[: hashlib.sha256().digest_size], data[hashlib.sha256().digest_size :]
        if mark != _mark(name, body):
            return None
        with contextlib.suppress(OSError):
            path.touch()
        return wire.read(io.BytesIO(body))

    def keep(self, name: str, answer: Answer) -> None:
        """Write an answer for all who come later; without a place on the disk there is none to find."""
        body = wire.pack(*answer)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep(time.time())
            shelf.add(self.folder, name, _mark(name, body) + body)

    def forget(self) -> None:
        """Remove all plans: one of them drew otherwise than the engine."""
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                path.unlink(missing_ok=True)

    def _sweep(self, at: float) -> None:
        """Remove what nobody has used for long, and the longest unused of too many."""
        used = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for n, path in enumerate(used, 1):
            if n >= MOST or path.stat().st_mtime < at - LASTS:
                path.unlink(missing_ok=True)


def own_plans() -> Plans:
    """Give the plans of this instance."""
    return Plans(settings.instance / "plans")


def name_of(template: Template, shape: Shape, room: int) -> str:
    """Name the plan of a shape with `room` bytes for a signature, after everything that makes it what it is."""
    told = {
        "template": template.sha256,
        "facts": shape.facts,
        "chosen": shape.as_json(),
        "room": room,
    }
    return hashlib.sha256(f"{made_by()}{canonical(told)}".encode()).hexdigest()


@cache
def made_by() -> str:
    """Fingerprint the engine with its libraries, the bundled fonts, and our own code of the press."""
    whole = hashlib.sha256()
    for part in _makers():
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def _makers() -> Iterator[bytes]:
    yield f"{sys.version} {zlib.ZLIB_RUNTIME_VERSION}".encode()
    yield from (f"{name} {version(name)}".encode() for name in ENGINE)
    yield from (f"{name} {_told(name, call)}".encode() for name, call in LIBRARIES.items())
    for path in sorted(path for pattern in OWN for path in HOUSE.glob(pattern)):
        yield path.read_bytes()
    for path in sorted(fonts.FOLDER.glob("*.[ot]tf")):
        seen = path.stat()
        yield f"{path.name} {seen.st_size} {seen.st_mtime_ns}".encode()


def _told(library: str, call: str) -> str:
    """Ask a library of the system for its version; nothing when it is not there, and neither is the engine then."""
    try:
        ask = getattr(ctypes.CDLL(library), call)
    except (OSError, AttributeError):
        return ""
    ask.restype = ctypes.c_int if call.startswith("Fc") else ctypes.c_char_p
    return str(ask())


def _mark(name: str, body: bytes) -> bytes:
    return hashlib.sha256(name.encode() + body).digest()
