"""Long work that survives a crash: one row a job, claimed by one conditional update, resumed by the next worker.

A job's work is a function that is safe to repeat: it does what is still missing and reports how far it is. The row is
also the progress bar and the history.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Flask
from sqlalchemy import JSON, select, update
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import Model, choice, db, transaction
from skillhub.kernel.errors import HouseError
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, say

log = logging.getLogger(__name__)

SILENCE = timedelta(seconds=15)  # a running job that says nothing for so long has lost its worker
ATTEMPTS = 5


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Model):
    """One long work, such as printing a batch of certificates."""

    __tablename__ = "jobs"
    __journaled__ = False  # the work's own writes are

    id: Mapped[Key]
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[str]  # of the organisation that may see it
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.WAITING, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None]  # of the worker that has it: an earlier one can no longer write
    heard_at: Mapped[datetime | None] = mapped_column(Instant)


class LostJob(Exception):
    """Another worker has the job now."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The job as its work sees it."""

    job_id: int
    token: str

    def report(self, done: int, total: int) -> None:
        """Say how far the work is; raises LostJob when it must stop."""
        self._write(done=done, total=total)

    def end(self, state: JobState, message: Message | None = None) -> None:
        """Close the job."""
        self._write(state=state, message=message.as_json() if message else None)

    @transaction()
    def _write(self, **values: Any) -> None:
        mine = update(Job).where(
            Job.id == self.job_id, Job.token == self.token, Job.state == JobState.RUNNING
        )
        if db.session.execute(mine.values(heard_at=now(), **values)).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE counts rows
            raise LostJob


Work = Callable[[dict[str, Any], Progress], Message | None]


@transaction()
def ask(kind: str, arguments: Mapping[str, Any], path: str, actor: Actor, moment: datetime) -> int:
    """Put a long work in the line; asking twice for the same open work gives the same one. Gives its key."""
    wanted = dict(arguments)
    still = [JobState.WAITING, JobState.RUNNING]
    for job in db.session.scalars(select(Job).where(Job.kind == kind, Job.state.in_(still))):
        if job.arguments["work"] == wanted:
            return job.id

    by = {"login": actor.login, "name": actor.name, "user_id": actor.user_id}
    told = {"work": wanted, "by": by}
    job = Job(kind=kind, arguments=told, path=path, asked_by=actor.login, asked_at=moment)
    db.session.add(job)
    act(actor, kind, note=wanted)
    return job.id


@transaction()
def claim(moment: datetime) -> tuple[Job, Progress] | None:
    """Take the oldest job that waits, or that lost its worker; one that was tried too often has failed."""
    lost = (Job.state == JobState.RUNNING) & (Job.heard_at < moment - SILENCE)
    waiting = select(Job).where((Job.state == JobState.WAITING) | lost).order_by(Job.id).limit(1)
    job = db.session.scalars(waiting).first()
    if job is None:
        return None
    if job.attempts >= ATTEMPTS:
        job.state = JobState.FAILED
        job.message = say(N_("The work broke off %(n)s times."), n=ATTEMPTS).as_json()
        return None
    job.state, job.token, job.heard_at = JobState.RUNNING, secrets.token_hex(8), moment
    job.attempts += 1
    return job, Progress(job.id, job.token)


def run_next(works: dict[str, Work]) -> bool:
    """Do the next job to its end; False when there is none."""
    claimed = claim(now())
    if claimed is None:
        return False
    job, progress = claimed
    try:
        message = works[job.kind](job.arguments, progress)
        progress.end(JobState.DONE, message)
    except LostJob:
        log.info("job %s was taken away", progress.job_id)
    except HouseError as refusal:
        progress.end(JobState.FAILED, refusal.message)
    except Exception:
        log.exception("job %s failed", progress.job_id)
        progress.end(
            JobState.FAILED,
            say(N_("The work stopped because of a mistake of ours; it is in the log.")),
        )
    return True


def start_worker(app: Flask, works: dict[str, Work], stop: threading.Event) -> threading.Thread:
    """Run jobs in a thread of this process until told to stop."""

    def loop() -> None:
        while not stop.is_set():
            with app.app_context():
                try:
                    worked = run_next(works)
                except Exception:
                    log.exception("the worker could not take a job")
                    worked = False
            if not worked:
                stop.wait(0.5)

    thread = threading.Thread(target=loop, name="jobs", daemon=True)
    thread.start()
    return thread
