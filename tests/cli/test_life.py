"""A competition led and cloned at the command line."""

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.organisations import queries as organisations
from tests import make

FILE = """\
[competition]
code = "cup2026"
name = "Cup 2026"
year = 2026
tier = "city"
starts_on = "2026-05-20"
filing = true
announcement = "All welcome."
[defaults]
components = [{ code = "theory", max = "100" }]
ranking = { keys = ["total desc"] }
awards = { scheme = "counts", titles = [["Gold", 1]] }
[[event]]
code = "01"
name = "Welding"
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    (tmp_path / "cup.toml").write_text(FILE, encoding="utf-8")
    assert CliRunner().invoke(main, ["organisations", "list"]).exit_code == 0
    with create_app().app_context():
        for login in ("first", "second"):
            make.user(Role.ORGANISER, organisations.root(), login=login)
        db.session.remove()
    assert (
        CliRunner().invoke(main, ["competition", "load", str(tmp_path / "cup.toml")]).exit_code == 0
    )
    return lambda *words: CliRunner().invoke(main, ["competition", *words])


def test_a_competition_is_led_and_cloned(run):
    early = run("move", "cup2026", "prepare", "--as", "first")
    assert early.exit_code == 1
    assert "comes to “filed” first" in early.stderr
    assert run("move", "cup2026", "file", "--as", "first").exit_code == 0
    own = run("move", "cup2026", "approve", "--as", "first")
    assert "Nobody approves what they announced, filed or changed." in own.stderr
    assert run("move", "cup2026", "approve", "--as", "second").stdout == "01: filed\n"
    assert "cup2026" in run("calendar", "--year", "2026", "--format", "csv").stdout
    assert run("move", "cup2026", "prepare", "--as", "first").stdout == "01: prepared\n"
    assert "Say why" in run("move", "cup2026", "cancel", "--as", "first").stderr
    cloned = run("clone", "cup2026", "cup2027", "--as", "first")
    assert cloned.stdout == "cup2027: Cup 2027, 1 events\n"
