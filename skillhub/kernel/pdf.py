"""The press: a template and plain facts go in, a PDF comes out, or a refusal that says why.

The engine runs in a process of its own (press.child) behind walls (press.jail): no network, no files but
fonts, bounded memory and time. One process prints a whole batch and is replaced when it grows old.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from skillhub.kernel import fonts
from skillhub.kernel.clock import now
from skillhub.kernel.paper import Facts, Template, complete, load_template
from skillhub.kernel.preflight import preflight
from skillhub.kernel.press import kept
from skillhub.kernel.press.kept import Plans
from skillhub.kernel.press.plan import begun, unpacked
from skillhub.kernel.press.process import Process, RenderRefused
from skillhub.kernel.press.shape import Shape, Shapes
from skillhub.kernel.press.stamp import Stamp
from skillhub.kernel.signing.lasting import NotLasting
from skillhub.kernel.signing.signer import Signer

MOST_STAMPS = 100  # of some hundred kilobytes
BROKEN = (
    "start",
    "timeout",
    "memory",
    "crash",
)  # of the engine, not of the page: the next try may go well
EVERY = 1000  # stamped files from one comparison to the next
REST = 200  # stamped files after which a job has its plans and the engine is let go, until it is asked again

__all__ = ["Limits", "Press", "RenderRefused", "Template", "load_template", "preflight"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may take, and when the process is replaced."""

    seconds: int = 15  # of processor time
    patience: float = 20  # on the wall clock
    memory: int = 512  # MiB beyond what the idle engine holds
    renders: int = 200
    resident: int = 600  # MiB


class Stamped(NamedTuple):
    """A file in two parts: the block that is alike for many, empty where there is none, and what is one person's."""

    block: bytes
    tail: bytes

    @property
    def sha256(self) -> str:
        """Hash the whole file."""
        whole = begun(self.block)
        whole.update(self.tail)
        return str(whole.hexdigest())


class Press:
    """A printing process, used from one batch or shared by the threads of a server."""

    def __init__(
        self,
        limits: Limits | None = None,
        folder: Path = fonts.FOLDER,
        signer: Signer | None = None,
        plans: Plans | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.plans = plans
        self.signer = signer
        self.folder = folder
        self.walls: dict[str, str] = {}
        self.cpu = 0.0
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._stamps: dict[Hashable, Stamp | None] = {}
        self._shapes: dict[tuple[str, str], Shapes] = {}
        self._counted = 0
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
        """Print one page; the same template and facts give the same bytes, unsigned. Raises RenderRefused."""
        block, tail = self.stamped(template, facts)
        return block + tail

    def stamped(self, template: Template, facts: Facts) -> Stamped:
        """Print one page as its block and its tail; the block is empty where the page was laid out whole."""
        given = complete(template.about, facts)
        with self._lock:
            if stamp := self._stamp(template, given):
                block, tail = stamp.plan.block.data, stamp.tail(given)
                if tail is not None and self._looks_right(template, given, block, tail):
                    return Stamped(block, self._signed(block, tail))
            return Stamped(b"", self._signed(b"", self._whole(template, given)))

    @property
    def _room(self) -> int:
        return self.signer.room if self.signer else 0

    def look(
        self, template: Template, facts: Facts, edge: int = 0
    ) -> tuple[bytes, list[dict[str, Any]]]:
        """Print one page as the engine lays it out, and say where each text was drawn (mm). Raises RenderRefused.

        With an `edge` in dots it is drawn behind the walls too, and comes as a PNG.
        """
        given = complete(template.about, facts)
        with self._lock:
            answer, page = self._ask(template, "look", given, {"edge": edge})
        return page, answer["boxes"]

    def _signed(self, block: bytes, tail: bytes) -> bytes:
        try:
            return self.signer.sealed(block, tail, now()) if self.signer else tail
        except NotLasting as error:
            raise RenderRefused(error.code, str(error)) from error

    def _stamp(self, template: Template, given: Facts) -> Stamp | None:
        """Find or make the stamp for the shape of these facts; None where it takes the engine."""
        if self.folder != fonts.FOLDER:
            return None
        version = template.sha256, template.code
        if version not in self._shapes:
            self._shapes[version] = Shapes(template.about, self.folder)
        shapes = self._shapes[version]
        parts = shapes.key(given)
        if parts is None:
            return None
        key = version, parts
        if key not in self._stamps:
            if len(self._stamps) >= MOST_STAMPS:
                self._stamps.clear()
            shape = shapes.shape(parts)
            self._stamps[key] = self._made(template, shape) if shape else None
        return self._stamps[key]

    def _made(self, template: Template, shape: Shape) -> Stamp | None:
        name = kept.name_of(template, shape, self._room) if self.plans else ""
        found = self.plans.find(name) if self.plans else None
        words, tail = found or self._planned(template, shape)
        if self.plans and not found and words.get("error") in (None, "shape"):
            self.plans.keep(name, (words, tail))
        return None if "error" in words else Stamp(template, unpacked(words, tail))

    def _planned(self, template: Template, shape: Shape) -> tuple[dict[str, Any], bytes]:
        try:
            return self._ask(template, "plan", shape.facts, {"chosen": shape.as_json()})
        except RenderRefused as refusal:
            if refusal.code in BROKEN:
                raise
            return {"error": refusal.code}, b""

    def _looks_right(self, template: Template, given: Facts, block: bytes, tail: bytes) -> bool:
        """Compare one file in a thousand with the engine's own; where they differ this shape is stamped no more."""
        self._counted += 1
        if self._counted == REST and self._process:
            self._process.end()
        if self._counted % EVERY:
            return True
        try:
            self._ask(template, "compare", given, {}, block + tail)
        except RenderRefused as refusal:
            if refusal.code != "stamp":
                raise
            self._stamps = dict.fromkeys(self._stamps)
            if self.plans:
                self.plans.forget()
            return False
        return True

    def _whole(self, template: Template, given: Facts) -> bytes:
        answer, pdf = self._ask(template, "print", given, {})
        self.cpu = answer["cpu"]
        if self._process and answer["resident"] > self.limits.resident:
            self._process.end()
        return pdf

    def _ask(
        self, template: Template, do: str, facts: Facts, more: dict[str, Any], tail: bytes = b""
    ) -> tuple[dict[str, Any], bytes]:
        process = self._ready(template)
        words = (
            {
                "do": do,
                "sha256": template.sha256,
                "facts": facts,
                "room": self._room,
            }
            | more
            | self._bounds()
        )
        answer, pdf = process.ask(words, tail, self.limits.patience)
        process.printed += 1
        if process.printed >= self.limits.renders:
            process.end()
        return answer, pdf

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
