"""Real published results, reproduced from their scores through the commands and nothing else."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from click.testing import CliRunner

from skillhub.cli import main
from tests.conftest import REALDATA

pytestmark = pytest.mark.realdata

TRADES = "\n".join(f'[[event]]\ncode = "{n:02}"\nname = "Trade {n:02}"' for n in range(1, 16))
WS2009 = f"""
[competition]
code = "ws2009"
name = "WorldSkills Calgary 2009"
year = 2009
tier = "international"
[defaults]
components = [{{ code = "score", name = "Score", max = "600", weight = "1" }}]
ranking = {{ keys = ["total desc"], remaining_tie = "share", decimals = 0 }}
awards = {{ scheme = "scale", window = "2", centre = "500", titles = [
  "Gold", "Silver", "Bronze", "Medallion for Excellence",
] }}
{TRADES}
"""
PLAIN = {"event": "skill_number", "entry": "country_iso", "organisation": "country_iso"}
MESSY = {
    "worldskills_2009_trades_01_15.csv": PLAIN,
    "ws2009_utf8_bom.csv": PLAIN,
    "ws2009_utf16le_tab.txt": PLAIN,
    "ws2009_cr_only.csv": PLAIN,
    "ws2009_excel_lost_zeros.csv": PLAIN,
    "ws2009_dirty_shuffled.csv": PLAIN,
    "ws2009_1904_dates.xlsx": PLAIN,
    "ws2009_semicolon_cp1252.csv": {
        "event": "Beruf-Nr",
        "entry": "Land",
        "organisation": "Land",
        "score": "Punkte",
    },
    "ws2009_merged_headers.xlsx": {
        "event": "Trade / No.",
        "entry": "Entrant / Country",
        "organisation": "Entrant / Country",
    },
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run("results", "show", …) gives what the command printed; a failure is an error with its output."""
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path / "instance"))

    def command(*words, fails=False):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert (done.exit_code != 0) == fails, done.output
        return done.stdout

    return command


def lines(text):
    return list(csv.DictReader(io.StringIO(text)))


def published(name):
    with (REALDATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(run, tmp_path, text):
    file = tmp_path / "competition.toml"
    file.write_text(text, encoding="utf-8")
    run("competition", "load", file)


def imported(run, code, file, mapping):
    pairs = [word for name, column in mapping.items() for word in ("--map", f"{name}={column}")]
    return run("marks", "import", code, file, *pairs, "--create-entries")


@pytest.mark.parametrize("name", MESSY)
def test_every_worldskills_award_is_as_published(run, tmp_path, name):
    load(run, tmp_path, WS2009)
    imported(run, "ws2009", REALDATA / name, MESSY[name])
    expected = published("worldskills_2009_trades_01_15.csv")

    shown = lines(run("results", "show", "ws2009", "--format", "csv"))
    assert {
        (r["event"], r["entry"], r["organisation"], r["total"], r["award"].casefold())
        for r in shown
    } == {
        (r["skill_number"], r["country_iso"], r["country_iso"], r["score"], r["medal"].casefold())
        for r in expected
    }
    assert len(shown) == 236
    assert all(row["because"] for row in shown)

    table = lines(run("organisations", "rank", "ws2009", "--format", "csv"))
    medals = Counter((r["country_iso"], r["medal"].title()) for r in expected if r["medal"])
    assert {
        (r["organisation"], t): int(r[t])
        for r in table
        for t in ("Gold", "Silver", "Bronze")
        if int(r[t])
    } == {key: n for key, n in medals.items() if key[1] in ("Gold", "Silver", "Bronze")}
    order = [tuple(int(row[t]) for t in ("Gold", "Silver", "Bronze")) for row in table]
    assert order == sorted(order, reverse=True)


def test_the_same_file_again_writes_nothing(run, tmp_path):
    load(run, tmp_path, WS2009)
    file = REALDATA / "worldskills_2009_trades_01_15.csv"
    imported(run, "ws2009", file, PLAIN)
    before = run("journal", "list", "--format", "csv")
    assert "0 new, 0 changed, 236 same, 0 problem" in imported(run, "ws2009", file, PLAIN)
    assert run("journal", "list", "--format", "csv") == before


def test_every_olympiad_rank_medal_and_mention_is_as_published(run, tmp_path):
    expected = published("imo_2015_2019.csv")
    load(run, tmp_path, _olympiad(expected))
    imported(
        *(run, "imo", REALDATA / "imo_2015_2019.csv"),
        {"event": "year", "entry": "contestant", "name": "contestant", "organisation": "country"},
    )
    shown = lines(run("results", "show", "imo", "--format", "csv"))
    assert {(r["event"], r["name"], r["total"], r["rank"], r["award"]) for r in shown} == {
        (
            r["year"],
            r["contestant"],
            r["total"],
            r["individual_rank"],
            "" if r["award"] == "NA" else r["award"],
        )
        for r in expected
    }
    for year in ("2015", "2016", "2017", "2018", "2019"):
        table = lines(
            run(
                "organisations", "rank", "imo", "--event", year, "--by", "totals", "--format", "csv"
            )
        )
        totals = Counter()
        for row in expected:
            totals[row["country"]] += int(row["total"]) if row["year"] == year else 0
        assert {r["organisation"]: int(r["total"]) for r in table} == {
            c: n
            for c, n in totals.items()
            if n or c in {row["country"] for row in expected if row["year"] == year}
        }


def _olympiad(rows):
    """The rules of five years; the cut-offs are each year's least total with that medal."""
    text = """
[competition]
code = "imo"
name = "International Mathematical Olympiad"
year = 2019
tier = "international"
[defaults]
components = [PARTS]
ranking = { keys = ["total desc"], remaining_tie = "share", decimals = 0 }
""".replace(
        "PARTS", ", ".join(f'{{ code = "p{n}", max = "7", weight = "1" }}' for n in range(1, 7))
    )
    for year in sorted({row["year"] for row in rows}):
        least = {
            title: min(int(r["total"]) for r in rows if r["year"] == year and r["award"] == title)
            for title in ("Gold medal", "Silver medal", "Bronze medal")
        }
        titles = ", ".join(f'["{title}", "{total}"]' for title, total in least.items())
        text += f"""
[[event]]
code = "{year}"
name = "IMO {year}"
awards = [{{ scheme = "threshold", titles = [{titles}] }}, {{ scheme = "top_of_part", title = "Honourable mention" }}]
"""
    return text


APIO = """
[competition]
code = "apio2021"
name = "APIO 2021"
year = 2021
tier = "international"
[[event]]
code = "apio"
name = "Informatics"
components = [{ code = "A", max = "100" }, { code = "B", max = "100" }, { code = "C", max = "100" }]
ranking = { keys = ["total desc"], remaining_tie = "share", decimals = 0 }
awards = { scheme = "proportion", per_unit = 6, shares = "from_top", cut = "at_least", titles = [
  ["Gold", "1/12"], ["Silver", "1/4"], ["Bronze", "1/2", "at_most"],
] }
"""


def test_every_informatics_rank_and_medal_follows_the_regulation(run, tmp_path):
    load(run, tmp_path, APIO)
    mapping = {"entry": "Name", "name": "Name", "organisation": "Team"}
    imported(run, "apio2021", REALDATA / "apio_2021.csv", mapping)
    shown = lines(run("results", "show", "apio2021", "--format", "csv"))
    assert {(r["name"], r["total"], r["rank"], r["award"] or "Participant") for r in shown} == {
        (r["Name"], r["Total"], r["Rank"], r["Medal"]) for r in published("apio_2021.csv")
    }
