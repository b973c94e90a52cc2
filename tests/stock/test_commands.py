"""The commands about paper and printers."""

import csv
import io

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.settings import read_settings
from skillhub.organisations import queries as organisations
from skillhub.stock import services
from tests.kernel.drawn import size, words
from tests.stock.conftest import FOIL, LASER


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path / "instance"))

    def command(*typed, status=0):
        done = CliRunner().invoke(main, [str(word) for word in typed])
        assert done.exit_code == status, done.output
        return done

    command("stock", "list")
    with create_app(read_settings(tmp_path / "instance")).app_context():
        services.stock(organisations.root(), FOIL, OPERATOR)
        services.install(organisations.root(), LASER, OPERATOR)
    return command


def test_sheets_are_received_and_listed(run):
    paper = FOIL["name"]
    done = run("stock", "receive", paper, "GD-001", "GD-250", "--on", "2026-06-18", "--as", "admin")
    assert done.output.strip() == f"{paper}: GD-001 to GD-250, 250 sheets"
    again = run("stock", "receive", paper, "GD-250", "GD-260", "--as", "admin", status=1)
    assert "received already" in again.output
    absent = run("stock", "receive", "silver", "1", "2", "--as", "admin", status=1)
    assert f"There are: {paper}." in absent.output
    listed = csv.DictReader(io.StringIO(run("stock", "list", "--format", "csv").output))
    told = [(row["kind"], row["name"], row["about"], row["sheets"]) for row in listed]
    assert told == [
        ("pre-printed", paper, "A4 landscape", "250"),
        ("printer", LASER["name"], "right 0 mm, down 0 mm, 100 %", ""),
    ]


def test_the_test_sheet_is_written(run, tmp_path):
    target = tmp_path / "test.pdf"
    run("stock", "calibrate", LASER["name"], target, "--paper", "A5 landscape")
    assert size(target.read_bytes()) == (210.0, 148.0)
    assert "HP2F" in words(target.read_bytes())
    refused = run("stock", "calibrate", LASER["name"], target, "--paper", "letter", status=1)
    assert "no size of paper" in refused.output
