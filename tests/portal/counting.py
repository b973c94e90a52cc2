"""Counting the statements that a block sends to the database."""

from contextlib import contextmanager

from sqlalchemy import event

from skillhub.kernel.db import db


@contextmanager
def statements():
    sent = []

    def note(connection, cursor, statement, parameters, context, many):
        sent.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
