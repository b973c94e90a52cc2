"""A release at a moment: one second before it nobody outside reads anything, one second after everybody does."""

import gzip
import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import brotli
import pytest
import time_machine
from werkzeug.routing import BuildError

from skillhub.app import create_app
from skillhub.awards import services as awards
from skillhub.certificates.models import Certificate, CertificatePdf, Series, TemplateVersion
from skillhub.certificates.rules import code_of, number_of
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.publishing import queries, services, works
from skillhub.results import services as results
from skillhub.telling.models import Announcement
from tests import make
from tests.publishing.cup import AFTER, BEFORE, NAMES, POINTS, SIX, TITLES, announced, cup, finished

TEAM = ("Ravenquorn Crew", "Obsidra", "Pelluma", "55.51", "Teamquill")
CANARIES = (*NAMES, *TITLES, *POINTS, *TEAM)
LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]+)""")
SKIPPED = ("/static/", "/language/", "/theme/", "/sign-")


@pytest.fixture
def quills(root):
    assert len(CANARIES) == 20
    made = cup(root)
    title = [{"scheme": "counts", "titles": [[TEAM[4], 1]]}]
    crew = make.event(made.competition, code="02", team_size=2, awards=title)
    entry = make.entry(crew, "1", name=TEAM[0], marks={"score": TEAM[3]})
    for n, name in enumerate(TEAM[1:3], 1):
        make.keep(member(entry, n, name))
    announced(made)
    finished(made)
    results.finalise(crew, OPERATOR.name, OPERATOR, now())
    awards.confer(crew, OPERATOR, now(), make.DAY)
    for event in (made.event, crew):
        services.publish(event, OPERATOR, BEFORE)
    made.papers = papers(made)
    return made


def member(entry, position, name):
    person = make.person(name)
    return type(entry).members.property.mapper.class_(
        entry=entry, position=position, name=name, person=person
    )


def papers(made):
    """A certificate for each award of the first event, printed."""
    series = Series(issuer=made.competition.host, year=2026, prefix="SH-2026", last=9)
    template = TemplateVersion(code="award", title="Award", sha256="0" * 64, files=b"")
    found = []
    for n, award in enumerate(queries.awards.of(made.competition, made.event), 1):
        number = number_of("SH-2026", made.event.code, n)
        facts = {"holder_name": award.entry.name, "award_en": award.title, "event_en": "Quills"}
        paper = make.keep(
            Certificate(
                award=award, series=series, serial=n, number=number, folded=number.replace("-", ""),
                code=code_of(n << 100), template_version=template, facts=facts, facts_sha256="0" * 64,
                state="issued", pdf_sha256="0" * 64, issued_by="x", issued_at=now(),
            )
        )  # fmt: skip
        make.keep(CertificatePdf(certificate_id=paper.id, content=award.title.encode()))
        found.append(paper)
    return found


def arguments(made):
    """What may stand in an address: every row and every edition of the cup."""
    return {
        "competition_id": [made.competition.id],
        "event_id": [event.id for event in made.competition.events],
        "entry_id": [entry.id for entry in made.entries],
        "person_id": [person.id for person in made.people],
        "certificate_id": [paper.id for paper in made.papers],
        "award_id": [paper.award_id for paper in made.papers],
        "code": [paper.code.lower() for paper in made.papers],
        "number": [paper.number for paper in made.papers],
        "competition": [made.competition.code],
        "event": [event.code for event in made.competition.events],
        "mark": [queries.current(event).mark for event in made.competition.events],
        "file": ["1.en.html", "1.zh.html", "lines.json", "lines.en.csv", "lines.zh.csv"],
        "kind": ["csv", "xlsx"],
    }


def addresses(app, made):
    """Every address of the house with every row of the cup, and what people type into its searches."""
    known = arguments(made)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint not in app.view_functions:
            continue
        choices = [{}]
        for name in rule.arguments:
            values = known.get(name, [1] if name.endswith("_id") else ["x"])
            choices = [{**one, name: value} for one in choices for value in values]
        for given in choices:
            try:
                yield app.url_map.bind("localhost").build(rule.endpoint, given)
            except (BuildError, ValueError):  # a kind of argument that this row does not fit
                continue
    for word in [*CANARIES, *(paper.number for paper in made.papers)]:
        yield f"/verify?q={word}"
        for event in made.competition.events:
            yield f"/results/{made.competition.code}/{event.code}/search?q={word}"


def text_of(answer):
    body = answer.data
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
        answer.headers.get("Content-Encoding", "")
    )
    return unescape((unpack(body) if unpack else body).decode(errors="replace"))


def crawl(app, browser, made):
    """Read all that a browser gets, and follow every link; gives status, text and headers by address."""
    todo, read = [path for path in addresses(app, made) if not path.startswith(SKIPPED)], {}
    while todo:
        path = todo.pop()
        if path in read:
            continue
        answer = browser.get(path, headers={"Accept-Encoding": "br, gzip"})
        read[path] = (answer.status_code, text_of(answer), dict(answer.headers))
        if answer.mimetype != "text/html":
            continue
        for link in [*LINK.findall(read[path][1]), answer.headers.get("Location", "")]:
            target = urlsplit(urljoin(f"http://localhost{path}", link))
            inside = target.netloc == "localhost" and not target.path.startswith(SKIPPED)
            if link and inside:
                todo.append(target.path + (f"?{target.query}" if target.query else ""))
    return read


def leaks(read, words=CANARIES, own=()):
    """Say which canaries stand in which answers; what a reader typed and reads back does not count."""
    return {
        (path, word)
        for path, (_, text, headers) in read.items()
        for word in words
        if word in text + str(headers) and f"q={word}" not in path and word not in own
    }


def readers(sign_in, app, made, root):
    other = make.user("worker", root, person=make.person("Somebody Else"))
    return {"nobody": app.test_client(), "another worker": sign_in(other)}


def test_one_second_before_nobody_outside_reads_anything(app, sign_in, quills, root):
    with time_machine.travel(BEFORE, tick=False):
        works.tell(now())
        for who, browser in readers(sign_in, app, quills, root).items():
            read = crawl(app, browser, quills)
            assert len(read) > 300, "it is not a sample"
            assert leaks(read) == set(), who
            kept = {
                path
                for path, (status, _, headers) in read.items()
                if path.startswith(("/results", "/v/", "/verify"))
                and "no-store" not in headers.get("Cache-Control", "")
            }
            assert kept == set(), "no cache may keep what it reads now"
        winner = quills.users[0]
        read = crawl(app, sign_in(winner), quills)
        assert {word for _, word in leaks(read)} <= {"Quixana"}, "one's own name is no news"


def test_one_second_after_everybody_does(app, sign_in, quills, root):
    with time_machine.travel(BEFORE, tick=False):
        early = app.test_client().get(f"/results/{quills.competition.code}/01")
    with time_machine.travel(AFTER, tick=False):
        works.tell(now())
        for who, browser in readers(sign_in, app, quills, root).items():
            read = crawl(app, browser, quills)
            seen = {word for _, word in leaks(read)}
            assert seen == set(CANARIES), who
            for paper in quills.papers:
                _, text, _ = read[f"/v/{paper.code.lower()}"]
                assert paper.facts["holder_name"] in text
        tag = early.headers.get("ETag", 'W/"none"')
        late = app.test_client().get(
            f"/results/{quills.competition.code}/01", headers={"If-None-Match": tag}
        )
        assert (late.status_code, "Quixana" in late.text) == (200, True)


def test_own_first_shows_the_own_line_and_no_one_elses(app, sign_in, quills, root):
    release = queries.release_of(quills.competition)
    services.announce(quills.competition, release.version, {"own_first": True}, OPERATOR, BEFORE)
    with time_machine.travel(BEFORE, tick=False):
        for n in (0, 4):
            read = crawl(app, sign_in(quills.users[n]), quills)
            own = {NAMES[n], POINTS[n], *TITLES[n : n + 1]}
            assert {word for _, word in leaks(read)} == own
        assert leaks(crawl(app, app.test_client(), quills)) == set()


def test_it_fires_once_and_survives_a_restart_at_the_very_second(app, quills):
    with time_machine.travel(BEFORE, tick=False):
        assert works.tell(now()) == 0
    db.session.remove()
    other = create_app(app.extensions["skillhub.settings"])
    with time_machine.travel(SIX, tick=False):
        with other.app_context():
            assert works.tell(now()) == len(NAMES) + 2, "six alone, two in a team"
            db.session.remove()
            db.engine.dispose()
        assert works.tell(now()) == 0
    assert db.session.query(Announcement).count() == len(NAMES) + 2


def test_as_many_are_told_as_let_their_name_stand(sign_in, quills):
    services.withhold(quills.entries[1], quills.people[1], OPERATOR, BEFORE)
    assert works.tell(AFTER) == len(NAMES) + 1
    with time_machine.travel(AFTER, tick=False):
        told = sign_in(quills.users[0]).get("/standing/changes").text
        silent = sign_in(quills.users[1]).get("/standing/changes").text
    assert "The results are out." in told
    assert "are out" not in silent


def test_a_worker_leaves_the_own_name_out(sign_in, client, quills):
    with time_machine.travel(AFTER, tick=False):
        browser, entry = sign_in(quills.users[0]), quills.entries[0]
        assert "Leave my name out" in browser.get(f"/standing/results/{entry.id}").text
        browser.post(f"/standing/results/{entry.id}/name")
        public = client.get(f"/results/{quills.competition.code}/01").text
        assert "Quixana" not in public
        assert "93.17" in public
        foreign = browser.post(f"/standing/results/{quills.entries[1].id}/name")
        assert foreign.status_code == 404


@pytest.mark.parametrize("own_first", [True, False])
def test_a_frozen_line_of_ones_own_is_seen_first_where_it_is_set(sign_in, root, own_first):
    made = cup(root)
    announced(made, own_first=own_first)
    results.freeze(made.event, OPERATOR, BEFORE)
    with time_machine.travel(BEFORE, tick=False):
        page = sign_in(made.users[0]).get(f"/standing/results/{made.entries[0].id}").text
        assert ("93.17" in page, "Provisional result" in page) == (own_first, own_first)
        assert ("Provisionally place 1" in page) == own_first
        assert "being marked" not in page
        assert "Vexmoor" not in page
    with time_machine.travel(AFTER, tick=False):
        page = sign_in(made.users[0]).get(f"/standing/results/{made.entries[0].id}").text
        assert "93.17" in page
