"""The press: a template and plain facts go in, a PDF comes out, or a refusal that says why.

The engine runs in a process of its own (pdf_child) behind walls (pdf_jail): no network, no files but
fonts, bounded memory and time. One process prints a whole batch and is replaced when it grows old.
"""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from skillhub.kernel import fonts
from skillhub.kernel.paper import Facts, Template, load_template
from skillhub.kernel.pdf_process import Process, RenderRefused
from skillhub.kernel.preflight import preflight

__all__ = ["Limits", "Press", "RenderRefused", "Template", "load_template", "preflight"]


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
        self._process: Process | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="press-")

    def __enter__(self) -> Self:
        """Open the press; the process starts with the first page."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the press."""
        self.close()

    def render(self, template: Template, facts: Facts) -> bytes:
        """Print one page; the same template and facts give the same bytes. Raises RenderRefused."""
        plain = {name: facts[name] for name in template.about.facts if name in facts}
        words = {"do": "print", "sha256": template.sha256, "facts": plain} | self._bounds()
        with self._lock:
            process = self._ready(template)
            answer, pdf = process.ask(words, b"", self.limits.patience)
            process.printed += 1
            self.cpu = answer["cpu"]
            worn = process.printed >= self.limits.renders
            if worn or answer["resident"] > self.limits.resident:
                process.end()
            return pdf

    def close(self) -> None:
        """End the process and remove its scratch folder."""
        with self._lock:
            if self._process is not None:
                self._process.end()
            self._process = None
            self._scratch.cleanup()

    def _ready(self, template: Template) -> Process:
        """Give a living process that knows the template."""
        if self._process is None or not self._process.alive:
            if not fonts.faces(self.folder):
                raise RenderRefused("start", f"no fonts in {self.folder.name}")
            self._process = Process(self.folder, Path(self._scratch.name))
            self.walls = self._process.walls
        if template.sha256 not in self._process.known:
            self._teach(self._process, template)
        return self._process

    def _teach(self, process: Process, template: Template) -> None:
        lost = families_lost(template, self.folder)
        if lost:
            raise RenderRefused("start", f"no font {', '.join(lost)}")
        names = sorted(template.files)
        words = {
            "do": "learn",
            "sha256": template.sha256,
            "code": template.code,
            "files": [[name, len(template.files[name])] for name in names],
        }
        tail = b"".join(template.files[name] for name in names)
        process.ask(words | self._bounds(), tail, self.limits.patience)
        process.known.add(template.sha256)

    def _bounds(self) -> dict[str, int]:
        return {"memory": self.limits.memory, "seconds": self.limits.seconds}


def families_lost(template: Template, folder: Path = fonts.FOLDER) -> list[str]:
    """Name the families a template asks for and nobody bundled."""
    chains = [face.latin + face.han for face in template.about.faces.values()]
    return sorted({family for chain in chains for family in chain} - fonts.families(folder))
