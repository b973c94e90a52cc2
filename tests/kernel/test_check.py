"""Each thing that can be wrong with an instance is seen, and a sound one is told so."""

import dataclasses

import pytest
from sqlalchemy import text

from skillhub.app import create_app
from skillhub.certificates.models import Seal
from skillhub.kernel import check
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.crypto import seal
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """A sound instance with one organisation and one person whose identity number is sealed."""
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    with app.app_context():
        with transaction():
            db.session.add(Organisation(code="root", name="Root", path="/1/"))
            db.session.add(Person(name="Li", id_type="resident", id_cipher=seal("1"), id_index="x"))
            act(OPERATOR, "test.make")
        yield app


def with_settings(app, **changed):
    app.extensions["skillhub.settings"] = dataclasses.replace(
        app.extensions["skillhub.settings"], **changed
    )


def found():
    db.session.remove()
    return [f"{p.severity} {p}" for p in check.problems()]


def write(*statements):
    db.session.remove()
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            raw.execute(statement)
        raw.execute("PRAGMA foreign_keys=ON")


def test_a_sound_instance_has_no_problem(instance):
    assert found() == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"identity_key": "short"}, "error identity_key: This is not a key"),
        ({"index_key": "no hex"}, "error index_key: This is not a key"),
        ({"secret_key": "short"}, "error secret_key: This is too short"),
        ({"public_url": "skills.example"}, "error public_url: Write the whole address"),
        ({"public_url": "https://skills.example"}, "warning secure_cookies"),
    ],
)
def test_wrong_settings_are_seen(instance, changed, told):
    with_settings(instance, **changed)
    assert any(problem.startswith(told) for problem in found())


def test_keys_that_others_can_read_are_seen(instance):
    (instance.extensions["skillhub.settings"].instance / "settings.toml").chmod(0o644)
    assert [p for p in found() if p.startswith("warning settings.toml")]


def test_a_key_of_another_instance_is_seen(instance):
    with_settings(instance, identity_key="A" * 43 + "=")
    assert (
        "error identity_key: It does not open the identity numbers. Put back the one from your copy."
        in found()
    )


def test_bytes_that_are_only_kept_out_of_the_journal_need_no_key(instance):
    with transaction():
        given = {"name": "demo", "demo": True, "certificate": b"0\x82", "taken_up_at": now()}
        db.session.add(Seal(fingerprint="0" * 64, **given))
        act(OPERATOR, "test.make")
    assert found() == []


def test_an_old_schema_is_seen(instance):
    write("UPDATE alembic_version SET version_num = '0000'")
    assert [p for p in found() if "The schema is 0000 and must be" in p]


def test_a_row_that_points_nowhere_is_seen(instance):
    write("UPDATE organisations SET parent_id = 99")
    assert "error database: 1 rows point at rows that are gone, in organisations." in found()


def test_a_changed_line_and_a_missing_guard_are_seen(instance):
    write("DROP TRIGGER journal_no_update", "UPDATE journal SET why = 'other'")
    told = found()
    assert any("1 lines were changed, added or taken out; the first: 1" in p for p in told)
    assert any("its guards are gone" in p for p in told)


def test_looking_changes_nothing(instance):
    with db.engine.connect() as connection:
        before = connection.execute(text("SELECT count(*) FROM journal")).scalar()
    found()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar() == before
