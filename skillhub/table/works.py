"""Tidying once a day: what only a browser needed while marks were typed is forgotten."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from flask import Flask

from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.table import services

log = logging.getLogger(__name__)
EVERY = timedelta(days=1)


def start_tidying(app: Flask, stop: threading.Event, every: timedelta = EVERY) -> threading.Thread:
    """Tidy now and once a day, in a thread of this process, until told to stop."""

    def loop() -> None:
        while True:
            with app.app_context():
                _tidy()
            if stop.wait(every.total_seconds()):
                return

    thread = threading.Thread(target=loop, name="tidying", daemon=True)
    thread.start()
    return thread


def _tidy() -> None:
    """Forget what may be forgotten, and go on whatever became of it: tomorrow is another day."""
    try:
        services.forget(now())
    except Exception:
        log.exception("tidying failed")
    finally:
        db.session.remove()
