"""How long a sign-in lasts: an hour of silence or half a day ends it, and so does signing out, in every copy."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, session
from flask_login import user_logged_in
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.clock import now
from skillhub.kernel.db import Model, db, transaction
from skillhub.kernel.exact import Instant, Key

IDLE = timedelta(hours=1)  # a sheet of marks may be typed for longer than half an hour
WHOLE = timedelta(hours=12)
STEP = timedelta(minutes=1)  # how exactly silence is measured


class EndedSession(Model):
    """One sign-in that ended by signing out; a kept copy of its cookie opens nothing."""

    __tablename__ = "ended_sessions"
    __journaled__ = False

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    ended_at: Mapped[datetime] = mapped_column(Instant, index=True)


ENDED = select(EndedSession.id).where(EndedSession.number == bindparam("number"))  # on every page


def set_up_sessions(app: Flask) -> None:
    """Number every sign-in, and look at each request whether it still lasts."""
    user_logged_in.connect(_begin, app)
    app.before_request(_look)


def begin(kept: MutableMapping[str, Any], at: datetime) -> None:
    """Number a sign-in and note when it began."""
    kept.update(number=secrets.token_hex(16), since=at.timestamp(), seen=at.timestamp())


@transaction()
def end(number: str, at: datetime) -> None:
    """End a sign-in in every copy of its cookie, and forget those that are over by themselves."""
    db.session.execute(delete(EndedSession).where(EndedSession.ended_at < at - WHOLE))
    if not _is_ended(number):
        db.session.add(EndedSession(number=number, ended_at=at))


def _begin(sender: Flask, **_: Any) -> None:
    begin(session, now())


def _look() -> None:
    if "_user_id" not in session:
        return
    moment = now().timestamp()
    since, seen = float(session.get("since", 0)), float(session.get("seen", 0))
    over = moment - since > WHOLE.total_seconds() or moment - seen > IDLE.total_seconds()
    if over or _is_ended(str(session.get("number"))):
        session.clear()
    elif moment - seen > STEP.total_seconds():
        session["seen"] = moment


def _is_ended(number: str) -> bool:
    return db.session.scalar(ENDED, {"number": number}) is not None
