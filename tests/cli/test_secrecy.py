"""While names are closed no command pairs a code with a name: every command is read, as every page is."""

import click
import pytest
from click.testing import CliRunner

from skillhub.app import create_app
from skillhub.cli import main
from skillhub.kernel.db import db
from skillhub.organisations import queries as organisations
from skillhub.panels import queries as panels
from tests import make
from tests.panels.test_secrecy import KEYS, blind_event, pairs

CUP = "blindcup"
GIVEN = {
    "competition": CUP,
    "code": CUP,
    "person": f"CN{KEYS[0]}",
    "number_or_code": "SH-2026-00001",
    "step": "end",
    "words": CUP,
    "numbers_": "SH-2026-00001",
    "--as": "clerk",
    "--why": "a slip of the hand",
}
FORMS = ("table", "csv", "json")
# What reads or prints nothing of an event, and why it is not run here.
LEFT_OUT = {
    "stock receive": "writes down the numbers of empty sheets",
    "stock calibrate": "draws rulers",
    "mail test": "sends a mail to nobody of an event",
    "start": "serves until it is told to stop",
    "serve": "serves until it is told to stop",
    "sample load": "founds another instance",
    "backup": "writes a copy, prints its size",
    "compare": "reads two files of whoever calls",
    "accounts add": "founds an account",
    "accounts password": "prints a password",
    "organisations add": "founds an organisation",
    "policy adopt": "reads a file",
    "competition load": "reads a file",
    "competition clone": "founds another competition",
    "eligibility": "asks for a policy",
    "register export": "writes a copy of the journal to a folder, prints where",
}
LAST = (
    "entries import",
    "marks import",
    "marks confirm",
    "competition move",
)  # these change something


def commands(command=main, path=()):
    context = click.Context(main)
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    for name in command.list_commands(context):
        yield from commands(command.get_command(context, name), (*path, name))


@pytest.fixture
def sheet(tmp_path):
    """A sheet with a name that is known and a mark that is wrong: refused with every problem."""
    path = tmp_path / "marks.csv"
    path.write_text(f"entry,name,theory\nPUB{KEYS[0]},Canary {KEYS[0]},999\n", encoding="utf-8")
    return path


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["organisations", "list"]).exit_code == 0
    app = create_app()
    with app.app_context():
        event = blind_event(organisations.root(), monkeypatch)
        make.changed(db.session.get(make.Entry, KEYS[2]), status="DNS")
        db.session.commit()
        yield event
        db.session.remove()


def asked(name, command, sheet):
    """Give the words of a command, once for each way to print."""
    words = name.split()
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            words.append(str(sheet) if parameter.name == "file" else GIVEN[parameter.name])
        elif parameter.opts[0] in GIVEN:
            words += [parameter.opts[0], GIVEN[parameter.opts[0]]]
        elif parameter.name == "target":
            words += [parameter.opts[0], str(sheet.with_suffix(".pdf"))]
    forms = any(parameter.name == "form" for parameter in command.params)
    return [[*words, "--format", form] for form in FORMS] if forms else [words]


def test_no_command_says_who_is_behind_a_code(instance, sheet):
    known = dict(commands())
    assert LEFT_OUT.keys() <= known.keys(), "a command has gone: take it out here"
    found, read = [], 0
    order = sorted(known.keys() - LEFT_OUT.keys(), key=lambda name: name in LAST)
    for name in order:
        for words in asked(name, known[name], sheet):
            ran = CliRunner().invoke(main, words)
            assert ran.exception is None or isinstance(ran.exception, SystemExit), (
                words,
                ran.exception,
            )
            assert ran.exit_code != 2, (words, ran.output)
            read += bool(ran.output.strip())
            paired = pairs(f" {ran.output} ", instance)
            if paired:
                found.append(f"{' '.join(words)}: {sorted(paired)[:2]}")
            if "DNS" in ran.output and f"Canary {KEYS[2]}" in ran.output:
                found.append(f"{' '.join(words)}: says of a name how it came through")
    print(f"{read} outputs read")
    assert read >= 35
    assert not found, "\n".join(found)


def test_what_is_ranked_is_printed_under_codes(instance):
    shown = CliRunner().invoke(main, ["results", "show", CUP]).output
    assert "Canary" not in shown
    assert all(code in shown for code in panels.codes(instance).values())
