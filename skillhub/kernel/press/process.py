"""One printing process: started behind walls, asked over pipes, ended with a name for why."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any, NoReturn

from skillhub.kernel import fonts
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.kernel.press.wire import HEAD, pack

START = 60.0  # seconds a cold engine may take on a busy machine
OUT_OF_MEMORY = ("MemoryError", "failed to allocate", "Cannot allocate", "bad_alloc")

REASONS = {
    "timeout": N_("The page took too long to print and was stopped."),
    "memory": N_("The page needed too much memory and was stopped."),
    "crash": N_("The press broke down on this page and was restarted."),
    "start": N_("The press does not start: %(detail)s"),
    "fetch": N_("The template asks for something outside its folder: %(detail)s"),
    "glyph": N_("A character has no glyph in the bundled fonts: %(detail)s"),
    "engine": N_("The template cannot be drawn: %(detail)s"),
    "template": N_("The template is faulty: %(detail)s"),
    "pages": N_("The number of pages is wrong: %(detail)s"),
    "overflow": N_("A text does not fit its place: %(detail)s"),
    "sign": N_("The file cannot be signed: %(detail)s"),
    "revoked": N_(
        "The signing certificate was revoked, so nothing is signed with it. Put another key in the settings. %(detail)s"
    ),
    "unproven": N_(
        "Nobody who knows of revocations (OCSP, CRL) could be reached, so the paper is not signed. Try again later. "
        "%(detail)s"
    ),
    "text": N_("A text did not arrive on paper: %(detail)s"),
    "shape": N_("The page has to be laid out whole for each person: %(detail)s"),
    "stamp": N_("A stamped page looked otherwise than a page laid out whole: %(detail)s"),
}


class RenderRefused(BadInput):
    """The page was not printed; `code` is a key of REASONS."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(say(REASONS[code], detail=detail))
        self.code, self.detail = code, detail


class Process:
    """A child that prints; it knows the templates it was taught."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        settings = scratch / "fonts.conf"
        settings.write_text(fonts.configuration(scratch / "cache", folder))
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
        module = [sys.executable, "-m", "skillhub.kernel.press.child"]
        self.child = subprocess.Popen(  # noqa: S603  (our own module, no words from outside)
            [*module, str(folder), str(scratch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=Path(__file__).parents[3],
            env=_surroundings(settings),
        )
        self.known: set[str] = set()
        self.printed = 0
        self.walls, _ = self._answer(time.monotonic() + START)

    def ask(
        self, words: dict[str, Any], tail: bytes, patience: float
    ) -> tuple[dict[str, Any], bytes]:
        """Put one question and wait for the answer; raises RenderRefused."""
        deadline = time.monotonic() + patience
        try:
            _pipe(self.child.stdin).write(pack(words, tail))
            _pipe(self.child.stdin).flush()
        except BrokenPipeError:
            self._broken()
        answer, pdf = self._answer(deadline)
        if "last" in answer:
            self.end()
        if code := answer.get("error"):
            raise RenderRefused(code, answer["detail"])
        return answer, pdf

    @property
    def alive(self) -> bool:
        """Say whether it still takes questions."""
        return self.child.poll() is None

    def end(self) -> None:
        """Stop it at once."""
        self.child.kill()
        self.child.wait()
        for stream in (self.child.stdin, self.child.stdout, self.errors):
            with contextlib.suppress(OSError):
                _pipe(stream).close()

    def _answer(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        words, tail = HEAD.unpack(self._read(HEAD.size, deadline))
        text = self._read(words, deadline)
        return json.loads(text), self._read(tail, deadline)

    def _read(self, wanted: int, deadline: float) -> bytes:
        """Read so many bytes of the answer, or name why they do not come."""
        stream, parts = _pipe(self.child.stdout).fileno(), []
        while wanted:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                self.end()
                raise RenderRefused("timeout")
            part = os.read(stream, min(wanted, 1 << 16))
            if not part:
                self._broken()
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _broken(self) -> NoReturn:
        """Name how the process ended, and clear it away."""
        status = self.child.wait()
        self.errors.seek(0)
        said = self.errors.read()[-4000:].decode(errors="replace")
        self.end()
        raise RenderRefused(_cause(status, said), f"{status}: {said.strip()[-300:]}")


def _surroundings(settings: Path) -> dict[str, str]:
    """Give the process nothing of ours but the list of fonts."""
    return {
        "FONTCONFIG_FILE": str(settings),
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "PATH": "/nonexistent",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _cause(status: int, said: str) -> str:
    """Tell time, memory and anything else apart by how the process ended."""
    if -status == signal.SIGXCPU:
        return "timeout"
    return "memory" if any(words in said for words in OUT_OF_MEMORY) else "crash"


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RenderRefused("crash")
    return stream
