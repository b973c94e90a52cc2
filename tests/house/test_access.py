"""Who may open what: every address, as every role and as nobody, in the own and in other organisations.

The table `access.txt` beside this file is the reviewed rule; `make access` writes it anew. A new address without a line
there, or with an argument for which the small world (world.py) has no row, fails by name.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from skillhub.kernel.access import PUBLIC, READING, SIGNED_IN, Role
from skillhub.kernel.db import db
from tests.house.pages import fields_of
from tests.house.world import PLACES, WITHIN, World

TABLE = Path(__file__).with_name("access.txt")
NOBODY = "nobody"
REFUSED = {"403", "sign in"}
# The sign-in library guards its own pages; what they do is seen in tests/accounts/test_sign_in.py.
LIBRARY = {
    "static": PUBLIC,
    "security.static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.verify": SIGNED_IN,
    "security.change_password": SIGNED_IN,
}
# Pages of one row that ask for no organisation at the door, because their query finds only what the reader may see:
# a row of another part of the tree, or of another person, is nowhere.
FILTERED = {
    "accounts.journal_line": "lines by accounts of the own part",
    "incentives.person": "people employed in the own part",
    "qualifications.view": "of people employed in the own part",
    "people.view": "people employed in the own part",
    "people.import_preview": "files of one's own",
    "portal.certificate": "one's own certificates",
    "badges.badge": "one's own certificates",
    "badges.take": "one's own certificates",
    "badges.give_up": "one's own certificates",
    "badges.file": "one's own certificates",
    "portal.download": "one's own certificates",
    "portal.name": "one's own entries",
    "portal.result": "one's own entries",
    "road.answer": "one's own seats",
    "asking.query": "one's own entries",
    "asking.photo": "one's own entries",
    "asking.withdraw": "one's own entries",
    "portal.put_away": "what one was told oneself",
}
# Rows that every holder of the role may see, and why.
OPEN_ROWS = {
    "portal.incentive": "policies are published",
    "road.event": "events to which the own unit is called",
    "road.register": "events to which the own unit is called",
    "incentives.view": "policies over and below the own part, with the people of the own part",
}
# What belongs to everybody is kept by the administrators of the top.
TOP = {"occupations.add", "occupations.edit", "appeals.know_day"}
# Filled forms need words that mean something; anything else gets a plain one.
PLAIN = {
    "optional": "",
    "date": "2026-05-20",
    "number": "1",
    "email": "a@works.example",
    "password": "three words suffice",
}
WORDS = {"organisation": "child", "host": "own", "version": "1", "login": "newcomer", "code": "new"}
CHANGING = {"fs_uniquifier", "id", "hash", "at", "previous"}

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="session")
def _worlds():
    """The world, built once for all tests of a worker."""
    return []


@pytest.fixture
def world(app, _worlds):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the pages are the same on both engines")
    if not _worlds:
        _worlds.append(World())
        db.session.remove()
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(_file(), _file().with_name("world.sqlite"))
    put_back()
    return _worlds[0]


@pytest.fixture
def watch(world):
    with closing(Watch()) as opened:
        yield opened


class Watch:
    """Looks at the database from outside, and puts the world back when a request has written."""

    def __init__(self):
        self.outside, self.seen = None, None
        self._look()

    def _look(self):
        self.close()
        self.outside = sqlite3.connect(_file())
        self.seen = self._version()

    def _version(self):
        """Give the number that SQLite changes whenever somebody else has written."""
        return self.outside.execute("PRAGMA data_version").fetchone()[0]

    def close(self):
        if self.outside:
            self.outside.close()

    def wrote(self):
        """Say whether anybody wrote since the world was last as it should be, and put it back if so."""
        if self._version() == self.seen:
            return False
        self.close()
        put_back()
        self._look()
        return True


def _file():
    return Path(db.engine.url.database)


def put_back():
    """Undo whatever a request did."""
    db.session.remove()
    db.engine.dispose()
    for ending in ("-wal", "-shm"):
        Path(f"{_file()}{ending}").unlink(missing_ok=True)
    shutil.copy(_file().with_name("world.sqlite"), _file())


def fingerprint():
    """Say what the whole database holds, table by table."""
    with db.engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(connection.execute(text(f'SELECT * FROM "{table.name}"')).all()).encode()
            ).hexdigest()
            for table in db.metadata.sorted_tables
        }


def rules(app):
    known = (rule for rule in app.url_map.iter_rules() if rule.endpoint in app.view_functions)
    return sorted(known, key=lambda rule: (rule.rule, rule.endpoint))


def ours(app):
    return [rule for rule in rules(app) if rule.endpoint not in LIBRARY]


def methods_of(rule):
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def access_of(app, rule):
    return getattr(app.view_functions.get(rule.endpoint), "_allow", None)


def line_of(app, rule):
    access = access_of(app, rule)
    if rule.endpoint in LIBRARY:
        who, where = LIBRARY[rule.endpoint], "-"
    elif access is None:
        who, where = "UNGUARDED", "-"
    else:
        who = ",".join(sorted(access.roles)) if access.door == "role" else access.door
        who += " alone" if access.alone else ""
        where = (
            f"{access.scope.__module__.removeprefix('skillhub.')}.{access.scope.__name__}"
            if access.scope
            else "-"
        )
    return f"{rule.endpoint:<40} {','.join(methods_of(rule)):<9} {rule.rule:<70} {who:<45} {where}".rstrip()


def test_the_reviewed_table_is_the_one_in_force(app):
    present = [line_of(app, rule) for rule in rules(app)]
    if os.environ.get("SKILLHUB_WRITE_ACCESS"):
        TABLE.write_text("\n".join(present) + "\n", encoding="utf-8")
    reviewed = TABLE.read_text(encoding="utf-8").splitlines()
    assert present == reviewed, "read the difference, then: make access"


def test_every_row_in_an_address_is_known_to_the_world(app, world):
    unknown = []
    for rule in ours(app):
        try:
            world.arguments(rule, "own")
        except KeyError as missing:
            unknown.append(missing.args[0])
    assert not unknown, "\n".join(unknown)


def test_a_page_of_a_row_asks_for_the_organisation(app):
    open_rows = {
        rule.endpoint
        for rule in ours(app)
        if (access := access_of(app, rule))
        and access.door == "role"
        and not access.scope
        and any(name.endswith("_id") for name in rule.arguments)
    }
    assert open_rows - set(FILTERED) - set(OPEN_ROWS) == set(), (
        "give it a scope, or filter its query and say so in FILTERED"
    )


def expected(rule, access, who, method, place):
    """Say by the rules of the house how a page answers: open, sign in, 403 or 404."""
    if access.door == PUBLIC:
        return "open"
    if who == NOBODY:
        return "sign in"
    if access.door == SIGNED_IN:
        return "open"
    admitted = {*access.roles} if access.alone else {*access.roles, Role.ADMINISTRATOR}
    if not access.alone and method in READING and Role.WORKER not in access.roles:
        admitted.add(Role.AUDITOR)
    if who not in admitted:
        return "403"
    if rule.endpoint in TOP:
        return "404"
    return "404" if _is_bound(rule, access) and place not in WITHIN else "open"


def _is_bound(rule, access):
    """Tell whether a page belongs to an organisation."""
    return access.scope is not None or rule.endpoint in FILTERED


def heard(answer):
    if answer.status_code in (301, 302, 303) and "/sign-in" in (answer.location or ""):
        return "sign in"
    return (
        str(answer.status_code)
        if answer.status_code in (403, 404) or answer.status_code >= 500
        else "open"
    )


def browser_of(app, sign_in, world, who):
    if who == NOBODY:
        return app.test_client()
    return sign_in(db.session.merge(world.users[who]))


def asked(app, world, who=Role.ADMINISTRATOR):
    """List every question to ask: rule, method, place, address. Whoever is refused in the own part is so everywhere."""
    for rule in ours(app):
        access = access_of(app, rule)
        wanted = {expected(rule, access, who, method, "own") for method in methods_of(rule)}
        places = PLACES if _is_bound(rule, access) and not wanted <= REFUSED else ("own",)
        for place in places:
            try:
                given = world.arguments(rule, place)
            except KeyError:
                continue
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, given)
            for method in methods_of(rule):
                yield rule, access, method, place, address


@pytest.mark.parametrize("who", [*Role, NOBODY])
def test_every_door_holds(app, sign_in, world, watch, who):
    browser = browser_of(app, sign_in, world, who)
    found = []
    for rule, access, method, place, address in asked(app, world, who):
        want = expected(rule, access, who, method, place)
        got = heard(browser.open(address, method=method))
        # A row of the right organisation may still be in a state in which the page does not exist.
        fits = got == want or (want == "open" and got == "404" and method not in READING)
        mine = not access.scope or "upload_id" in rule.arguments
        if access.door == PUBLIC or (want == "open" and mine):
            fits = (
                fits or got == "404"
            )  # a row of the own organisation may still be another person's
        if not fits:
            found.append(f"{method} {rule.endpoint} of {place}: {got}, not {want}")
        if watch.wrote() and (want != "open" or method in READING):
            found.append(f"{method} {rule.endpoint} of {place} ({want}) changed the database")
    assert not found, "\n".join(found)


def test_rows_of_another_organisation_do_not_slip_in_behind_an_own_one(app, sign_in, world, watch):
    """/competitions/<own>/events/<theirs> is nowhere."""
    browser = browser_of(app, sign_in, world, Role.ADMINISTRATOR)
    found = []
    for rule in ours(app):
        names = [name for name in sorted(rule.arguments) if name.endswith("_id")]
        if len(names) < 2 or access_of(app, rule).door != "role":
            continue
        own, theirs = (world.arguments(rule, place) for place in ("own", "sibling"))
        for name in names:
            if own[name] == theirs[name]:
                continue
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {**own, name: theirs[name]}
            )
            for method in methods_of(rule):
                status = browser.open(address, method=method).status_code
                if status not in (403, 404):
                    found.append(f"{method} {rule.endpoint} with the {name} of others: {status}")
                if watch.wrote():
                    found.append(
                        f"{method} {rule.endpoint} with the {name} of others changed the database"
                    )
    assert not found, "\n".join(found)


def test_every_page_has_no_room_for_foreign_code(app, sign_in, world):
    browser = browser_of(app, sign_in, world, Role.ADMINISTRATOR)
    found = []
    for rule, _, method, place, address in asked(app, world):
        if method == "GET" and place == "own":
            answer = browser.get(address)
            policy = answer.headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy:
                found.append(f"{rule.endpoint}: {policy}")
            if answer.status_code >= 500:
                found.append(f"{rule.endpoint}: {answer.status_code}")
    assert not found, "\n".join(found)


def filled(browser, address, endpoint_address):
    """Read the form that posts to an address from its own page, and fill what must be; None stays unsent."""
    page = browser.get(address)
    if page.status_code != 200 or page.mimetype != "text/html":
        return {}
    form = fields_of(page.text, endpoint_address)
    return {
        name: None
        if kind == "unticked"
        else value or WORDS.get(name) or PLAIN.get(kind, "Plain word")
        for name, (kind, value) in form.items()
        if kind not in {"file", "submit"}
    }


def told(before_id):
    """Give the changes that the journal tells since a line, without what is new each time."""
    with db.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT verb, subject, changes FROM journal WHERE id > :id ORDER BY id"),
            {"id": before_id},
        ).all()
    return [(verb, subject, _steady(changes)) for verb, subject, changes in rows]


def _steady(changes):
    return [
        (
            address,
            *(
                {
                    k: v
                    for k, v in (part or {}).items()
                    if k not in CHANGING and not k.endswith("_at")
                }
                for part in parts
            ),
        )
        for address, *parts in json.loads(changes)
    ]


def last_line():
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT max(id) FROM journal")).scalar()


def test_a_form_takes_its_own_fields_only_and_what_it_changes_stands_in_the_journal(
    app, sign_in, world
):
    """Send each form as it is, then with every column of every table besides: the same must happen."""
    browser = browser_of(app, sign_in, world, Role.ADMINISTRATOR)
    columns = {column.key for table in db.metadata.sorted_tables for column in table.columns}
    columns |= {"is_admin", "roles", "grants", "path", "state", "user", "_method"}
    found, changing, last = [], set(), last_line()
    for rule, _, method, place, address in asked(app, world):
        if method != "POST" or place != "own":
            continue
        pages = [address] if "GET" in rule.methods else [address.rpartition("/")[0]]
        form = next((f for page in pages if (f := filled(browser, page, address))), {})
        known = db.metadata.sorted_tables
        before, results = fingerprint(), []
        for extra in ({}, dict.fromkeys(columns - set(form), "1")):
            sent = {name: value for name, value in {**extra, **form}.items() if value is not None}
            answer = browser.post(address, data=sent)
            after = fingerprint()
            journaled = {
                t.name
                for t in known
                if t.name not in _unjournaled() and after[t.name] != before[t.name]
            }
            if journaled and "journal" not in journaled:
                found.append(f"{rule.endpoint} changed {journaled} without a line in the journal")
            if journaled:
                changing.add(rule.endpoint)
            results.append((answer.status_code, told(last)))
            put_back()
        if results[0] != results[1]:
            found.append(f"{rule.endpoint} took a column that its form does not have: {results}")
    print(f"{len(changing)} forms changed something: {sorted(changing)}")
    assert not found, "\n".join(found)


def _unjournaled():
    return {
        mapper.local_table.name
        for mapper in db.Model.registry.mappers
        if not getattr(mapper.class_, "__journaled__", True)
    }
