"""The competition file: what it may say, and every mistake at once with its line."""

import time
from datetime import date

import pytest

from skillhub.competitions import rules, sheet

FILE = """\
[competition]
code = "cup"
name = "City cup"
year = 2026
tier = "city"

[defaults]
team_size = 1
components = [{ code = "theory", max = "100", weight = "0.3" }, { code = "practice", max = 100, weight = "0.7" }]

[[event]]
code = "01"
name = "Welding"

[[event]]
code = "02"
name = "Turning"
team_size = 2
held_on = "2026-05-20"
"""


def problems(text):
    return [str(problem) for problem in sheet.read(text)[1]]


def test_a_whole_file_is_read():
    draft, wrong = sheet.read(FILE)
    assert wrong == []
    assert draft.competition["code"] == "cup"
    assert [event["code"] for event in draft.events] == ["01", "02"]


def test_an_event_takes_the_defaults_and_may_differ_from_them():
    draft, _ = sheet.read(FILE)
    first, second = draft.events
    assert (first["team_size"], second["team_size"]) == (1, 2)
    assert first["components"] == second["components"]


@pytest.mark.parametrize("written", ['"2026-05-20"', "2026-05-20"])
def test_a_day_may_stand_with_or_without_quotes(written):
    draft, wrong = sheet.read(FILE.replace('"2026-05-20"', written))
    assert wrong == []
    assert date.fromisoformat(draft.events[1]["held_on"]) == date(2026, 5, 20)


MISTAKES = [
    pytest.param("", ["line 1, : missing: competition"], id="an empty file"),
    pytest.param(
        FILE.replace('code = "cup"\n', ""), ["line 1, competition: missing: code"], id="no code"
    ),
    pytest.param(
        FILE.replace('tier = "city"', 'tier = "galaxy"'),
        ["line 5, competition.tier: “galaxy” is none of enterprise, street, district,"],
        id="an unknown tier, with the known ones",
    ),
    pytest.param(
        FILE.replace('tier = "city"', 'tier = "city"\nteir = "x"'),
        ["competition: unknown: teir; known: code, name,"],
        id="an unknown key, with the known ones",
    ),
    pytest.param(
        FILE + "[evnet]\n", ["unknown: evnet; known: competition,"], id="an unknown table"
    ),
    pytest.param(
        FILE.replace('weight = "0.3"', "weight = 0.3"),
        ["line 9, defaults.components[0].weight: write the decimal in quotes: “0.3”"],
        id="a float, which is never exact",
    ),
    pytest.param(
        FILE.replace("year = 2026", "year = 1026"),
        ["line 4, competition.year: “1026” does not fit"],
        id="a year long ago",
    ),
    pytest.param(
        FILE.replace('"2026-05-20"', '"2026-02-30"'),
        ["line 19, event[1].held_on: “2026-02-30” is no day of the calendar"],
        id="a day no calendar has",
    ),
    pytest.param(
        FILE.replace('code = "02"', 'code = "01"'),
        ["line 16, event[1].code: the code 01 is used twice"],
        id="an event's code twice",
    ),
    pytest.param(
        FILE.replace('"practice"', '"theory"'),
        [
            "line 11, event[0].components: a component's code is used twice",
            "line 15, event[1].components: a component's code is used twice",
        ],
        id="a component's code twice",
    ),
    pytest.param(
        FILE.replace("components", "# components"),
        [
            "line 11, event[0].components: name at least one",
            "line 15, event[1].components: name at least one",
        ],
        id="no components, here or in the defaults",
    ),
    pytest.param(
        FILE.replace('code = "theory"', 'code = "total"'),
        ["“total” does not fit"],
        id="a component called total",
    ),
    pytest.param(
        FILE.replace("team_size = 2", "team_size = 0")
        .replace('name = "Turning"\n', "")
        .replace("2026\n", "'2026'\n"),
        ["line 4, competition.year", "line 15, event[1]: missing: name", "event[1].team_size"],
        id="every mistake at once",
    ),
    pytest.param(
        FILE.replace('code = "cup"', "code = cup"), ["This is not TOML: "], id="no TOML at all"
    ),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_every_mistake_is_told_with_its_line(text, expected):
    told = problems(text)
    assert len(told) == len(expected), told
    for fragment in expected:
        assert any(fragment in problem for problem in told), (fragment, told)


@pytest.mark.parametrize(("text", "_"), MISTAKES)
def test_a_file_with_a_mistake_gives_no_draft(text, _):
    assert sheet.read(text)[0] is None


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("competition.year", 4),
        ("competition", 1),
        ("defaults.team_size", 8),
        ("event[0]", 11),
        ("event[1].team_size", 18),
        ("event[1].awards.window", 15),
        ("event[9]", 1),
        ("", 1),
    ],
)
def test_a_path_is_found_in_the_file(path, line):
    assert rules.line_of(FILE, path) == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = " + "{a=" * 2000 + "1" + "}" * 2000, id="too deep"),
        pytest.param("x = " + "9" * 5000, id="too long a number"),
    ],
)
def test_a_file_made_to_break_the_reader_is_refused(text):
    draft, problems = sheet.read(text)
    assert draft is None
    assert "This is not TOML" in str(problems[0])


def test_a_file_made_to_keep_the_reader_busy_is_refused_at_once():
    began = time.process_time()
    for part in (".a", '."!"', " . 'a'"):
        draft, problems = sheet.read("a" + part * 16_000 + " = 1")
        assert draft is None
        assert "a key of more than 40 parts" in str(problems[0])
    assert "characters" in str(sheet.read("#" * 300_000)[1][0])
    assert time.process_time() - began < 1
