"""Judges' marks at the command line: under codes a row names an entry by the code that was drawn."""

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.db import db
from skillhub.organisations import queries as organisations
from skillhub.panels.models import Code
from skillhub.scoring.models import Mark
from tests import make
from tests.scoring.test_services import JUDGED, with_scheme


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["organisations", "list"]).exit_code == 0
    with create_app().app_context():
        cup = make.competition(organisations.root(), code="cup", blind=True)
        event = with_scheme(make.event(cup, parts=(("work", 3, 1), ("theory", 100, 1))), JUDGED)
        for n, name in enumerate(("Zhao", "Ortiz"), 1):
            entry = make.entry(event, f"{n:02d}", name=name)
            make.keep(Code(event_id=event.id, entry_id=entry.id, number=n, code=str(700 + n)))
        db.session.remove()

    def go(text, *words):
        file = tmp_path / "marks.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["marks", "import", "cup", str(file), *words])

    return go


def stored():
    with create_app().app_context():
        return {(m.entry.name, m.aspect, m.seat): str(m.value) for m in db.session.query(Mark)}


def test_codes_lead_to_the_entries(run):
    done = run("entry,aspect,1,2,3\n701,look,3,2,3\n702,look,1,1,1\n", "--judges")
    assert done.exit_code == 0, done.output
    assert stored()["Zhao", "look", 2] == "2"
    assert stored()["Ortiz", "look", 1] == "1"


def test_an_entry_number_names_nobody_while_names_are_closed(run):
    done = run("entry,aspect,1,2,3\n01,look,3,2,3\n", "--judges")
    assert done.exit_code == 1
    assert "marked under the code “01”" in done.stderr
    assert "Zhao" not in done.output + done.stderr
    assert stored() == {}


def test_points_are_typed_by_code_too(run):
    assert run("entry,theory\n702,88\n").exit_code == 0
    assert run("entry,theory\n02,88\n").exit_code == 1
