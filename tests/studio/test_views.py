"""The list of designs, the history of one, the second look, and how many papers each has printed."""

import io

import pytest

from skillhub.certificates.works import Issuing
from skillhub.designs import queries, services
from skillhub.designs.models import Design
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.studio import queries as studio
from skillhub.studio import services as keeping
from tests import make
from tests.certificates import awarded
from tests.designs import drawn


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root, login="drawer"))


def printed(cup, code):
    issuing = Issuing(cup, None, queries.template_named(code), OPERATOR)
    for _ in issuing.steps():
        pass
    return issuing.issued


def test_a_design_is_begun_drawn_and_published_by_two(root, staff, sign_in):
    assert "No design yet" in staff.get("/designs").text
    page = staff.get("/designs/new")
    assert all(code in page.text for code in ("landscape", "portrait", "card"))
    words = {"title_zh": "我们的证书", "title_en": "Ours", "owner": root.id, "start": "portrait"}
    begun = staff.post("/designs/new", data=words)
    row = db.session.query(Design).one()
    assert begun.location == f"/designs/{row.id}/edit"
    version = queries.draft_of(row.id)
    staff.post(f"/designs/{row.id}/send", data={"version": version.version})
    own = staff.post(f"/designs/{row.id}/publish", data={"version": version.version})
    assert own.status_code == 403
    assert "a second person looks" in own.text
    shown = staff.get(f"/designs/{row.id}/publish").text
    assert ("Take it back" in shown, ">Publish<" in shown) == (True, False)
    looker = sign_in(make.user("certificate_staff", root, login="looker"))
    assert (
        looker.post(f"/designs/{row.id}/publish", data={"version": version.version}).status_code
        == 302
    )
    assert "It is published" in looker.get(f"/designs/{row.id}").text
    assert "v1 published" in looker.get("/designs").text


def test_who_asked_for_the_second_look_takes_it_back_with_a_reason(root, staff):
    words = {"title_zh": "我们的证书", "owner": root.id, "start": "card"}
    staff.post("/designs/new", data=words)
    row = db.session.query(Design).one()
    version = queries.draft_of(row.id)
    staff.post(f"/designs/{row.id}/send", data={"version": version.version})
    address, asked = f"/designs/{row.id}/publish", {"version": version.version, "back": "1"}
    refused = staff.post(address, data=asked)
    assert (refused.status_code, "Say why." in refused.text) == (422, True)
    assert staff.post(address, data=asked | {"why": "the seal is missing"}).status_code == 302
    assert "the seal is missing" in staff.get(f"/designs/{row.id}").text


def test_what_is_published_is_offered_where_papers_are_chosen(root, staff):
    cup = awarded.competition(root)
    row = drawn.published(root, drawn.raw(title={"zh": "我们的证书", "en": "Our own paper"}))
    assert "Our own paper" in staff.get(f"/competitions/{cup.id}/certificates/choose").text
    chosen = staff.get(
        f"/competitions/{cup.id}/certificates/choose?template={row.code}&language=en"
    )
    assert (
        f'value="{row.code}" selected' in chosen.text.replace("selected value", "value")
        or row.code in chosen.text
    )
    printed(cup, "award")
    paper = awarded.all_of(cup)[0]
    assert "Our own paper" in staff.get(f"/certificates/{paper.id}/replace").text


def test_the_use_of_each_version_is_counted_in_every_language(root, staff):
    cup, row = awarded.competition(root), drawn.published(root)
    assert printed(cup, f"{row.code}.en") == 3
    actor = drawn.actor("drawer", root)
    draft = services.draw_on(row, actor, now())
    services.save(draft, draft.version, drawn.raw(name__x=460), actor, now())
    drawn.publish(row)
    other = awarded.competition(root, names=awarded.NAMES[:2], code="other")
    printed(other, row.code)
    assert studio.used([row]) == {row.id: {1: 3, 2: 2}}
    page = staff.get("/designs").text
    assert "used by 3 certificates (v1)" in page
    assert "used by 2 certificates (v2)" in page


def test_a_design_that_was_printed_on_is_not_deleted_and_says_how_often(root, staff):
    cup, row = awarded.competition(root), drawn.published(root)
    printed(cup, row.code)
    with pytest.raises(Conflict, match="3 certificates"):
        keeping.delete(row, row.version, OPERATOR)
    db.session.rollback()
    page = staff.post(
        f"/designs/{row.id}/delete", data={"version": row.version}, follow_redirects=True
    )
    assert "3 certificates were printed on this design" in page.text
    assert db.session.get(Design, row.id)


def test_a_design_that_was_not_printed_on_goes(root, staff):
    row = drawn.published(root)
    staff.post(f"/designs/{row.id}/delete", data={"version": row.version})
    assert db.session.query(Design).count() == 0


def test_what_was_put_away_can_be_offered_again(root, staff):
    row = drawn.published(root)
    staff.post(f"/designs/{row.id}/put-away", data={"away": "1"})
    assert "Put away" in staff.get(f"/designs/{row.id}").text
    assert row.code not in [t.code for t in queries.offered(root.path)]
    staff.post(f"/designs/{row.id}/put-away", data={"away": ""})
    assert row.code in [t.code for t in queries.offered(root.path)]


def test_a_design_travels_as_one_file_and_arrives_as_a_draft(root, staff):
    row = drawn.published(root)
    answer = staff.get(f"/designs/{row.id}/versions/1/export")
    assert answer.headers["Content-Disposition"].startswith(
        f'attachment; filename="{row.code}-v1.zip"'
    )
    sent = {"owner": root.id, "file": (io.BytesIO(answer.data), "x.zip")}
    page = staff.post("/designs/import", data=sent, follow_redirects=True)
    assert "brought in as a draft" in page.text
    assert [r.state for r in db.session.query(Design).order_by(Design.id)[1].versions] == ["draft"]


@pytest.mark.parametrize("junk", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_design_is_refused_with_a_sentence(root, staff, junk):
    sent = {"owner": root.id, "file": (io.BytesIO(junk), "x.zip")}
    page = staff.post("/designs/import", data=sent)
    assert page.status_code == 422
    assert "The file is no design" in page.text


def test_the_sample_is_a_pdf_for_every_version(root, staff):
    row = drawn.published(root)
    answer = staff.get(f"/designs/{row.id}/versions/1/sample.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert staff.get(f"/designs/{row.id}/versions/9/sample.pdf").status_code == 404


def test_people_of_a_competition_one_may_not_see_are_not_shown(root, staff):
    row = drawn.design(root)
    elsewhere = awarded.competition(make.organisation())
    words = {"document": "{}", "competition": elsewhere.id}
    assert staff.post(f"/designs/{row.id}/preview", data=words).status_code in (404, 422)
