"""An amendment: a scheme found wrong once marking began is put right with everything that follows (edge case 25)."""

from decimal import Decimal

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.exc import IntegrityError

from skillhub.amendments import works
from skillhub.amendments.rules import Report
from skillhub.awards import services as awards
from skillhub.competitions import services as competitions
from skillhub.drafting import queries, services
from skillhub.drafting.models import Amendment
from skillhub.drafting.rules import AmendmentState
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import Message
from skillhub.marking import queries as marking
from skillhub.results import queries as results
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as marks
from skillhub.scoring.models import EarlierMark
from tests import make
from tests.amendments import events
from tests.amendments.events import WRONG, actor, entry_of

RIGHT = {
    "aspects": [
        {"code": "look", "kind": "judgement", "max": "4"},
        {"code": "size", "kind": "points", "max": "6"},
    ]
}
NARROW = {
    "aspects": [
        {"code": "look", "kind": "judgement", "max": "7"},
        {"code": "size", "kind": "points", "max": "3"},
    ]
}
WIDER = {
    "aspects": [
        {"code": "look", "kind": "judgement", "max": "2"},
        {"code": "size", "kind": "points", "max": "6"},
        {"code": "safe", "kind": "points", "max": "2"},
    ]
}


@pytest.fixture
def crew(root):
    return events.people(root)


@pytest.fixture
def event(root, crew):
    return events.marked(root, crew)


def points(event):
    codes = {e.id: e.name for e in event_entries(event)}
    part = event.components[0].id
    return {
        codes[key[0]]: sheet.points for key, sheet in marking.of(event).items() if key[1] == part
    }


def event_entries(event):
    return db.session.query(make.Entry).filter_by(event_id=event.id).all()


def places(event):
    names = {e.id: e.name for e in event_entries(event)}
    return [names[s.entry] for s in results.computed(event).standings]


def states(event):
    part = event.components[0].id
    names = {e.id: e.name for e in event_entries(event)}
    return {names[k[0]]: s.state.value for k, s in marking.of(event).items() if k[1] == part}


def everything(but=("amendments", "amended_parts", "journal")):
    """The rows of every table but those of the amendment itself."""
    tables = MetaData()
    tables.reflect(db.session.connection())
    return {
        name: sorted(map(repr, db.session.execute(select(table))))
        for name, table in tables.tables.items()
        if name not in but
    }


def line_of(report, event, name):
    key = entry_of(event, name).id
    return next(line for line in report.lines if line.entry == key)


def test_case_25_weights_are_refused_once_rules_are_locked_and_amended_instead(root, crew):
    cup = make.competition(root, weights="percent", checking="off")
    event = make.event(cup, parts=(("theory", 100, 30), ("practical", 100, 70)))
    for name, theory, practical in (("Zhao", 90, 60), ("Ortiz", 60, 72)):
        make.entry(event, name=name, marks={"theory": theory, "practical": practical})
    values = {"name": "Welding", "components": [{"code": "theory", "max": "100", "weight": "20"}]}
    with pytest.raises(Locked):
        competitions.revise_event(event, event.version, values, actor(crew, "proposer"))
    assert places(event) == ["Zhao", "Ortiz"]

    me = actor(crew, "proposer")
    row = services.begin(event, "The notice says 20/80.", me, now())
    for part, weight in zip(event.components, (20, 80), strict=True):
        services.put(row, part, {"weight": Decimal(weight)}, me)
    report = works.look(row, me, now())
    zhao = line_of(report, event, "Zhao")
    assert (zhao.before.total, zhao.after.total) == ("69.00", "66.00")
    assert (zhao.before.rank, zhao.after.rank) == (1, 2)
    assert (zhao.before.awards, zhao.after.awards) == (("Gold",), ("Silver",))
    assert report.awards_known and not report.remarks
    assert places(event) == ["Zhao", "Ortiz"]

    events.approve(events.proposed(row, crew), crew)
    assert places(event) == ["Ortiz", "Zhao"]
    assert [part.weight for part in event.components] == [20, 80]


def test_weights_that_do_not_add_up_cannot_be_applied(root, crew):
    cup = make.competition(root, weights="percent")
    event = make.event(cup, parts=(("theory", 100, 30), ("practical", 100, 70)))
    row = events.weighed(event, crew, weight=Decimal(20))
    assert row.report is None
    assert "90" in str(row.problems)
    with pytest.raises(Conflict, match="Look at the consequences first"):
        events.proposed(row, crew)


def test_looking_changes_nothing_and_shows_what_applying_does(event, crew):
    before = everything()
    row = events.weighed(event, crew, RIGHT)
    assert everything() == before

    report = Report.from_json(row.report)
    zhao = line_of(report, event, "Zhao")
    assert (zhao.before.marks["work"], zhao.after.marks["work"]) == ("4", "6")
    assert (zhao.before.rank, zhao.after.rank) == (1, 1)
    assert zhao.falls == ("work",)
    assert events.approve(events.proposed(row, crew), crew) == report
    assert points(event) == {"Zhao": 6, "Ortiz": Decimal("5.33"), "Chen": Decimal("5.67")}


def test_marks_that_stay_are_kept_and_sheets_that_change_need_a_second_look(event, crew):
    kept = {k: (m.value, m.version) for k, m in all_marks(event).items()}
    row = events.weighed(event, crew, RIGHT)
    events.approve(events.proposed(row, crew), crew)
    assert {k: (m.value, m.version) for k, m in all_marks(event).items()} == kept
    assert set(states(event).values()) == {"entered"}
    sheets = [s for s in marking.of(event).values() if s.component_id == event.components[0].id]
    assert {s.entered_by_id for s in sheets} == {crew["clerk"].id}
    theory = [s for s in marking.of(event).values() if s.component_id == event.components[1].id]
    assert {s.state.value for s in theory} == {"checked"}
    with pytest.raises(NotAllowed):
        waiting = {s.id: s.version for s in marking.to_check(event)}
        marks.sheets.confirm(event, waiting, actor(crew, "clerk"), now())
    events.confirm(event, crew)
    assert set(states(event).values()) == {"checked"}


def all_marks(event):
    return {scoring.key_of(m): m for m in db.session.query(marks.Mark).all()}


def test_a_mark_that_cannot_stand_is_named_and_must_be_given_again(event, crew):
    row = events.weighed(event, crew, NARROW)
    report = Report.from_json(row.report)
    assert [(r.entry, r.aspect, r.stood) for r in report.remarks] == [
        (entry_of(event, "Ortiz").id, "size", "4")
    ]
    assert str(Message.from_json(report.remarks[0].why)) == "4 is not from 0 to 3"
    assert not report.awards_known

    events.approve(events.proposed(row, crew), crew)
    assert points(event)["Ortiz"] is None
    kept = db.session.scalars(select(EarlierMark)).one()
    assert (kept.value, kept.entered_by_id) == (4, crew["clerk"].id)
    assert any("Ortiz" in problem.where for problem in results.unready(event))


def test_a_new_aspect_is_missing_where_marking_has_begun(event, crew):
    late = make.entry(event, "09", name="Late")
    row = events.weighed(event, crew, WIDER)
    report = Report.from_json(row.report)
    assert {r.entry for r in report.remarks} == {entry_of(event, n).id for n in events.NAMES}
    assert {(r.aspect, r.stood, r.why) for r in report.remarks} == {("safe", "", None)}
    assert late.id not in {r.entry for r in report.remarks}


def test_an_aspect_that_goes_takes_its_marks_with_it_and_they_stay_on_record(event, crew):
    alone = {"aspects": [{"code": "size", "kind": "points", "max": "10"}]}
    row = events.weighed(event, crew, alone)
    gone = [r for r in Report.from_json(row.report).remarks if r.aspect == "look"]
    assert len(gone) == 9
    events.approve(events.proposed(row, crew), crew)
    assert points(event) == {"Zhao": 2, "Ortiz": 4, "Chen": 3}
    assert db.session.query(EarlierMark).count() == 9


def test_typed_points_above_the_new_maximum_go_back(event, crew):
    me = actor(crew, "proposer")
    row = services.begin(event, "Theory has two questions.", me, now())
    services.put(row, event.components[1], {"maximum": Decimal(2)}, me)
    report = works.look(row, me, now())
    assert [(r.entry, r.stood) for r in report.remarks] == [(entry_of(event, "Zhao").id, "3")]
    events.approve(events.proposed(row, crew), crew)
    theory = event.components[1].id
    sheet = marking.of(event)[entry_of(event, "Zhao").id, theory]
    assert sheet.state.value == "rejected" and "amendment 1" in sheet.reason


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"aspects": [{"code": "size", "kind": "points", "max": "9"}]}, id="sum"),
        pytest.param({}, id="no aspects left"),
    ],
)
def test_a_scheme_that_cannot_be_marked_by_is_not_proposed(event, crew, document):
    row = events.weighed(event, crew, document)
    assert row.report is None and row.problems
    with pytest.raises(Conflict):
        events.proposed(row, crew)


def test_nobody_approves_an_own_amendment(event, crew):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    with pytest.raises(NotAllowed, match="second person"):
        events.approve(row, crew, "proposer")
    me = crew["proposer"].id
    with pytest.raises(IntegrityError):
        make.changed(row, state=AmendmentState.APPLIED, approved_by_id=me, applied_at=now())
    db.session.rollback()
    assert points(event)["Zhao"] == 4


def test_a_proposal_is_shown_anew_when_marks_changed_since(event, crew):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    old = events.digest(row)
    entry = entry_of(event, "Chen")
    typed = events.seen(events.keys(event, entry, size="1"))
    marks.enter(event, typed, actor(crew, "clerk"), now())
    with pytest.raises(Conflict, match="has changed since"):
        works.approve(row, old, actor(crew, "approver"), now())
    assert points(event)["Zhao"] == 4
    works.look(row, actor(crew, "approver"), now())
    events.approve(row, crew)
    assert points(event)["Chen"] == Decimal("3.67")


def test_a_proposal_from_another_scheme_is_refused(event, crew):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    make.changed(event.components[0], weight=Decimal(2))
    with pytest.raises(Conflict, match="changed since this amendment was begun"):
        events.approve(row, crew)


def test_of_two_approvals_at_once_one_is_refused(event, crew):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    seen = events.digest(row)
    works.approve(row, seen, actor(crew, "approver"), now())
    with pytest.raises(Conflict, match="does not wait"):
        works.approve(row, seen, actor(crew, "third"), now())
    told = select(JournalLine).where(JournalLine.verb == "drafting.close")
    assert len(db.session.scalars(told).all()) == 1


def test_one_amendment_of_an_event_at_a_time(event, crew):
    row = events.weighed(event, crew, RIGHT)
    with pytest.raises(Conflict, match="under way"):
        services.begin(event, "Another", actor(crew, "third"), now())
    with pytest.raises(Conflict, match="Only whoever began"):
        services.set_scheme(event.components[0], WRONG, actor(crew, "third"))
    services.give_up(row, row.version, "It was right.", actor(crew, "third"))
    assert services.begin(event, "Another", actor(crew, "third"), now()).number == 2


def test_an_open_amendment_holds_the_result_up(event, crew):
    row = events.weighed(event, crew, RIGHT)
    assert "amendment" in {problem.kind for problem in results.unready(event)}
    services.give_up(row, row.version, "It was right.", actor(crew, "proposer"))
    assert results.unready(event) == []


def test_what_is_announced_or_final_is_not_amended(event, crew):
    make.changed(event, state="final")
    with pytest.raises(Conflict, match="take its ranking back first"):
        services.begin(event, "Wrong", actor(crew, "proposer"), now())


def test_an_amendment_needs_a_reason(event, crew):
    with pytest.raises(BadInput):
        services.begin(event, "  ", actor(crew, "proposer"), now())


def test_the_reason_stands_in_the_journal_with_both_people(event, crew):
    row = events.weighed(event, crew, RIGHT)
    events.approve(events.proposed(row, crew), crew)
    lines = db.session.scalars(select(JournalLine).order_by(JournalLine.id)).all()
    told = {line.verb: (line.actor, line.why) for line in lines}
    why = "The drawing says size counts 6, look 4."
    assert told["drafting.begin"] == ("proposer", why)
    assert told["amendments.put_right"] == ("approver", why)
    report = [c for line in lines for _, _, after in line.changes if after for c in after.items()]
    assert {value for name, value in report if name == "report"} <= {"•", None}


def test_what_is_applied_awards_as_the_scheme_put_right_says(event, crew):
    row = events.weighed(event, crew, RIGHT)
    events.approve(events.proposed(row, crew), crew)
    events.confirm(event, crew)
    results_ = results.computed(event)
    titles = {d.entry: str(d.title) for d in awards.queries.propose(event, results_).decisions}
    report = Report.from_json(db.session.query(Amendment).one().report)
    assert {line.entry: line.after.awards[0] for line in report.lines} == titles
    assert queries.under_way(event) is None
