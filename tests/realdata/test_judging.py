"""Real judging, recomputed from every judge's mark through schemes, import and ranking, and nothing else."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from click.testing import CliRunner

from skillhub.cli import main
from tests.conftest import REALDATA

pytestmark = pytest.mark.realdata
HEAD = """
[competition]
code = "{code}"
name = "{code}"
year = 2020
tier = "international"
checking = "off"
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run("results", "show", …) gives what the command printed; a failure is an error with its output."""
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path / "instance"))

    def command(*words):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done.stdout

    return command


def published(name):
    with (REALDATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shown(run, code):
    return list(csv.DictReader(io.StringIO(run("results", "show", code, "--format", "csv"))))


def load(run, tmp_path, code, text):
    file = tmp_path / f"{code}.toml"
    file.write_text(HEAD.format(code=code) + text, encoding="utf-8")
    run("competition", "load", file)


def sheet(tmp_path, name, rows):
    """Write rows as a sheet."""
    file = tmp_path / name
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def imported(run, code, file, mapping, *words):
    pairs = [word for name, column in mapping.items() for word in ("--map", f"{name}={column}")]
    return run("marks", "import", code, file, *pairs, "--create-entries", *words)


CUBING = """
[[event]]
code = "{round}"
name = "{round}"
components = [
  {{ code = "average", max = "6000", kind = "time", scheme.aspects = [{{ {solves}, combine = "{combine}" }}] }},
  {{ code = "best", max = "6000", kind = "time", scheme = {{ marks_of = "average", aspects = [
    {{ {solves}, combine = "best" }}] }} }},
]
ranking = {{ keys = [{keys}], decimals = 2 }}
awards = {{ scheme = "counts", titles = [["Advances", "{level}"]] }}
"""
FORMATS = {"a": (5, "middle"), "m": (3, "mean"), "3": (3, "mean")}


def cubing(row):
    """Write the rules of one round as the competition file states them."""
    n, combine = FORMATS[row["format"]]
    cut = (
        f", cutoff_after = {row['cutoff_attempts']}, cutoff = {row['cutoff_result']}"
        if row["cutoff_attempts"]
        else ""
    )
    solves = (
        f'code = "solve", kind = "attempts", attempts = {n}, lower_wins = true, factor = "0.01", decimals = 2,'
        f" dnf = -1, dns = -2{cut}"
    )
    first = '"best asc"' if row["format"] == "3" else '"average asc", "best asc"'
    return CUBING.format(
        round=row["round"],
        solves=solves,
        combine=combine,
        keys=first,
        level=row["advancement_level"] or 1,
    )


def test_every_speedcubing_rank_average_and_best_is_as_published(run, tmp_path):
    rows = published("wca_333_333bf_666.csv")
    rounds = {row["round"]: row for row in rows}
    load(run, tmp_path, "wca", "".join(map(cubing, rounds.values())))
    mapping = {
        "event": "round",
        "entry": "registrant_id",
        "name": "name",
        "organisation": "country",
    }
    mapping |= {str(n): f"a{n}" for n in range(1, 6)} | {
        "value": "",
        "part": "",
        "aspect": "",
        "seat": "",
    }
    imported(run, "wca", REALDATA / "wca_333_333bf_666.csv", mapping, "--judges")
    found = shown(run, "wca")
    assert {(r["event"], r["entry"]): r["rank"] for r in found} == {
        (r["round"], r["registrant_id"]): r["ranking"] for r in rows
    }
    advance = {(r["event"], r["entry"]) for r in found if r["award"] == "Advances"}
    levels = {name: int(row["advancement_level"] or 1) for name, row in rounds.items()}
    assert advance == {
        (r["round"], r["registrant_id"]) for r in rows if int(r["ranking"]) <= levels[r["round"]]
    }


DIVES = ", ".join(
    f'{{ code = "{n}", kind = "panel", judges = 7, high = 10, step = "0.5", combine = "sum", factor = "0.6",'
    " multiplier = true }"
    for n in range(1, 6)
)
DIVING = f"""
[defaults]
ranking = {{ keys = ["total desc"], remaining_tie = "share", decimals = 2, rank_dnf = true }}
awards = {{ scheme = "counts", titles = [["Gold", "1"], ["Silver", "1"], ["Bronze", "1"]] }}
[[event]]
code = "Prelim"
name = "Preliminary round"
components = [{{ code = "dives", max = "800", scheme.aspects = [{DIVES}] }}]
[[event]]
code = "Semi"
name = "Semi-final"
components = [
  {{ code = "dives", max = "800", scheme.aspects = [{DIVES}] }},
  {{ code = "before", max = "800", kind = "carried", carry_from = "Prelim" }},
]
[[event]]
code = "Final"
name = "Final"
components = [
  {{ code = "dives", max = "800", scheme.aspects = [{DIVES}] }},
  {{ code = "before", max = "800", kind = "carried", carry_from = "Semi", carry_part = "dives" }},
]
"""


def _divers(rows):
    """List who dived in each round; who has fewer than five dives did not finish."""
    dives = {}
    for row in rows:
        dives.setdefault((row["Round"], row["Diver"], row["Country"]), set()).add(row["DiveNo"])
    return [
        {
            "event": r,
            "entry": d,
            "name": d,
            "organisation": c,
            "status": "OK" if len(own) == 5 else "DNF",
        }
        for (r, d, c), own in dives.items()
    ]


def test_every_diving_rank_is_as_published_with_the_points_of_the_round_before(run, tmp_path):
    rows = published("diving_w3m_3rounds.csv")
    load(run, tmp_path, "diving", DIVING)
    mapping = {
        "event": "Round",
        "entry": "Diver",
        "name": "Diver",
        "organisation": "Country",
        "aspect": "DiveNo",
        "seat": "Judge",
        "value": "JScore",
        "multiplier": "Difficulty",
        "part": "",
    }
    run("entries", "import", "diving", sheet(tmp_path, "entries.csv", _divers(rows)))
    told = imported(run, "diving", REALDATA / "diving_w3m_3rounds.csv", mapping, "--judges")
    assert "0 problem" in told
    for name in ("Prelim", "Semi", "Final"):
        if name != "Prelim":
            assert ", 0 holes" in run(
                "results", "carry", "diving", "--event", name, "--as", "admin"
            )
        run(
            "results",
            "finalise",
            "diving",
            "--event",
            name,
            "--as",
            "admin",
            "--because",
            "as published",
        )
    assert {(r["event"], r["name"], r["rank"]) for r in shown(run, "diving")} == {
        (r["Round"], r["Diver"], r["Rank"]) for r in rows
    }
    again = imported(
        run, "diving", REALDATA / "diving_w3m_3rounds.csv", mapping, "--judges", "--dry-run"
    )
    assert f"0 new, 0 changed, {len(rows)} same, 0 problem" in again


SKATING = """
[[event]]
code = "{code}"
name = "{name}"
components = [
  {{ code = "tes", name = "Technical score", max = "200" }},
  {{ code = "pcs", name = "Components", max = "{most}", scheme = {{ rounding = "aspect", aspects = [{aspects}] }} }},
  {{ code = "off", name = "Deductions", max = "20", kind = "penalty" }},
]
ranking = {{ keys = ["total desc", "{tie} desc"], remaining_tie = "share", decimals = 2 }}
awards = {{ scheme = "counts", titles = [["Gold", "1"], ["Silver", "1"], ["Bronze", "1"]] }}
"""


@pytest.fixture(scope="module")
def skating():
    """The three files joined: the performances, and one row for each mark of a judge on a component."""
    performances = {row["performance_id"]: row for row in published("skating_performances.csv")}
    programmes = sorted({(r["competition"], r["program"]) for r in performances.values()})
    codes = {pair: f"{n:02}" for n, pair in enumerate(programmes, 1)}
    for row in performances.values():
        row["event"] = codes[row["competition"], row["program"]]
    aspects = {
        r["aspect_id"]: r for r in published("skating_aspects.csv") if r["section"] == "components"
    }
    marks = [
        {
            "event": performances[aspects[r["aspect_id"]]["performance_id"]]["event"],
            "entry": performances[aspects[r["aspect_id"]]["performance_id"]]["starting_number"],
            "aspect": aspects[r["aspect_id"]]["aspect_desc"],
            "judge": r["judge"],
            "score": r["score"],
            "factor": aspects[r["aspect_id"]]["factor"],
        }
        for r in published("skating_judge_scores.csv")
        if r["aspect_id"] in aspects
    ]
    return list(performances.values()), marks


def _skating(performances, marks):
    """Write the rules of every programme: its components, factor and number of judges."""
    text = ""
    for code in sorted({row["event"] for row in performances}):
        own = [m for m in marks if m["event"] == code]
        (factor,) = {Decimal(m["factor"]) for m in own}
        name = next(r["program"] for r in performances if r["event"] == code)
        aspects = ", ".join(
            f'{{ code = "c{n}", name = "{aspect}", kind = "panel", judges = {len({m["judge"] for m in own})},'
            f' low = "0.25", high = 10, step = "0.25", decimals = 2, factor = "{factor}", absent = 0 }}'
            for n, aspect in enumerate(dict.fromkeys(m["aspect"] for m in own), 1)
        )
        tie = "tes" if "SHORT" in name else "pcs"
        text += SKATING.format(code=code, name=name, most=50 * factor, aspects=aspects, tie=tie)
    return text


def test_every_skating_total_component_score_and_rank_is_as_published(run, tmp_path, skating):
    performances, marks = skating
    load(run, tmp_path, "skating", _skating(performances, marks))
    plain = [
        {
            "event": r["event"],
            "entry": r["starting_number"],
            "name": r["name"],
            "tes": r["total_element_score"],
            "off": r["total_deductions"],
        }
        for r in performances
    ]
    names = [{key: row[key] for key in ("event", "entry", "name")} for row in plain]
    run("entries", "import", "skating", sheet(tmp_path, "entries.csv", names))
    told = imported(run, "skating", sheet(tmp_path, "judges.csv", marks), {}, "--judges")
    imported(run, "skating", sheet(tmp_path, "plain.csv", plain), {})
    assert f"{len(marks)} new" in told
    assert {
        (r["event"], r["name"], Decimal(r["total"]), r["rank"]) for r in shown(run, "skating")
    } == {
        (r["event"], r["name"], Decimal(r["total_segment_score"]), r["rank"]) for r in performances
    }
