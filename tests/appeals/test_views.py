"""What a worker files on a phone, what the panel decides, what a stranger objects: word for word as F9 asks."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from skillhub.appeals import queries, services
from skillhub.appeals.models import Appeal, Notice
from skillhub.appeals.rules import AppealState, Outcome, end_of
from skillhub.appeals.services import Terms
from skillhub.certificates import services as certificates
from skillhub.competitions.rules import EventState
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.results import services as results
from tests import make
from tests.certificates import awarded


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


@pytest.fixture
def event(root):
    return make.event(make.competition(root, notice_days=3))


@pytest.fixture
def entry(event, root):
    clerk, checker = make.user("judge", root, login="clerk"), make.user("checker", root)
    person = make.person("Li Wei", employer=root)
    return make.entry(event, "1", person=person, organisation=root, marks={"score": 78},
                      entered_by=clerk, checked_by=checker)  # fmt: skip


@pytest.fixture
def notice(event, entry):
    results.freeze(event, OPERATOR, now())
    return services.announce(event, Terms("Office", "0531-1234"), OPERATOR, now())


@pytest.fixture
def phone(entry, root, sign_in):
    return sign_in(make.user("worker", root, login="liwei", person=entry.person))


def file(phone, entry, **values):
    sent = {"kind": "query", "subject": "score", "reason": "I had 87.", **values}
    return phone.post(f"/standing/results/{entry.id}/query", data=sent)


def at(appeal, *more):
    event = appeal.event
    return "/".join(
        [f"/competitions/{event.competition_id}/events/{event.id}/appeals/{appeal.id}", *more]
    )


def only():
    return db.session.query(Appeal).one()


def ended(notice):
    """Let the notice be over."""
    with transaction():
        row = db.session.get(Notice, notice.id)
        row.closes_at = now() - timedelta(days=1)
        act(OPERATOR, "test.end")
    return row


def test_a_worker_files_and_sees_each_state_within_one_request(notice, entry, phone, root, sign_in):
    page = f"/standing/results/{entry.id}"
    assert "Query this" in phone.get(page).text
    assert file(phone, entry).status_code == 302
    assert "received" in text_of(phone.get(page))

    panel, appeal = sign_in(make.user("appeals_panel", root)), only()
    panel.post(at(appeal, "look"), data={"version": appeal.version})
    assert only().state is AppealState.UNDER_REVIEW
    assert "looked at" in text_of(phone.get(page))

    sent = {"version": only().version, "outcome": "dismissed", "why": "The sheet says 78."}
    assert panel.post(at(appeal, "decide"), data=sent).status_code == 302
    assert "The sheet says 78." in text_of(phone.get(page))
    assert "dismissed" in text_of(phone.get(page))


def test_only_the_person_or_their_delegate_can_open_one(notice, entry, root, sign_in):
    other = make.user("worker", root, person=make.person("Chen", employer=root))
    assert file(sign_in(other), entry).status_code == 404
    officer = make.user("organiser", root)
    sent = {"kind": "query", "subject": "score", "reason": "He had 87."}
    assert sign_in(officer).post(f"/entries/{entry.id}/query", data=sent).status_code == 302
    elsewhere = make.user("organiser", make.organisation("elsewhere", parent=root))
    assert sign_in(elsewhere).post(f"/entries/{entry.id}/query", data=sent).status_code == 404
    assert only().filed_by_id == officer.id


def test_a_query_after_the_deadline_is_refused_with_the_date_and_kept(notice, entry, phone):
    over = ended(notice).closes_at
    answer = file(phone, entry)
    assert answer.status_code == 403
    shown = over.astimezone(UTC) + timedelta(hours=8)
    assert f"{shown:%Y}" in answer.text
    assert "CST" in answer.text
    assert "The time to ask ended" in answer.text
    assert only().state is AppealState.REJECTED_LATE


def test_before_anything_is_shown_there_is_no_query(entry, phone):
    assert "Not a valid choice" in file(phone, entry).text
    assert db.session.query(Appeal).count() == 0


def test_a_decision_without_its_reason_is_refused(notice, entry, phone, root, sign_in):
    file(phone, entry)
    sent = {"version": only().version, "outcome": "upheld", "why": " "}
    panel = sign_in(make.user("appeals_panel", root))
    answer = panel.post(at(only(), "decide"), data=sent)
    assert answer.status_code == 422
    assert "Give the reason for the decision." in answer.text


def test_whoever_entered_the_score_cannot_decide(notice, entry, phone, root, sign_in):
    file(phone, entry)
    clerk = db.session.query(make.User).filter_by(username="clerk").one()
    make.keep(make.Grant(user_id=clerk.id, role="appeals_panel", organisation=root))
    sent = {"version": only().version, "outcome": "dismissed", "why": "I was right."}
    answer = sign_in(clerk).post(at(only(), "decide"), data=sent)
    assert answer.status_code == 403
    assert "You entered this score" in answer.text
    assert only().state is AppealState.RECEIVED


def photo(kind="JPEG"):
    picture, drawn = Image.new("RGB", (640, 480), "white"), io.BytesIO()
    exif = picture.getexif()
    exif[0x9286] = b"36.65,117.12"
    picture.save(drawn, kind, exif=exif)
    return drawn.getvalue()


def test_a_photo_is_cleaned_and_nobody_else_fetches_it(notice, entry, phone, root, sign_in):
    answer = file(phone, entry, photo=(io.BytesIO(photo()), "sheet.jpg"))
    assert answer.status_code == 302
    own = f"/standing/results/{entry.id}/queries/{only().id}/photo"
    kept = phone.get(own)
    assert kept.mimetype == "image/jpeg"
    assert b"117.12" not in kept.data
    assert not Image.open(io.BytesIO(kept.data)).getexif()

    rival = make.person("Chen", employer=root)
    mine = make.entry(entry.event, "2", person=rival)
    other = sign_in(make.user("worker", root, person=rival))
    assert other.get(own).status_code == 404
    assert other.get(f"/standing/results/{mine.id}/queries/{only().id}/photo").status_code == 404
    assert other.get(at(only(), "photo")).status_code == 403
    panel = sign_in(make.user("appeals_panel", root))
    assert panel.get(at(only(), "photo")).data == kept.data


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        pytest.param(b"%PDF-1.7", "sheet.pdf", id="another type"),
        pytest.param(b"\xff\xd8" + b"\xff" * (8 * 1024 * 1024), "big.jpg", id="too large"),
    ],
)
def test_a_photo_is_limited(notice, entry, phone, sent, name):
    assert file(phone, entry, photo=(io.BytesIO(sent), name)).status_code == 422
    assert db.session.query(Appeal).count() == 0


def test_open_queries_block_final(notice, entry, phone, root, sign_in):
    file(phone, entry)
    organiser = sign_in(make.user("organiser", root, login="org"))
    event = db.session.merge(entry.event)
    page = f"/competitions/{event.competition_id}/events/{event.id}/results/final"
    answer = organiser.post(page, data={"name": "Org"})
    assert answer.status_code == 409
    assert "a query about 1 Entrant 1 waits for its decision" in answer.text
    assert f"/appeals/{only().id}" in answer.text


def test_open_queries_hold_the_certificate(root):
    cup = awarded.competition(root)
    held = cup.events[0]
    entries = queries.select(make.Entry).where(make.Entry.event_id == held.id)
    mine = db.session.scalars(entries).first()
    asked = Appeal(
        event=held, entry=mine, kind="query", subject="score", reason="87", filed_by="x", filed_at=now()
    )  # fmt: skip
    make.keep(asked)
    work = awarded.issue(cup)
    assert work.issued == 2
    assert [str(p.message)[:5] for p in work.left_out] == ["Held:"]
    panel = make.user("appeals_panel", root).as_actor()
    services.decide(asked, asked.version, Outcome.DISMISSED, "No.", panel, now())
    assert awarded.issue(cup).issued == 1


def test_what_is_printed_already_is_not_handed_out_while_something_is_open(root, sign_in):
    cup = awarded.competition(root)
    awarded.issue(cup)
    paper = awarded.all_of(cup)[0]
    staff = sign_in(make.user("certificate_staff", root))
    assert staff.get(f"/certificates/{paper.id}/pdf").status_code == 200
    entry = paper.award.entry
    make.keep(
        Appeal(event=entry.event, entry=entry, kind="query", subject="score", reason="87", filed_by="x",
               filed_at=now())
    )  # fmt: skip
    answer = staff.get(f"/certificates/{paper.id}/pdf")
    assert answer.status_code == 409
    assert "Held: an objection, query or appeal about this result is open" in answer.text
    with pytest.raises(certificates.BadInput, match="cannot be printed yet"):
        certificates.replace(paper, "x", awarded.template(), OPERATOR, now(), make.DAY)


def test_anybody_objects_with_a_real_name(notice, event, client):
    page = f"/notices/{notice.id}"
    assert "Office, 0531-1234" in client.get(page).text
    sent = {"name": "Chen Jun", "contact": "138", "subject": "conduct", "reason": "A coach helped."}
    assert client.post(page, data={**sent, "name": ""}).status_code == 200
    assert db.session.query(Appeal).count() == 0
    answer = client.post(page, data=sent)
    assert "does not become final before your objection is decided" in answer.text
    assert db.session.get(make.Event, event.id).state is EventState.UNDER_REVIEW
    assert "A coach helped." not in client.get(page).text


def test_an_objection_after_the_notice_is_kept_and_refused(notice, client):
    ended(notice)
    sent = {"name": "Chen Jun", "contact": "138", "subject": "conduct", "reason": "A coach helped."}
    assert client.post(f"/notices/{notice.id}", data=sent).status_code == 403
    assert only().state is AppealState.REJECTED_LATE


def test_an_organiser_opens_the_notice_on_its_page(event, entry, root, sign_in):
    results.freeze(event, OPERATOR, now())
    organiser = sign_in(make.user("organiser", root))
    page = f"/competitions/{event.competition_id}/events/{event.id}/notice"
    assert "3 working days" in text_of(organiser.get(page))
    sent = {"contact_name": "Office", "contact": "1234", "words": "Look."}
    if datetime.now(UTC).year == 2026 and datetime.now(UTC).month == 12:  # the end is a guess then
        sent["until"] = f"{queries.span_of(event, now()).last:%Y-%m-%d}"
    assert organiser.post(page, data=sent).status_code == 302
    kept = queries.notice_of(db.session.get(make.Event, event.id))
    assert kept.closes_at == end_of(kept.until_day, "Asia/Shanghai")
    assert "Notice 1" in organiser.get(page).text
