"""Whatever somebody types comes back as a page with a sentence, never as an error of ours."""

import json

import pytest

from skillhub.kernel.access import Role
from tests.house.pages import fields_of
from tests.house.test_access import (  # noqa: F401  (two are fixtures)
    PLAIN,
    _worlds,
    asked,
    browser_of,
    methods_of,
    watch,
    world,
)

HALF = {"key": "\ud800", "entry": 1, "column": "state", "text": "OK", "version": 0}
JUNK = [
    pytest.param("9" * 30, id="a number longer than a column"),
    pytest.param("9" * 5000, id="a number longer than Python reads"),
    pytest.param("1e999999", id="a number beyond all others"),
    pytest.param("0.00001", id="a number finer than is kept"),
    pytest.param("٣½", id="digits of other scripts"),
    pytest.param(" ", id="a blank"),
    pytest.param("0001-01-01T00:00", id="the first day there is"),
    pytest.param("9999-12-31", id="the last day there is"),
    pytest.param("[" * 50_000, id="a list in a list without end"),
    pytest.param(json.dumps([HALF]), id="half a character"),
    pytest.param("%(x)s {{x}} = | = \r\nX: <b>", id="signs that mean something elsewhere"),
]
# What pages ask for beside the fields that they draw.
UNDRAWN = (
    *("version", "step", "why", "picked", "person", "present", "seat", "seat-1", "entry", "lots"),
    *("reason_given", "act", "cells", "whole", "pasted", "seen", "digest", "name", "event", "verb"),
)
STEPS = ("offer", "draw", "cut", "expire", "endorse", "register", "withdraw", "let_in", "accept")
ASKED = ("q", "page", "state", "appeal", "entry", "code", "kind", "year", "days", "level", "next")


def drawn(browser, rule, address):
    """Give what a page would send as it stands."""
    page = browser.get(address).text if "GET" in methods_of(rule) else ""
    found = fields_of(page, address).items()
    return {name: value or PLAIN.get(kind, "x") for name, (kind, value) in found}


def forms(sent, junk, each):
    """Give the forms to send: junk everywhere, with every step there is; or in one field after the other."""
    if each:
        return [{**sent, name: junk} for name in sent]
    whole = dict.fromkeys((*sent, *UNDRAWN), junk)
    return [whole, *({**whole, "step": step} for step in STEPS)]


def broken(app, browser, world, watch, junk, each):  # noqa: F811
    """List the pages that answer with an error of ours."""
    found = set()
    for rule, _, method, place, address in asked(app, world):
        if place != "own":
            continue
        if method == "GET":
            sent = [] if each or len(junk) > 5000 else [dict.fromkeys(ASKED, junk)]
            answers = [browser.get(address, query_string=words) for words in sent]
        else:
            sent = forms(drawn(browser, rule, address), junk, each)
            steps = rule.endpoint.split(".")[0] in ("ladder", "admissions", "road")
            answers = [browser.post(address, data=f) for f in (sent if each or steps else sent[:1])]
        found |= {f"{method} {rule.endpoint}" for answer in answers if answer.status_code >= 500}
        watch.wrote()
    return sorted(found)


@pytest.mark.parametrize(
    "junk", [JUNK[0], *(pytest.param(*p.values, id=p.id, marks=pytest.mark.slow) for p in JUNK[1:])]
)
def test_junk_in_every_field_at_once(app, sign_in, world, watch, junk):  # noqa: F811
    browser = browser_of(app, sign_in, world, Role.ADMINISTRATOR)
    assert broken(app, browser, world, watch, junk, each=False) == []


@pytest.mark.slow
@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_one_field_among_good_ones(app, sign_in, world, watch, junk):  # noqa: F811
    browser = browser_of(app, sign_in, world, Role.ADMINISTRATOR)
    assert broken(app, browser, world, watch, junk, each=True) == []
