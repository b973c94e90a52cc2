"""Notices, queries and appeals through the database: who may, until when, and what they hold up."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy.exc import IntegrityError

from skillhub.appeals import queries, services
from skillhub.appeals.models import Appeal
from skillhub.appeals.rules import AppealKind, AppealState, Outcome, Subject
from skillhub.appeals.services import Filing, Terms
from skillhub.competitions import services as competitions
from skillhub.competitions.rules import EventState
from skillhub.kernel.access import OPERATOR, STRANGER
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.results import services as results
from tests import make

OPENED = datetime(2026, 6, 8, 1, tzinfo=UTC)
CLOSES = datetime(2026, 6, 15, 16, tzinfo=UTC)  # midnight in Shanghai after the fifth working day
TERMS = Terms("Office", "0531-1234", "The ranking is laid open.")


@pytest.fixture
def event(root):
    return make.event(make.competition(root, notice_days=5), state="provisional")


@pytest.fixture
def notice(event):
    return services.announce(event, TERMS, OPERATOR, OPENED)


@pytest.fixture
def entry(event, root):
    worker = make.person("Li Wei", employer=root)
    return make.entry(event, "1", person=worker, organisation=root, marks={"score": 78},
                      entered_by=make.user("judge", root, login="clerk"))  # fmt: skip


@pytest.fixture
def worker(entry, root):
    return make.user("worker", root, person=entry.person).as_actor()


@pytest.fixture
def panel(root):
    return make.user("appeals_panel", root, login="panel").as_actor()


def asked(kind="query", **values):
    return Filing(AppealKind(kind), Subject.SCORE, "I had 87, not 78.", **values)


def objected(notice, moment=OPENED):
    return services.object_to(notice, asked("objection"), "Chen Jun", "138…", STRANGER, moment)


def test_a_notice_counts_whole_working_days_and_closes_the_door_behind_it(event, notice):
    assert (notice.from_day, notice.until_day) == (date(2026, 6, 8), date(2026, 6, 15))
    assert notice.closes_at == CLOSES
    assert event.state is EventState.PUBLIC_NOTICE
    with pytest.raises(Conflict, match="a notice opens when its ranking is provisional"):
        services.announce(event, TERMS, OPERATOR, OPENED)


def test_what_somebody_here_knows_of_a_day_moves_the_end(event):
    services.know_day(date(2026, 6, 10), False, "Flood, order 12", OPERATOR)
    known = services.announce(event, TERMS, OPERATOR, OPENED)
    assert known.until_day == date(2026, 6, 16)


def test_a_year_without_a_calendar_asks_for_the_end(event):
    late = datetime(2026, 12, 29, 1, tzinfo=UTC)
    with pytest.raises(BadInput) as refusal:
        services.announce(event, TERMS, OPERATOR, late)
    assert "The calendar of 2027 is not published here yet" in str(refusal.value.problems[0])
    confirmed = Terms("Office", "0531-1234", until=date(2027, 1, 8))
    notice = services.announce(event, confirmed, OPERATOR, late)
    assert (notice.until_day, notice.confirmed) == (date(2027, 1, 8), True)


def test_nobody_shortens_a_notice(event):
    short = Terms("Office", "0531-1234", until=date(2026, 6, 12))
    with pytest.raises(BadInput) as refusal:
        services.announce(event, short, OPERATOR, OPENED)
    assert "5 working days end on 2026-06-15" in str(refusal.value.problems[0])


@pytest.mark.parametrize(
    ("moment", "state", "event_state"),
    [
        pytest.param(CLOSES, AppealState.RECEIVED, "under_review", id="at the deadline exactly"),
        pytest.param(CLOSES + timedelta(seconds=1), AppealState.REJECTED_LATE, "public_notice", id="a second later"),
    ],
)  # fmt: skip
def test_an_objection_stops_finality_if_it_comes_in_time_and_is_kept_if_not(
    event, notice, moment, state, event_state
):
    appeal = objected(notice, moment)
    assert (appeal.state, event.state) == (state, event_state)
    assert bool(queries.open_in(event)) == (state is AppealState.RECEIVED)


def test_an_objection_needs_a_name_and_a_way_to_answer(notice):
    with pytest.raises(BadInput) as refusal:
        services.object_to(notice, asked("objection"), " ", "", STRANGER, OPENED)
    assert [p.where for p in refusal.value.problems] == ["name", "contact"]


def test_a_dismissed_objection_lets_the_notice_go_on_and_one_on_the_last_day_waits(
    event, notice, panel
):
    appeal = objected(notice, CLOSES)
    after = CLOSES + timedelta(hours=1)
    assert [str(p) for p in queries.blockers(event, after)] == [
        f"appeals/{appeal.id}: an objection of Chen Jun waits for its decision"
    ]
    services.decide(appeal, appeal.version, Outcome.DISMISSED, "The sheet says 78.", panel, after)
    assert event.state is EventState.PUBLIC_NOTICE
    assert queries.blockers(event, after) == []


def test_a_restarted_notice_runs_its_full_length_again(event, notice):
    objected(notice, CLOSES)
    later = CLOSES + timedelta(days=1)
    again = services.restart(event, TERMS, "Places 2 and 3 changed.", OPERATOR, later)
    assert notice.state == "stopped"
    assert (again.number, again.from_day, again.until_day) == (
        *(2, date(2026, 6, 17), date(2026, 6, 25)),  # over the Dragon Boat Festival
    )
    assert queries.notice_of(event) is again
    with pytest.raises(Conflict, match="This notice was stopped"):
        objected(notice, later)


def test_only_the_person_or_their_unit_asks(event, entry, worker, root):
    other = make.user("worker", root, person=make.person("Chen", employer=root)).as_actor()
    judge = make.user("judge", root).as_actor()
    for stranger in (other, judge, STRANGER):
        with pytest.raises(NotAllowed, match="Only whoever competed, or their unit"):
            services.file(entry, asked(), None, stranger, OPENED)
    officer = make.user("organiser", root).as_actor()
    elsewhere = make.user("organiser", make.organisation("other", parent=root)).as_actor()
    with pytest.raises(NotAllowed):
        services.file(entry, asked(), None, elsewhere, OPENED)
    services.file(entry, asked(), None, worker, OPENED)
    assert services.file(entry, asked(), None, officer, OPENED).filed_by_id == officer.user_id


def test_one_result_is_asked_about_three_times_at_most(entry, worker):
    for _ in range(3):
        services.file(entry, asked(), OPENED - timedelta(seconds=1), worker, OPENED)
    with pytest.raises(Conflict, match="3 queries and appeals about one result"):
        services.file(entry, asked(), None, worker, OPENED)


@pytest.mark.parametrize(
    ("ended", "offset", "state"),
    [
        pytest.param(True, timedelta(hours=2), AppealState.RECEIVED, id="two hours after the stage, exactly"),
        pytest.param(True, timedelta(hours=2, seconds=1), AppealState.REJECTED_LATE, id="and a second"),
        pytest.param(False, timedelta(days=9), AppealState.RECEIVED, id="while it runs there is no end"),
    ],
)  # fmt: skip
def test_an_appeal_is_in_time_until_hours_after_the_stage(root, entry, ended, offset, state):
    running = make.event(make.competition(root), state="running")
    own = make.entry(running, "9", person=make.person("Ana"), organisation=root)
    actor = make.user("worker", root, person=own.person).as_actor()
    if ended:
        competitions.move(running, EventState.SCORING, OPERATOR)
    end = queries.ended_at(running) or OPENED
    deadline = queries.deadline_of(running, AppealKind.APPEAL, None)
    assert services.file(own, asked("appeal"), deadline, actor, end + offset).state is state


def test_received_looked_at_decided(event, entry, worker, panel):
    appeal = services.file(entry, asked(), None, worker, OPENED)
    assert queries.held([entry.id]) == {entry.id}
    services.look_at(appeal, appeal.version, panel, OPENED)
    assert appeal.state is AppealState.UNDER_REVIEW
    services.decide(appeal, appeal.version, Outcome.DISMISSED, "78 it is.", panel, OPENED)
    assert (appeal.state, appeal.outcome) == (AppealState.DECIDED, Outcome.DISMISSED)
    assert queries.held([entry.id]) == set()
    with pytest.raises(Conflict, match="decided already"):
        services.decide(appeal, appeal.version, Outcome.UPHELD, "No.", panel, OPENED)


def test_what_is_upheld_holds_until_it_is_mended(event, notice, entry, worker, panel):
    appeal = services.file(entry, asked(), notice.closes_at, worker, OPENED)
    services.decide(appeal, appeal.version, Outcome.UPHELD, "The sheet says 87.", panel, OPENED)
    assert queries.held([entry.id]) == {entry.id}
    assert event.state is EventState.UNDER_REVIEW
    assert "upheld and is not corrected yet" in str(queries.blockers(event, OPENED)[0])
    services.settle(appeal, panel, OPENED)
    assert (queries.held([entry.id]), event.state) == (set(), EventState.PUBLIC_NOTICE)


def test_upheld_without_anything_to_mend_is_done(event, entry, worker, panel):
    appeal = services.file(entry, asked(), None, worker, OPENED)
    services.decide(
        *(appeal, appeal.version, Outcome.PARTLY, "An apology.", panel, OPENED), corrects=False
    )
    assert queries.held([entry.id]) == set()


def test_no_decision_without_its_reason(entry, worker, panel):
    appeal = services.file(entry, asked(), None, worker, OPENED)
    with pytest.raises(BadInput, match="Nothing is decided without its reason") as refusal:
        services.decide(appeal, appeal.version, Outcome.UPHELD, " ", panel, OPENED)
    assert refusal.value.status == 422


def test_nobody_decides_about_a_score_they_entered_or_an_own_matter(entry, worker, root):
    appeal = services.file(entry, asked(), None, worker, OPENED)
    clerk = entry_clerk(entry)
    with pytest.raises(NotAllowed, match="You entered this score"):
        services.decide(appeal, appeal.version, Outcome.DISMISSED, "Mine.", clerk, OPENED)
    with pytest.raises(NotAllowed, match="own matter"):
        services.decide(appeal, appeal.version, Outcome.UPHELD, "Mine.", worker, OPENED)
    with pytest.raises(NotAllowed, match="own account"):
        services.decide(appeal, appeal.version, Outcome.UPHELD, "Mine.", OPERATOR, OPENED)


def entry_clerk(entry):
    [key] = queries.entered_scores(entry)
    return make.db.session.get(make.User, key).as_actor()


def test_the_database_refuses_a_decision_of_whoever_filed(entry, worker):
    appeal = services.file(entry, asked(), None, worker, OPENED)
    with pytest.raises(IntegrityError), transaction():
        appeal.state, appeal.outcome, appeal.decision = "decided", Outcome.UPHELD, "Mine."
        appeal.decided_by_id, appeal.decided_at = appeal.filed_by_id, OPENED
        make.db.session.flush()


def test_two_of_the_panel_at_once(entry, worker, panel):
    appeal = services.file(entry, asked(), None, worker, OPENED)
    seen = appeal.version
    services.look_at(appeal, seen, panel, OPENED)
    with pytest.raises(Conflict, match="Somebody changed this meanwhile"):
        services.decide(appeal, seen, Outcome.UPHELD, "87.", panel, OPENED)


def photo(size=(640, 480), kind="JPEG", where=b""):
    picture, drawn = Image.new("RGB", size, "white"), io.BytesIO()
    exif = picture.getexif()
    exif[0x9286] = where
    picture.save(drawn, kind, exif=exif)
    return drawn.getvalue()


def test_a_photo_is_kept_without_what_the_camera_wrote(entry, worker):
    sent = photo(where=b"36.65,117.12 Jinan")
    assert b"117.12" in sent
    appeal = services.file(entry, asked(photo=sent), None, worker, OPENED)
    kept = queries.photo_of(appeal)
    assert b"117.12" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"%PDF-1.7", id="no picture at all"),
        pytest.param(photo(kind="WEBP"), id="a kind we do not take"),
        pytest.param(photo()[:200], id="cut off"),
        pytest.param(photo((9000, 6000), "PNG"), id="more pixels than a camera has"),
        pytest.param(photo((12000, 9000), "PNG"), id="a bomb"),
        pytest.param(b"\xff" * (8 * 1024 * 1024 + 1), id="too large"),
    ],
)
def test_a_bad_photo_is_refused_and_nothing_is_filed(entry, worker, sent):
    with pytest.raises(BadInput, match="The photo"):
        services.file(entry, asked(photo=sent), None, worker, OPENED)
    assert make.db.session.query(Appeal).count() == 0


def test_a_ranking_taken_back_and_frozen_anew_gets_a_notice_of_its_own(root):
    event = make.event(make.competition(root, notice_days=5, checking="off"))
    make.entry(event, "1", marks={"score": 90})
    results.freeze(event, OPERATOR, OPENED)
    first = services.announce(event, TERMS, OPERATOR, OPENED)
    results.take_back(event, "A sheet was missing.", OPERATOR)
    results.freeze(event, OPERATOR, CLOSES)
    second = services.announce(event, TERMS, OPERATOR, CLOSES)
    assert (first.state, second.number) == ("stopped", 2)
    assert queries.notice_of(event) is second
