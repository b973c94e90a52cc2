"""The app on a real, empty database for each test: SQLite, or PostgreSQL when the environment asks for it."""

from __future__ import annotations

import os
import shutil
from contextvars import Context
from pathlib import Path

import pytest
from flask import has_app_context
from flask.testing import FlaskClient

from skillhub.app import create_app
from skillhub.kernel import sessions
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.limits import limiter
from skillhub.kernel.settings import read_settings
from skillhub.verifying import views as verifying
from tests import make

# Published results, numbers and names that are too big or not ours to keep here; they may lie beside the project.
REALDATA = Path(
    os.environ.get("SKILLHUB_REALDATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
)


@pytest.hookimpl(tryfirst=True)  # before -m looks at the markers
def pytest_collection_modifyitems(items):
    """Whatever works on the database below the pages runs on PostgreSQL too; real data are read where they lie."""
    lost = pytest.mark.skip(reason=f"the real data are not here: {REALDATA}")
    for item in items:
        asks = set(getattr(item, "fixturenames", ()))
        marks = {mark.name for mark in item.iter_markers()}
        if (
            "app" in asks
            and not asks & {"client", "sign_in"}
            and not marks & {"bench", "browser", "realdata", "slow"}
            and "house" not in item.path.parts
        ):
            item.add_marker(pytest.mark.postgres)
        if "realdata" in marks and not REALDATA.is_dir():
            item.add_marker(lost)


class Browser(FlaskClient):
    """A browser whose every request stands alone, as in a server; what the test holds is read anew afterwards."""

    def open(self, *args, **options):
        try:
            return Context().run(super().open, *args, **options)
        finally:
            if has_app_context():
                db.session.rollback()


@pytest.fixture(scope="session")
def _application(tmp_path_factory, worker_id):
    """One app for all tests of a worker, with its schema laid once."""
    folder = tmp_path_factory.mktemp("instance")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SKILLHUB_DATABASE_URL", raising=False)
        if os.environ.get("SKILLHUB_TEST_DATABASE") == "postgresql":
            from tests.postgres import postgres_url  # noqa: PLC0415  (its wheel is heavy)

            environment.setenv("SKILLHUB_DATABASE_URL", postgres_url(worker_id))
        app = create_app(read_settings(folder))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    limiter.enabled = False  # it reads its settings when the app is made
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()
            shutil.copy(folder / "skillhub.sqlite", folder / "empty.sqlite")
    return app


@pytest.fixture
def app(_application):
    """The app on an empty database."""
    with _application.app_context():
        yield _application
        db.session.remove()
        verifying._pages.clear()  # the next test's papers have the same numbers
        _empty(Path(_application.instance_path))


@pytest.fixture
def client(app):
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def root(app):
    """The organisation at the top of the tree."""
    return make.organisation("root", name="District federation", kind="union")


@pytest.fixture
def operator():
    """Whoever sits at the machine."""
    return OPERATOR


@pytest.fixture
def sign_in(app):
    """sign_in(user) gives a browser in which that user is signed in."""

    def open_browser(user):
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(_user_id=user.fs_uniquifier, _fresh=True)
            sessions.begin(session, now())
        return browser

    return open_browser


def _empty(folder: Path) -> None:
    """Put the laid schema back; a journal that refuses to forget cannot be emptied row by row."""
    shutil.rmtree(folder / "published", ignore_errors=True)
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        for left in ("skillhub.sqlite-wal", "skillhub.sqlite-shm"):
            (folder / left).unlink(missing_ok=True)
        shutil.copy(folder / "empty.sqlite", folder / "skillhub.sqlite")
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
