"""Designs at the command line: listed, carried out of one installation and into another."""

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.db import db
from skillhub.organisations import queries as organisations
from tests import make
from tests.designs import drawn


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["designs", "list"]).exit_code == 0
    with create_app().app_context():
        root = organisations.root()
        drawn.published(root)
        make.user("certificate_staff", root, login="staff")
        make.user("judge", root, login="judge")
        db.session.remove()
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_a_design_goes_out_and_comes_in(run, tmp_path):
    assert "design-1" in run("designs", "list").output
    file = tmp_path / "one.zip"
    assert run("designs", "export", "design-1", "-o", file).exit_code == 0
    done = run("designs", "import", file, "--as", "staff")
    assert (done.exit_code, done.output.strip()) == (0, "design-2: v1, a draft")


def test_what_may_not_be_or_is_no_design_is_refused(run, tmp_path):
    junk = tmp_path / "junk.zip"
    junk.write_bytes(b"PK")
    told = run("designs", "import", junk, "--as", "staff")
    assert told.exit_code == 1
    assert "no design" in told.output
    assert run("designs", "import", junk, "--as", "judge").exit_code == 1
    assert run("designs", "export", "nothing").exit_code == 1
