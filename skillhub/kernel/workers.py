"""Those who do the jobs, and those who look at the clock: threads of the web process, or of processes of their own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from skillhub.kernel.clock import now
from skillhub.kernel.errors import HouseError
from skillhub.kernel.jobs import (
    BELL,
    STOPPED,
    JobState,
    LostJob,
    Progress,
    StoppedJob,
    Work,
    claim,
    waiting,
)
from skillhub.kernel.messages import N_, say

log = logging.getLogger(__name__)

LOOK = 0.5  # seconds between two looks for work
BEAT = 3.0  # seconds between two signs of life
PATIENCE = 600.0  # a work that reports nothing for so long is given up: another tries
Works = dict[str, Work]


def run_next(works: Works, leave: threading.Event | None = None) -> bool:
    """Do the next job to its end, or until somebody wants it to stop; False when there is none."""
    moment = now()
    claimed = claim(moment) if waiting(moment) else None
    if claimed is None:
        return False
    job, progress = claimed
    progress.leave = leave or progress.leave
    kind, arguments = job.kind, job.arguments
    try:
        with _alive(progress):
            message = works[kind](arguments, progress)
        progress.end(JobState.DONE, message)
    except LostJob:
        log.info("job %s was taken away", progress.job_id)
    except StoppedJob as stop:
        progress.end(STOPPED[stop.wish])
    except HouseError as refusal:
        progress.end(JobState.FAILED, refusal.message)
    except Exception:
        log.exception("job %s failed", progress.job_id)
        progress.end(
            JobState.FAILED,
            say(N_("The work stopped because of a mistake of ours; it is in the log.")),
        )
    return True


@contextmanager
def _alive(progress: Progress) -> Iterator[None]:
    """Give signs of life beside a work, however long one of its steps takes."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # of a proxy
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            if time.monotonic() - progress.moved > PATIENCE:
                return
            try:
                with app.app_context():
                    progress.beat()
            except LostJob:
                return
            except Exception:
                log.exception("no sign of life from job %s", progress.job_id)

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def start(app: Flask, works: Works, stop: threading.Event, threads: int) -> list[threading.Thread]:
    """Do jobs in so many threads of this process until told to stop: what is in hand then goes back into the line."""
    begun = [
        threading.Thread(target=_labour, args=(app, works, stop), name=f"jobs-{n}", daemon=True)
        for n in range(threads)
    ]
    for thread in begun:
        thread.start()
    return begun


def _labour(app: Flask, works: Works, stop: threading.Event) -> None:
    while not stop.is_set():
        if not _tried(app, works, stop):
            BELL.wait(LOOK)
            BELL.clear()


def _tried(app: Flask, works: Works, stop: threading.Event) -> bool:
    """Do a job, whatever becomes of it, also of the connection: a worker that died would leave the rest unclaimed."""
    try:
        with app.app_context():
            return run_next(works, stop)
    except Exception:
        log.exception("the worker could not do a job")
        stop.wait(LOOK)
        return False


def watch(
    app: Flask, stop: threading.Event, name: str, seconds: float, look: Callable[[int], int]
) -> threading.Thread:
    """Look now and every so many seconds, in a thread of this process, until told to stop.

    A look is given what the last one that came to its end gave; the first is given -1.
    """

    def loop() -> None:
        seen = -1
        while not stop.is_set():
            seen = _looked(app, name, look, seen)
            stop.wait(seconds)

    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread


def _looked(app: Flask, name: str, look: Callable[[int], int], seen: int) -> int:
    """Look, whatever becomes of it, also of the connection: a watch that died would never look again."""
    try:
        with app.app_context():
            return look(seen)
    except Exception:
        log.exception("%s could not do its work", name)
        return seen
