"""One way to write: all of it or none of it, and never without a line in the journal."""

import pytest
from sqlalchemy import text

from skillhub.kernel import journal
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, get_or_404, transaction
from skillhub.kernel.errors import NotFound
from skillhub.kernel.journal import JournalLine, act
from skillhub.organisations.models import Organisation
from tests import make


def lines():
    return db.session.query(JournalLine).order_by(JournalLine.id).all()


def test_a_change_that_nobody_named_is_refused(root):
    with pytest.raises(RuntimeError, match="nobody told the journal"), transaction():
        root.name = "Other"
    assert get_or_404(Organisation, root.id).name == "District federation"


def test_an_error_takes_everything_back(root):
    with pytest.raises(ZeroDivisionError), transaction():
        root.name = "Other"
        act(OPERATOR, "organisations.rename", root)
        1 / 0  # noqa: B018
    assert get_or_404(Organisation, root.id).name == "District federation"
    assert not any(line.verb == "organisations.rename" for line in lines())


def test_an_inner_unit_joins_the_outer_one(root):
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            root.name = "Other"
            act(OPERATOR, "organisations.rename", root)
        1 / 0  # noqa: B018
    assert get_or_404(Organisation, root.id).name == "District federation"


def test_a_swallowed_error_does_not_commit(root):
    with pytest.raises(RuntimeError, match="swallowed"), transaction():
        try:
            with transaction():
                root.name = "Other"
                act(OPERATOR, "organisations.rename", root)
                raise ValueError
        except ValueError:
            pass
    assert get_or_404(Organisation, root.id).name == "District federation"


def test_rows_changed_outside_are_refused(root):
    root.name = "Other"
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    db.session.rollback()


def test_the_journal_holds_before_and_after(root):
    with transaction():
        root.name = "Other"
        act(OPERATOR, "organisations.rename", root, why="asked for")
    line = lines()[-1]
    assert (line.actor, line.verb, line.subject, line.why) == (
        *("operator", "organisations.rename", f"organisations:{root.id}", "asked for"),
    )
    assert line.changes[0][1]["name"] == "District federation"
    assert line.changes[0][2]["name"] == "Other"


def test_hidden_values_stay_out_of_the_journal(root):
    make.user("organiser", root, password="very secret words")
    assert "argon2" not in str([line.changes for line in lines()])


def test_the_chain_holds_and_a_changed_line_is_found(root):
    make.organisation("a", parent=root)
    make.organisation("b", parent=root)
    assert journal.verify(journal.chain()) == []
    db.session.rollback()
    with db.engine.begin() as connection:
        disarm(connection)
        connection.execute(text("UPDATE journal SET why = 'other' WHERE id = 2"))
    assert journal.verify(journal.chain()) == [2]


@pytest.mark.parametrize("statement", ["UPDATE journal SET why = ''", "DELETE FROM journal"])
def test_the_database_refuses_to_change_the_journal(root, statement):
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("key", [0, -1, 2**63, 2**70])
def test_a_number_no_row_can_have_is_not_found(app, key):
    with pytest.raises(NotFound):
        get_or_404(Organisation, key)


def disarm(connection):
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER journal_no_update"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
