"""The pages of people: what a person sees, and who is kept out."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.people import queries, services
from tests import make

ID = "440308199901101512"


@pytest.fixture
def works(root):
    return make.organisation("W1", parent=root, name="一厂")


@pytest.fixture
def other(root):
    return make.organisation("W2", parent=root, name="二厂")


@pytest.fixture
def organiser(works, sign_in):
    return sign_in(make.user("organiser", works))


@pytest.fixture
def li(works):
    person = services.admit({"name": "李<b>伟", "number": "00417", "id_number": ID}, OPERATOR)
    services.employ(person, works, date(2020, 1, 1), OPERATOR, post="焊工")
    return person


def test_the_list_and_the_page(organiser, li):
    page = organiser.get("/people/?q=00417")
    assert "李&lt;b&gt;伟" in page.text
    assert "一厂" in page.text
    page = organiser.get(f"/people/{li.id}")
    assert "4***************12" in page.text
    assert ID not in page.text
    assert "Nobody fits" in organiser.get("/people/?q=zzz").text


def test_an_identity_number_is_found_by_a_form_and_stands_in_no_address(
    organiser, other, sign_in, li
):
    assert "Nobody fits" in organiser.get(f"/people/?q={ID}").text
    page = organiser.post("/people/", data={"q": ID})
    assert "李&lt;b&gt;伟" in page.text
    assert ID not in page.text.replace(
        f'value="{ID}"', ""
    )  # what was typed stays in its field alone
    assert "00417" in organiser.post("/people/", data={"q": "00417"}).text
    assert organiser.post("/people/", data={"q": " 李 "}).location == "/people/?q=%E6%9D%8E"
    elsewhere = sign_in(make.user("organiser", other))
    assert "Nobody fits" in elsewhere.post("/people/", data={"q": ID}).text


def test_somebody_is_entered_with_an_employer(organiser, works):
    form = {"name": "王芳", "id_type": "resident", "sex": "", "id_number": ID}
    page = organiser.post("/people/add", data=form)
    assert 'value="王芳"' in page.text
    job = {
        "job-organisation": works.id,
        "job-since": "2026-05-01",
        "job-kind": "regular",
        "job-is_primary": "y",
    }
    page = organiser.post("/people/add", data={**form, "id_number": "1", **job})
    assert "A resident number has 18 digits" in page.text
    page = organiser.post("/people/add", data={**form, **job}, follow_redirects=True)
    assert "The person is entered." in page.text
    assert "一厂" in page.text


def test_a_person_of_another_unit_cannot_be_taken(organiser, works, other):
    person = services.admit({"name": "丙", "number": "77"}, OPERATOR)
    services.employ(person, other, date(2020, 1, 1), OPERATOR)
    job = {
        "job-organisation": works.id,
        "job-since": "2026-05-01",
        "job-kind": "regular",
        "job-is_primary": "y",
    }
    page = organiser.post(
        "/people/add", data={"name": "丙", "number": "77", "id_type": "resident", "sex": "", **job}
    )
    assert "an organisation that is not yours" in page.text
    assert len(queries.employments_of(person)) == 1


def test_pages_that_write(organiser, li, works):
    for name in ("edit", "employ", "insure"):
        assert organiser.get(f"/people/{li.id}/{name}").status_code == 200
    form = {"name": "李伟", "number": "00417", "id_type": "resident", "sex": "", "status": "active"}
    form["version"] = li.version
    assert organiser.post(f"/people/{li.id}/edit", data=form).status_code == 302
    assert (
        "Somebody changed this"
        in organiser.post(f"/people/{li.id}/edit", data={**form, "name": "x"}).text
    )
    assert queries.identity_of(li)
    months = {"kind": "unemployment", "since": "2023-01-31", "known_to": "2026-04-30"}
    assert (
        "2023-01"
        in organiser.post(f"/people/{li.id}/insure", data=months, follow_redirects=True).text
    )
    job = queries.employments_of(li)[0]
    path = f"/people/{li.id}/employments/{job.id}/leave"
    assert organiser.get(path).status_code == 200
    assert "The last day is before" in organiser.post(path, data={"until": "2019-01-01"}).text
    assert organiser.post(path, data={"until": "2026-05-01"}).status_code == 302
    assert organiser.get(f"/people/{li.id + 1}/employments/{job.id}/leave").status_code == 404


def test_a_whole_number_is_shown_to_a_post_only(organiser, li):
    assert organiser.get(f"/people/{li.id}/unmask").status_code == 405
    page = organiser.post(f"/people/{li.id}/unmask", data={"why": "asked by the bank"})
    assert ID in page.text
    assert page.headers["Cache-Control"] == "no-store"
    last = db.session.scalars(select(JournalLine).order_by(JournalLine.id.desc())).first()
    assert (last.verb, last.why) == ("people.unmask", "asked by the bank")


def test_a_roster_from_upload_to_apply(organiser, works):
    assert organiser.get("/people/import").status_code == 200
    assert "Choose a file" in organiser.post("/people/import", data={}).text
    roster = "工号,姓名,单位\n00417,李伟,W1\n00418,王芳,W9\n".encode()
    page = organiser.post(
        "/people/import", data={"file": (BytesIO(roster), "r.csv")}, follow_redirects=True
    )
    assert "No organisation of yours has the code" in page.text
    assert "Apply all" not in page.text
    sent = organiser.post("/people/import", data={"pasted": "工号\t姓名\t单位\n00417\t李伟\tW1\n"})
    page = organiser.get(sent.location)
    assert "Apply all 1 changes" in page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    page = organiser.post(
        sent.location, data={"step": "apply", "token": token}, follow_redirects=True
    )
    assert "Done: 1 new" in page.text
    assert organiser.get(sent.location).status_code == 302


def test_columns_are_asked_for(organiser, works):
    sent = organiser.post("/people/import", data={"pasted": "who\tfirm\nLi\tW1\n"})
    page = organiser.get(sent.location)
    assert "No column for Name" in page.text
    assert 'name="map:name"' in page.text
    organiser.post(sent.location, data={"step": "answer", "map:name": "A", "map:employer": "B"})
    assert "Apply all 1 changes" in organiser.get(sent.location).text
    assert organiser.post(sent.location, data={"step": "discard"}).status_code == 302
    assert organiser.get(sent.location).status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export(organiser, li, kind):
    page = organiser.get(f"/people/export.{kind}")
    assert page.status_code == 200
    assert ID.encode() not in page.data
    sent = organiser.post("/people/import", data={"file": (BytesIO(page.data), f"people.{kind}")})
    assert "There is nothing to do" in organiser.get(sent.location).text


@pytest.mark.parametrize(
    ("role", "status"),
    [("organiser", 404), ("auditor", 404), ("judge", 403), (None, 403), ("worker", 403)],
)
def test_closed_to_others(li, other, sign_in, role, status):
    organiser = sign_in(make.user(role, other if role else None))
    assert organiser.get(f"/people/{li.id}").status_code == status
    assert organiser.post(f"/people/{li.id}/unmask").status_code in (403, 404)
    assert organiser.post(f"/people/{li.id}/edit").status_code in (403, 404)


def test_an_auditor_reads_and_does_not_write(li, works, sign_in):
    organiser = sign_in(make.user("auditor", works))
    page = organiser.get(f"/people/{li.id}")
    assert page.status_code == 200
    assert "Correct" not in page.text
    assert organiser.post(f"/people/{li.id}/unmask").status_code == 403
