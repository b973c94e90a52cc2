"""What somebody has, and for whom a policy is met, at the command line."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.db import db
from skillhub.kernel.settings import ROOT
from skillhub.occupations import queries as occupations
from skillhub.organisations import queries as organisations
from tests import make

MAY1 = ROOT / "skillhub" / "sample" / "policies" / "may1_recommend.toml"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run(*words) gives what the command did, in an instance of its own."""
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)

    def call(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    assert call("policy", "adopt", MAY1, "--as", "admin").exit_code == 0
    with create_app().app_context():
        yard = make.organisation("yard", parent=organisations.root())
        person = make.person("Chen Jie", employer=yard, number="00417")
        make.qualification(person, occupation=occupations.by_code("welder"))
        db.session.remove()
    return call


def test_a_standing_as_text_and_as_json(run):
    text = run("standing", "00417", "--on", "2026-05-20")
    assert text.exit_code == 0, text.output
    assert "2 of 4 met; next: An award" in text.output
    told = json.loads(run("standing", "00417", "--on", "2026-05-20", "--format", "json").output)
    assert told["person"]["number"] == "00417"
    assert told["qualifications"][0]["standing"] == "valid"
    [incentive] = told["incentives"]
    assert (incentive["answer"], incentive["have"], incentive["of"]) == ("not_met", 2, 4)


def test_eligibility_has_a_column_for_each_condition(run):
    done = run("eligibility", "may1_recommend", "--on", "2026-05-20", "--format", "csv")
    [line] = csv.DictReader(io.StringIO(done.output))
    assert list(line) == [
        *("policy", "version", "person", "name", "answer", "because"),
        *("won_award", "employed", "not has_title", "attested"),
    ]
    assert (line["person"], line["answer"], line["attested"]) == ("00417", "not_met", "waiting")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("standing", "99999999"), "There is nobody", id="nobody of this number"),
        pytest.param(
            ("eligibility", "may2"), "may1_recommend", id="an unknown policy names those there are"
        ),
        pytest.param(
            ("policy", "adopt", __file__, "--as", "admin"),
            "neither TOML nor JSON",
            id="not a policy",
        ),
        pytest.param(
            ("policy", "adopt", MAY1, "--as", "nobody"), "no account", id="an unknown login"
        ),
    ],
)
def test_a_refusal_is_told_and_fails(words, told, run):
    done = run(*words)
    assert done.exit_code != 0
    assert told in done.output


def test_the_same_file_twice_changes_nothing(run):
    assert run("policy", "adopt", MAY1, "--as", "admin").exit_code == 0
    lines = list(csv.DictReader(io.StringIO(run("policy", "list", "--format", "csv").output)))
    assert [(line["policy"], line["from"]) for line in lines] == [("may1_recommend", "2024-01-01")]
