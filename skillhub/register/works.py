"""Sealing the register once a day, and keeping each checkpoint as a file that can be carried away."""

from __future__ import annotations

import threading
from pathlib import Path

from flask import Flask

from skillhub.kernel.access import CLOCK, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.settings import settings
from skillhub.kernel.workers import watch
from skillhub.register import services
from skillhub.register.models import Checkpoint

DAY = 24 * 3600.0  # seconds


def seal(actor: Actor) -> Checkpoint | None:
    """Seal the register, and write the checkpoint to the folder `checkpoints` of the instance."""
    sealed = services.seal(actor, now())
    if sealed:
        folder = settings.instance / "checkpoints"
        folder.mkdir(exist_ok=True)
        export(sealed, folder / f"{sealed.size}.txt")
    return sealed


def export(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint to a file, whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(checkpoint.note, encoding="utf-8")
    draft.replace(path)


def start_sealing(app: Flask, stop: threading.Event) -> threading.Thread:
    """Seal now and once a day, in a thread of this process, until told to stop."""
    return watch(app, stop, "sealing", DAY, _look)


def _look(_: int) -> int:
    sealed = seal(CLOCK)
    return sealed.size if sealed else 0
