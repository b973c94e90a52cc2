"""Sealing the register once a day, and keeping each checkpoint as a file that can be carried away."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

from flask import Flask

from skillhub.kernel.access import CLOCK, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.settings import settings
from skillhub.register import services
from skillhub.register.models import Checkpoint

log = logging.getLogger(__name__)
EVERY = timedelta(days=1)


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


def start_sealing(app: Flask, stop: threading.Event, every: timedelta = EVERY) -> threading.Thread:
    """Seal now and once a day, in a thread of this process, until told to stop."""

    def loop() -> None:
        while True:
            with app.app_context():
                _sealed()
            if stop.wait(every.total_seconds()):
                return

    thread = threading.Thread(target=loop, name="sealing", daemon=True)
    thread.start()
    return thread


def _sealed() -> None:
    try:
        seal(CLOCK)
    except Exception:
        log.exception("the register could not be sealed")
    finally:
        db.session.remove()
