"""Long work that survives a crash: one row a job, written with what it is about, claimed by one conditional update.

The row is queue, progress bar, history and flag to stop in one. A worker writes with the token of its claim, so that
one that was thought lost can change nothing any more. A job's work is a function that is safe to repeat: it does what
is missing and reports how far it is. `workers` does the jobs, in this process or in others.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, case, select, update
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import Model, choice, db, once_committed, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, say

SILENCE = timedelta(
    seconds=12
)  # a running job of which nothing is heard for so long has lost its worker
ATTEMPTS = 5  # that got no further than the one before
OFTEN = 0.3  # seconds between two reports that are written
BELL = threading.Event()  # rung when a job was asked for in this process


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Wish(StrEnum):
    """What somebody wants of a job that runs; its worker sees it with the next report."""

    PAUSE = "pause"
    CANCEL = "cancel"


OPEN = (JobState.WAITING, JobState.RUNNING)
STOPPED = {Wish.PAUSE: JobState.PAUSED, Wish.CANCEL: JobState.CANCELLED, None: JobState.WAITING}


class Job(Model):
    """One long work, such as printing a batch of certificates."""

    __tablename__ = "jobs"
    __journaled__ = False  # the work's own writes are

    id: Mapped[Key]
    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)  # of the one asking: twice is once
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[str]  # of the organisation that may see it
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.WAITING, index=True)
    wish: Mapped[Wish | None] = mapped_column(choice(Wish))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    furthest: Mapped[int] = mapped_column(default=0, server_default="0")  # the most that was done
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)  # since it last got further
    token: Mapped[str | None]  # of the worker that has it: an earlier one can no longer write
    heard_at: Mapped[datetime | None] = mapped_column(Instant)
    began_at: Mapped[datetime | None] = mapped_column(Instant)  # its latest attempt
    began_with: Mapped[int] = mapped_column(default=0, server_default="0")  # done before that
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class LostJob(Exception):
    """Another worker has the job now."""


class StoppedJob(Exception):
    """The job is to stop here: somebody wishes so, or (None) this worker goes and another will go on."""

    def __init__(self, wish: Wish | None) -> None:
        super().__init__(wish)
        self.wish = wish


@dataclass(slots=True)
class Progress:
    """The job as its work sees it."""

    job_id: int
    token: str
    leave: threading.Event = field(default_factory=threading.Event)  # the worker is asked to go
    told: float = 0.0  # when the last report was written, and when the last one came, by the clock of this machine
    moved: float = field(default_factory=time.monotonic)

    def report(self, done: int, total: int) -> None:
        """Say how far the work is; raises LostJob or StoppedJob when it must stop. Seldom enough to be cheap."""
        self.moved = time.monotonic()
        if self.moved - self.told < OFTEN and done < total and not self.leave.is_set():
            return
        self.told = self.moved
        further = Job.furthest < done
        wish = self._write(
            done=done,
            total=total,
            furthest=case((further, done), else_=Job.furthest),
            attempts=case((further, 1), else_=Job.attempts),
        )
        if done < total and (wish or self.leave.is_set()):
            raise StoppedJob(wish)

    def beat(self) -> None:
        """Say that the worker is alive."""
        self._write()

    def end(self, state: JobState, message: Message | None = None) -> None:
        """Close the job, or put it back into the line; only its worker says that it is done."""
        told = {"message": message.as_json()} if message else {}
        closed = None if state in (JobState.WAITING, JobState.PAUSED) else now()
        self._write(state=state, wish=None, ended_at=closed, **told)

    @transaction()
    def _write(self, **values: Any) -> Wish | None:
        mine = update(Job).where(
            Job.id == self.job_id, Job.token == self.token, Job.state == JobState.RUNNING
        )
        written = mine.values(heard_at=now(), **values).returning(Job.wish)
        found = db.session.execute(written, execution_options={"synchronize_session": False})
        row = found.one_or_none()
        if row is None:
            raise LostJob
        wish: Wish | None = row.wish
        return wish


Work = Callable[[dict[str, Any], Progress], Message | None]


@transaction()
def ask(
    kind: str,
    arguments: Mapping[str, Any],
    path: str,
    actor: Actor,
    moment: datetime,
    key: str | None = None,
) -> int:
    """Put a long work in the line, in the write unit of what it is about; gives its number.

    Asking twice for the same open work, or with the same key at any time, gives the same one.
    """
    wanted = dict(arguments)
    known = db.session.scalar(select(Job.id).where(Job.key == key)) if key else None
    if known:
        return known
    same = select(Job).where(Job.kind == kind, Job.state.in_(OPEN), Job.key.is_(None))
    for job in db.session.scalars(same) if key is None else ():
        if job.arguments["work"] == wanted:
            return job.id

    by = {"login": actor.login, "name": actor.name, "user_id": actor.user_id}
    told = {"work": wanted, "by": by}
    job = Job(kind=kind, key=key, arguments=told, path=path, asked_by=actor.login, asked_at=moment)
    db.session.add(job)
    act(actor, kind, note=wanted)
    once_committed(BELL.set)
    return job.id


def free(moment: datetime) -> ColumnElement[bool]:
    """Tell, in SQL, which jobs a worker may take: those that wait, and those that lost their worker."""
    lost = (Job.state == JobState.RUNNING) & (Job.heard_at < moment - SILENCE)
    return (Job.state == JobState.WAITING) | lost


def waiting(moment: datetime) -> bool:
    """Tell whether there is anything to take; costs no place in the line of those who write."""
    return db.session.scalar(select(Job.id).where(free(moment)).limit(1)) is not None


@transaction()
def claim(moment: datetime) -> tuple[Job, Progress] | None:
    """Take the oldest job that is free; one that got nowhere too often has failed."""
    for job in db.session.scalars(select(Job).where(free(moment)).order_by(Job.id)).all():
        own = update(Job).where(Job.id == job.id, free(moment))
        if job.wish or job.attempts >= ATTEMPTS:
            db.session.execute(own.values(**_settled(job, moment)))
            continue
        taken = own.values(
            state=JobState.RUNNING,
            token=secrets.token_hex(8),
            heard_at=moment,
            attempts=Job.attempts + 1,
            began_at=moment,
            began_with=Job.done,
        )
        token = db.session.scalar(taken.returning(Job.token))
        if token:
            db.session.refresh(job)
            return job, Progress(job.id, token)
    return None


def _settled(job: Job, moment: datetime) -> dict[str, Any]:
    """Say what becomes of a job that nobody shall go on with."""
    if job.wish:
        state = STOPPED[job.wish]
        ended = moment if state is JobState.CANCELLED else None
        return {"state": state, "wish": None, "ended_at": ended}
    broke = say(N_("The work broke off %(n)s times."), n=ATTEMPTS)
    return {"state": JobState.FAILED, "message": broke.as_json(), "ended_at": moment}


@transaction()
def pause(job: Job, actor: Actor) -> None:
    """Let a job stop after the item in hand, to go on later; what is done stays done."""
    _stop(job, Wish.PAUSE, actor)


@transaction()
def cancel(job: Job, actor: Actor, moment: datetime) -> None:
    """Let a job stop for good after the item in hand; what is done stays done."""
    if job.state is JobState.PAUSED:
        job.state, job.ended_at = JobState.CANCELLED, moment
        act(actor, f"{job.kind}.cancel", note={"job": job.id})
        return
    _stop(job, Wish.CANCEL, actor)


@transaction()
def resume(job: Job, actor: Actor) -> None:
    """Let a job go on that was paused, cancelled or failed: it does what is still missing."""
    if job.state in OPEN and job.wish is not Wish.PAUSE:
        return
    if job.state is JobState.DONE or job.wish is Wish.CANCEL:
        raise Conflict(say(N_("There is nothing to go on with: this work has ended.")))
    if job.state is not JobState.RUNNING:
        job.state, job.attempts, job.message, job.ended_at = JobState.WAITING, 0, None, None
    job.wish = None
    act(actor, f"{job.kind}.resume", note={"job": job.id})
    once_committed(BELL.set)


def _stop(job: Job, wish: Wish, actor: Actor) -> None:
    if job.state is STOPPED[wish]:
        return
    if job.state not in OPEN:
        raise Conflict(say(N_("This work has ended; it cannot be stopped any more.")))
    if job.state is JobState.WAITING:
        job.state = STOPPED[wish]
        job.ended_at = now() if wish is Wish.CANCEL else None
    else:
        job.wish = wish
    act(actor, f"{job.kind}.{wish.value}", note={"job": job.id})


def left(job: Job, moment: datetime) -> timedelta | None:
    """Estimate how long a running job will still take, by how fast its latest attempt has been; None until known."""
    done = job.done - job.began_with
    if job.state is not JobState.RUNNING or job.began_at is None or done <= 0:
        return None
    return (moment - job.began_at) / done * (job.total - job.done)
