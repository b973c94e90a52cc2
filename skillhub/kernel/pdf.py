"""The press: a template and plain facts go in, a PDF comes out, or a refusal that says why.

The engine runs in a process of its own (pdf_child) behind walls (pdf_jail): no network, no files but
fonts, bounded memory and time. One process prints a whole batch and is replaced when it grows old.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from skillhub.kernel import fonts
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.kernel.paper import Facts, Template, load_template
from skillhub.kernel.pdf_child import HEAD, pack
from skillhub.kernel.preflight import preflight

__all__ = ["Limits", "Press", "RenderRefused", "Template", "load_template", "preflight"]

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
    "text": N_("A text did not arrive on paper: %(detail)s"),
}


class RenderRefused(BadInput):
    """The page was not printed; `code` is a key of REASONS."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(say(REASONS[code], detail=detail))
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may take, and when the process is replaced."""

    seconds: int = 15  # of processor time
    patience: float = 20  # on the wall clock
    memory: int = 512  # MiB beyond what the idle engine holds
    renders: int = 200
    resident: int = 600  # MiB


class Press:
    """A printing process, used from one batch or shared by the threads of a server."""

    def __init__(self, limits: Limits | None = None, folder: Path = fonts.FOLDER) -> None:
        self.limits = limits or Limits()
        self.folder = folder
        self.walls: dict[str, str] = {}
        self.cpu = 0.0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._known: set[str] = set()
        self._printed = 0
        self._cache: tempfile.TemporaryDirectory[str] | None = None
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Open the press; the process starts with the first page."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Close the press."""
        self.close()

    def render(self, template: Template, facts: Facts) -> bytes:
        """Print one page; the same template and facts give the same bytes. Raises RenderRefused."""
        with self._lock:
            if self._process is None:
                self._start()
            self._teach(template)
            plain = {name: facts[name] for name in template.about.facts if name in facts}
            answer, pdf = self._ask({"do": "print", "sha256": template.sha256, "facts": plain})
            self._printed += 1
            self.cpu = answer["cpu"]
            worn = self._printed >= self.limits.renders
            if worn or answer["resident"] > self.limits.resident:
                self._stop()
            return pdf

    def close(self) -> None:
        """End the process and remove its scratch folder."""
        with self._lock:
            self._stop()
            if self._cache is not None:
                self._cache.cleanup()
                self._cache = None

    def _start(self) -> None:
        if not fonts.faces(self.folder):
            raise RenderRefused("start", f"no fonts in {self.folder.name}")
        if self._cache is None:
            self._cache = tempfile.TemporaryDirectory(prefix="press-")
        scratch = Path(self._cache.name)
        settings = scratch / "fonts.conf"
        settings.write_text(fonts.configuration(scratch / "cache", self.folder))
        self._errors = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "skillhub.kernel.pdf_child"]
        self._process = subprocess.Popen(  # noqa: S603  (our own module, no words from outside)
            [*command, str(self.folder), str(scratch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=Path(__file__).parents[2],
            env=_surroundings(settings),
        )
        self._known, self._printed = set(), 0
        self.walls, _ = self._answer(time.monotonic() + 60)

    def _teach(self, template: Template) -> None:
        version = template.sha256
        if version in self._known:
            return
        names = sorted(template.files)
        words = {
            "do": "learn",
            "sha256": version,
            "code": template.code,
            "files": [[name, len(template.files[name])] for name in names],
        }
        self._ask(words, b"".join(template.files[name] for name in names))
        self._known.add(version)

    def _ask(self, words: dict[str, Any], tail: bytes = b"") -> tuple[dict[str, Any], bytes]:
        assert self._process is not None and self._process.stdin is not None
        limits = {"memory": self.limits.memory, "seconds": self.limits.seconds}
        try:
            self._process.stdin.write(pack(words | limits, tail))
            self._process.stdin.flush()
        except BrokenPipeError:
            self._broken()
        answer, pdf = self._answer(time.monotonic() + self.limits.patience)
        if "last" in answer:
            self._stop()
        if code := answer.get("error"):
            raise RenderRefused(code, answer["detail"])
        return answer, pdf

    def _answer(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        words, tail = HEAD.unpack(self._read(HEAD.size, deadline))
        text = self._read(words, deadline)
        return json.loads(text), self._read(tail, deadline)

    def _read(self, wanted: int, deadline: float) -> bytes:
        """Read so many bytes of the answer, or name why they do not come."""
        assert self._process is not None and self._process.stdout is not None
        stream, parts = self._process.stdout.fileno(), []
        while wanted:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                self._stop()
                raise RenderRefused("timeout")
            part = os.read(stream, min(wanted, 1 << 16))
            if not part:
                self._broken()
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _broken(self) -> None:
        """Name how the process ended, and clear it away."""
        assert self._process is not None and self._errors is not None
        status = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read()[-4000:].decode(errors="replace")
        self._stop()
        raise RenderRefused(_cause(status, said), f"{status}: {said.strip()[-300:]}")

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                _shut(stream)
        self._process = self._errors = None


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
    out_of_memory = ("MemoryError", "failed to allocate", "Cannot allocate", "bad_alloc")
    return "memory" if any(words in said for words in out_of_memory) else "crash"


def _shut(stream: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        stream.close()
