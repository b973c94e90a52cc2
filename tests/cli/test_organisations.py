"""Units compared at the command line, as the page compares them."""

import csv
import io

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.db import db
from skillhub.organisations import queries as organisations
from tests import make


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run(*words) gives what the command did, in an instance with one contest whose medals are Chinese."""
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["organisations", "list"]).exit_code == 0
    with create_app().app_context():
        yard = make.organisation("yard", parent=organisations.root())
        titles = [[["金奖", "Gold"], 1], [["银奖", "Silver"], 1]]
        cup = make.competition(yard, code="cup", checking="off")
        event = make.event(cup, awards=[{"scheme": "counts", "titles": titles}])
        make.entry(event, marks={"score": 9}, organisation=yard)
        db.session.remove()
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_the_medals_of_a_table_are_those_that_the_events_give(run):
    told = run("organisations", "rank", "cup", "--format", "csv")
    row = next(csv.DictReader(io.StringIO(told.stdout)))
    assert (row["rank"], row["organisation"], row["金奖"], row["银奖"]) == ("1", "yard", "1", "0")
    assert "Gold" not in row
