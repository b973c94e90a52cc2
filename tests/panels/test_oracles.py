"""While names are closed, nothing that one does on one page tells on another who is behind a code."""

import json
import re

import pytest

from skillhub.entries import services as entries
from skillhub.entries.models import EntryStatus
from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.panels import queries as panels
from skillhub.panels.models import Code
from tests import make
from tests.panels.test_secrecy import KEYS, event  # noqa: F401  (the blind event in full swing)


@pytest.fixture
def at(event):  # noqa: F811
    return f"/competitions/{event.competition_id}/events/{event.id}"


def rows_of(browser, address):
    """Give the rows of the score table as its script reads them, by code."""
    found = re.search(
        r'<script[^>]*type="application/json"[^>]*>(.*?)</script>',
        browser.get(address).text,
        re.DOTALL,
    )
    return {row["number"]: row for row in json.loads(found.group(1))["rows"]}


def test_the_pile_of_what_nobody_typed_yet_lies_by_code(event, root, sign_in, at):  # noqa: F811
    """Entries stand by their public number in the list of names: their order there must not shine through."""
    make.changed(event, state="running")
    clerk = sign_in(make.user(Role.ORGANISER, root))
    late = [make.entry(event, f"PUB98700{n}", id=987000 + n) for n in range(4, 9)]
    for entry, code in zip(late, ("905", "904", "907", "903", "906"), strict=True):
        make.keep(Code(event_id=event.id, entry_id=entry.id, number=entry.id, code=code))
    rows = rows_of(clerk, f"{at}/table")
    untyped = [code for code in rows if code.startswith("90")]
    assert sorted(untyped, key=lambda code: rows[code]["pile"]) == sorted(untyped)


def test_an_edit_beside_a_name_does_not_show_beside_the_code(event, root, sign_in, at):  # noqa: F811
    clerk = sign_in(make.user(Role.ORGANISER, root))
    before = rows_of(clerk, f"{at}/table")
    entry = db.session.get(make.Entry, KEYS[0])
    entries.edit(entry, entry.version, {"name": "Edited"}, make.OPERATOR)
    assert rows_of(clerk, f"{at}/table") == before


def test_a_state_said_under_the_code_does_not_show_beside_the_name(event, sign_in, at):  # noqa: F811
    """A judge who makes a code absent for a moment must not find out who it is."""
    judge = sign_in(panels.seats(event.components[1])[1])
    code = int(panels.codes(event)[KEYS[2]])
    table = f"{at}/table/{event.components[1].id}"
    version = rows_of(judge, table)[str(code)]["version"]
    shown = [judge.get(f"{at}/entries{file}").text for file in ("", "/export.csv")]
    cell = {"key": "k1", "entry": code, "column": "state", "text": "DNS", "version": version}
    saved = judge.post(table, data={"cells": json.dumps([cell])})
    assert saved.status_code == 200
    assert rows_of(judge, table)[str(code)]["status"] == "DNS"
    now_shown = [judge.get(f"{at}/entries{file}").text for file in ("", "/export.csv")]
    assert [_still(page) for page in now_shown] == [_still(page) for page in shown]
    stale = {**cell, "key": "k2", "text": "DSQ", "why": "left"}
    assert judge.post(table, data={"cells": json.dumps([stale])}).status_code == 409


def test_a_state_is_not_said_beside_the_name(event, root, sign_in, at):  # noqa: F811
    clerk = sign_in(make.user(Role.ORGANISER, root))
    rule = f"{at}/entries/{KEYS[0]}/status"
    form = {"status": "DNS", "version": db.session.get(make.Entry, KEYS[0]).version}
    assert clerk.post(rule, data=form).status_code == 409
    sheet = clerk.post(
        f"{at}/entries/import", data={"pasted": f"entry\tstatus\nPUB{KEYS[0]}\tabsent\n"}
    )
    assert "under the code" in clerk.get(sheet.location).text
    assert db.session.get(make.Entry, KEYS[0]).status is EntryStatus.OK
    make.changed(event, state="provisional")
    assert clerk.get(rule).status_code == 200


def _still(page):
    """Leave out what differs from one request to the next."""
    return re.sub(r"(nonce|csrf|request)[^<>]*|<code>[0-9a-f]+</code>", "", page)
