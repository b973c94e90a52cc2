"""The pages of registering as a host, a unit's officer and a worker open them."""

import re
from datetime import date, timedelta

import pytest

from skillhub.admissions import services as services_of_host
from skillhub.admissions import sheet
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.sheets import Row, read
from skillhub.registrations import services
from skillhub.registrations.models import Registration
from skillhub.registrations.queries import Asking
from tests import make
from tests.registrations.test_services import make_actor


@pytest.fixture
def plant(root):
    return make.organisation("plant", parent=root)


@pytest.fixture
def event(root):
    cup = make.competition(
        root,
        registers=True,
        registration_closes_at=now() + timedelta(days=3),
        starts_on=date(2026, 12, 1),
    )
    return make.event(cup, name="Welding", locked=False, state="registration_open")


def states():
    db.session.expire_all()
    return [r.state.value for r in db.session.query(Registration).order_by(Registration.id)]


def test_a_worker_registers_on_a_phone_and_the_unit_agrees(sign_in, root, plant, event):
    person = make.person("Li Wei", employer=plant)
    worker = sign_in(make.user("worker", plant, person=person))
    assert "Welding" in worker.get("/standing/enter").text
    address = f"/standing/enter/{event.id}"
    page = worker.get(address)
    assert "No conditions are set for this event." in page.text
    page = worker.post(address, data={"step": "register"}, follow_redirects=True)
    assert "waits for the unit" in page.text
    assert states() == ["submitted"]
    officer = sign_in(make.user("organiser", plant))
    key = db.session.query(Registration).one().id
    own = f"/organisations/{plant.id}/registrations/{event.id}"
    page = officer.post(own, data={"step": "endorse", "picked": key}, follow_redirects=True)
    assert "1 registrations are endorsed." in page.text
    assert states() == ["admitted"]
    assert "Entry 01" in worker.get("/standing/road").text


def test_a_worker_too_young_reads_the_rule_and_the_day(sign_in, root, plant, event):
    rule = {"requirement": {"age": {"at_least": 16}}, "as_of": "event_day"}
    services.set_rules(event, 0, rule, make_actor())
    person = make.person("Li Wei", employer=plant, birth_date=date(2011, 3, 5))
    worker = sign_in(make.user("worker", plant, person=person))
    worker.post(f"/standing/enter/{event.id}", data={"step": "register"})
    assert states() == ["ineligible"]
    text = worker.get(f"/standing/enter/{event.id}").text
    assert "Age, at least 16 years: 15 on May 20, 2026; met from March 5, 2027." in text


def test_an_officer_registers_many_and_only_people_of_the_unit(sign_in, root, plant, event):
    own = [make.person(f"P{n}", employer=plant) for n in range(3)]
    stranger = make.person("Stranger", employer=make.organisation("works", parent=root))
    officer = sign_in(make.user("organiser", plant))
    address = f"/organisations/{plant.id}/registrations/{event.id}"
    assert "Stranger" not in officer.get(address).text
    data = {"person": [p.id for p in own] + [stranger.id]}
    page = officer.post(address, data=data, follow_redirects=True)
    assert "3 are registered, 3 of them admitted." in page.text
    assert states() == ["admitted"] * 3
    page = officer.post(address, data={"person": own[0].id})
    assert page.status_code == 409
    assert "is in event 01 already, under 01-R001" in page.text


def test_the_host_admits_in_bulk_and_decides_with_a_reason(sign_in, root, plant, event):
    services.set_rules(event, 0, {"at_once": False, "capacity": 1}, make_actor())
    people = [Asking((make.person(f"P{n}", employer=plant),)) for n in range(2)]
    services.register(event, people, "unit", make_actor(), now())
    host = sign_in(make.user("organiser", root))
    address = f"/competitions/{event.competition_id}/events/{event.id}/registrations"
    keys = [r.id for r in db.session.query(Registration)]
    page = host.post(address, data={"picked": keys}, follow_redirects=True)
    assert "1 are admitted, 1 stand on the waiting list." in page.text
    assert states() == ["admitted", "waitlisted"]
    one, two = db.session.query(Registration).order_by(Registration.id)
    page = host.post(f"/registrations/{one.id}", data={"step": "refuse", "version": one.version})
    assert page.status_code == 422
    data = {"step": "refuse", "version": one.version, "why": "papers were false"}
    page = host.post(f"/registrations/{one.id}", data=data, follow_redirects=True)
    assert "papers were false" in page.text
    assert states() == ["ineligible", "admitted"]
    officer = sign_in(make.user("organiser", plant))
    page = officer.post(f"/registrations/{two.id}", data={"step": "let_in", "version": two.version})
    assert page.status_code == 404


def test_many_are_admitted_by_their_number_and_taken_back(sign_in, root, plant, event):
    """D1: the number typed back above twenty, three examples, and Undo for the whole set."""
    services.set_rules(event, 0, {"at_once": False, "capacity": 20}, make_actor())
    people = [Asking((make.person(f"Worker {n}", employer=plant),)) for n in range(1, 22)]
    services.register(event, people, "unit", make_actor(), now())
    host = sign_in(make.user("organiser", root))
    address = f"/competitions/{event.competition_id}/events/{event.id}/registrations"
    page = " ".join(host.get(address).text.split())
    assert "such as: Worker 1; Worker 2; Worker 3." in page
    keys = [r.id for r in db.session.query(Registration)]
    for count in ("", "20"):
        refused = host.post(address, data={"picked": keys, "count": count})
        assert refused.status_code == 422
        assert "type 21 to confirm" in refused.text
    assert set(states()) == {"eligible"}
    refused = host.post(address, data={"picked": keys[:20]})
    assert refused.status_code == 302, "twenty need no word"
    assert states() == ["admitted"] * 20 + ["eligible"]

    page = host.get(address).text
    assert "You admitted 20 at once" in page
    at = re.search(r'name="at" value="([^"]*)"', page)[1]
    other = sign_in(make.user("organiser", root, login="other"))
    assert "You admitted" not in other.get(address).text
    assert other.post(f"{address}/undo", data={"at": at}).status_code == 409
    first = db.session.query(Registration).order_by(Registration.id).first()
    services_of_host.withdraw(first, first.version, "ill", make_actor())
    assert host.post(f"{address}/undo", data={"at": at}).status_code == 302
    assert states() == ["withdrawn"] + ["eligible"] * 20
    assert db.session.query(make.Entry).count() == 0
    assert host.post(f"{address}/undo", data={"at": at}).status_code == 409


def test_the_rules_of_entry_keep_what_was_typed(sign_in, root, event):
    host = sign_in(make.user("organiser", root))
    address = f"/competitions/{event.competition_id}/events/{event.id}/registrations/rules"
    data = {
        "capacity": "30", "unit_quota": "3", "waiting_list": "y", "at_once": "y", "youngest": "16", "oldest": "59",
        "months": "12", "as_of": "event_day", "version": "0", "more": '{"has_title": {"title": "Artisan"}}',
    }  # fmt: skip
    assert host.post(address, data=data).status_code == 302
    page = host.get(address).text
    assert all(f'value="{n}"' in page for n in (30, 3, 16, 59, 12))
    assert "Artisan" in page
    assert host.post(address, data={**data, "version": "1", "more": "{"}).status_code == 200
    bad = host.post(address, data={**data, "version": "1", "more": '{"height": {}}'}).text
    assert "unknown key" in bad


def rows(*lines):
    names = ("key", "person", "name", "team")
    return [
        Row(n, {k: v for k, v in zip(names, line, strict=False) if v})
        for n, line in enumerate(lines, 2)
    ]


def test_77_a_sheet_says_every_bad_row_and_is_known_when_it_comes_again(root, plant, event):
    people = [make.person(f"P{n}", employer=plant, number=f"{n:05d}") for n in range(4)]
    make.person("Elsewhere", number="77777")
    good = [("a", "00000", "P0"), ("b", "00001", ""), ("c", "00002", "P2")]
    bad = [("d", "77777", ""), ("e", "00003", "Somebody"), ("f", "00001", "P1")]
    made = sheet.plan(plant, event, rows(*good, *bad), now())
    said = [(r.number, str(r.problems[0].message)) for r in made.preview.rows if r.problems]
    assert [number for number, _ in said] == [5, 6, 7]
    assert "nobody of this unit" in said[0][1]
    assert "belongs to P3" in said[1][1]
    assert "twice" in said[2][1]
    made = sheet.plan(plant, event, rows(*good), now())
    services.register(event, made.asking, "unit", make_actor(), now())
    again = sheet.plan(plant, event, rows(*good, ("g", "00003", "")), now())
    assert [r.change.value for r in again.preview.rows] == ["same", "same", "same", "new"]
    clash = sheet.plan(plant, event, rows(("a", "00003", "")), now())
    assert "the key a is that of 01-R001 already" in str(clash.preview.rows[0].problems[0].message)
    assert people


def test_an_officer_imports_a_sheet_of_registrations(sign_in, root, plant, event):
    for n in range(3):
        make.person(f"P{n}", employer=plant, number=f"{n:05d}")
    officer = sign_in(make.user("organiser", plant))
    address = f"/organisations/{plant.id}/registrations/{event.id}/import"
    page = officer.post(address, data={"pasted": "Key\tWorker number\n1\t00000\n2\t00002"})
    preview = page.location
    text = officer.get(preview).text
    token = text.split('name="token" value="')[1].split('"')[0]
    page = officer.post(preview, data={"step": "apply", "token": token}, follow_redirects=True)
    assert "Done: 2 new" in page.text
    assert states() == ["admitted", "admitted"]
    host = sign_in(make.user("organiser", root))
    own = f"/competitions/{event.competition_id}/events/{event.id}/registrations"
    assert "01-R002" in host.get(f"{own}/export.csv").text


def test_77_the_good_rows_are_taken_where_somebody_chooses_so_and_the_bad_come_back_as_a_file(
    sign_in, root, plant, event
):
    for n in range(3):
        make.person(f"P{n}", employer=plant, number=f"{n:05d}")
    officer = sign_in(make.user("organiser", plant))
    address = f"/organisations/{plant.id}/registrations/{event.id}/import"
    pasted = "Key\tWorker number\tName\tRoom\n1\t00000\tP0\ta\n2\t77777\tX\tb\n3\t00002\tP2\tc\n4\t00001\tOther\td"
    preview = officer.post(address, data={"pasted": pasted}).location
    text = officer.get(preview).text
    assert "Nothing is written while a row has a problem." in text
    assert "Take the 2 good rows, leave the 2 others" in text
    token = text.split('name="token" value="')[1].split('"')[0]
    refused = officer.post(preview, data={"step": "apply", "token": token})
    assert refused.status_code == 422
    assert states() == [], "all or nothing where nobody chose otherwise"

    page = officer.post(preview, data={"step": "apply_good", "token": token}, follow_redirects=True)
    assert "2 rows are left to mend." in page.text
    assert states() == ["admitted", "admitted"]
    grid = read(officer.get(f"{preview}?rows=mend").data, "x.xlsx").sheets[0].rows
    assert grid[0][:4] == ["Key", "Worker number", "Name", "Room"]
    assert [row[:4] for row in grid[1:]] == [["2", "77777", "X", "b"], ["4", "00001", "Other", "d"]]
    assert "nobody of this unit" in grid[1][4]
    assert "belongs to P1" in grid[2][4]
    again = officer.post(
        preview, data={"step": "apply_good", "token": token}, follow_redirects=True
    )
    assert states() == ["admitted", "admitted"], again.text[:0]


def test_a_file_that_changed_meanwhile_is_not_taken_in_part(sign_in, root, plant, event):
    person = make.person("P0", employer=plant, number="00000")
    officer = sign_in(make.user("organiser", plant))
    address = f"/organisations/{plant.id}/registrations/{event.id}/import"
    pasted = "Key\tWorker number\n1\t00000\n2\t77777"
    preview = officer.post(address, data={"pasted": pasted}).location
    token = officer.get(preview).text.split('name="token" value="')[1].split('"')[0]
    services.register(event, [Asking((person,))], "unit", make_actor(), now())
    page = officer.post(preview, data={"step": "apply_good", "token": token})
    assert page.status_code == 409
    assert states() == ["eligible"]


def test_a_unit_passes_a_place_on_to_its_own_people_only(sign_in, root, plant, event):
    """Whoever stands for another unit was not asked, nor was that unit; and a number would tell a name."""
    ours, mine = make.person("Li Wei", employer=plant), make.person("Mine", employer=plant)
    theirs = make.person("Zhao Canary", employer=make.organisation("other", parent=root))
    [row] = services.register(event, [Asking((ours,))], "unit", make_actor(), now())
    services_of_host.admit(event, [row], make_actor(), now())
    officer, one = sign_in(make.user("organiser", plant)), f"/registrations/{row.id}"
    form = {"step": "substitute", "why": "ill", "version": row.version}
    page = officer.post(one, data={**form, "person": theirs.number})
    assert page.status_code == 422
    assert "Canary" not in page.text
    assert officer.post(one, data={**form, "person": mine.number}).status_code == 302
