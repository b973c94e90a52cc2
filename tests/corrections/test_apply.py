"""Corrections from the draft to the applied version, with all their consequences."""

import hashlib

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from skillhub.appeals import queries as appeals
from skillhub.appeals.rules import AppealKind, Outcome, Subject
from skillhub.awards import queries as awards
from skillhub.certificates.models import Certificate
from skillhub.competitions.rules import EventState
from skillhub.corrections import queries, services, works
from skillhub.corrections.models import Correction
from skillhub.corrections.rules import Action, Report
from skillhub.entries.models import EntryStatus, TeamMember
from skillhub.incentives import services as incentive_services
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.pdf import Stamped
from skillhub.panels import queries as panels
from skillhub.publishing import queries as publishing
from skillhub.publishing import works as editions
from skillhub.results import queries as results
from tests import make
from tests.corrections import events
from tests.corrections.events import MOMENT, approve, draft, entry_of, final, marked, proposed
from tests.judged import sign

OWN = {"corrections", "correction_changes", "correction_graces", "journal"}


def checksum():
    """Hash every table that is not the correction's own."""
    found = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            if table.name not in OWN:
                for row in connection.execute(select(table).order_by(*table.primary_key)):
                    found.update(repr((table.name, tuple(row))).encode())
    return found.hexdigest()


@pytest.fixture
def crew(root):
    return {login: user.as_actor() for login, user in events.people(root).items()}


@pytest.fixture
def event(root, crew):
    return final(root)


def lines_of(report):
    return {line.before.name.split()[-1]: line for line in report.lines}


def test_building_changes_no_row_outside_the_draft_and_cancel_leaves_it_so(event, crew):
    before = checksum()
    row = marked(event, crew["proposer"], Chen=89)
    services.spare(row, entry_of(event, "Ortiz"), "They both keep it.", crew["proposer"])
    works.look(row, crew["proposer"], MOMENT)
    proposed(row, crew["proposer"])
    assert checksum() == before
    services.cancel(row, row.version, "Wrong sheet.", crew["approver"])
    assert checksum() == before


def test_the_preview_says_who_moves_and_what_becomes_of_papers(event, crew):
    row = marked(event, crew["proposer"], Chen=89)
    report = Report.from_json(row.report)
    lines = lines_of(report)
    assert set(lines) == {"Chen", "Ortiz"}
    assert (lines["Chen"].before.rank, lines["Chen"].after.rank) == (3, 2)
    assert (lines["Ortiz"].before.rank, lines["Ortiz"].after.rank) == (2, 3)
    assert lines["Chen"].before.awards == ("Bronze · 3",)
    assert lines["Chen"].after.awards == ("Silver · 2",)
    assert [line.action for line in lines.values()] == [Action.SUPERSEDE] * 2
    assert report.to_state == "final"


TOP_TWO = {
    "require": {"won_award": {"rank": {"at_most": 2}}},
    "cases": [
        {"name": "second", "as_of": "2026-06-22", "expect": {"answer": "met"},
         "has": {"award": [{"tier": "city", "place": 2, "title": "x", "awarded_on": "2026-06-18"}]}},
        {"name": "third", "as_of": "2026-06-22", "expect": {"answer": "not_met"},
         "has": {"award": [{"tier": "city", "place": 3, "title": "x", "awarded_on": "2026-06-18"}]}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("team", [False, True])
def test_who_meets_an_incentive_no_longer_and_who_does_now(root, event, crew, team):
    incentive_services.adopt(root, make.wording("top_two", **TOP_TWO), events.OPERATOR, MOMENT)
    if team:  # the same people as the only members of their teams
        for entry in db.session.query(make.Entry).all():
            mate = TeamMember(position=1, name=entry.name, person=entry.person)
            make.changed(entry, person=None, members=[mate])
    day = MOMENT.date()
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    seen = {
        n: (x.before.bonuses, x.after.bonuses)
        for n, x in lines_of(Report.from_json(row.report)).items()
    }
    met, bare = ("在岗 · At work",), ()
    assert seen == {"Chen": (bare, met), "Ortiz": (met, bare)}
    assert [key for key, names in queries.bonuses(event, day).items() if names] == [
        entry_of(event, name).id for name in ("Zhao", "Ortiz")
    ]
    approve(row, crew["approver"])
    assert [key for key, names in queries.bonuses(event, day).items() if names] == [
        entry_of(event, name).id for name in ("Zhao", "Chen")
    ]


def test_an_incentive_adopted_meanwhile_asks_for_another_look(root, event, crew):
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    incentive_services.adopt(root, make.wording("top_two", **TOP_TWO), events.OPERATOR, MOMENT)
    with pytest.raises(Conflict, match="has changed since you looked at it"):
        approve(row, crew["approver"])


def test_applied_it_is_a_new_version_with_new_papers_and_nothing_issued_is_edited(event, crew):
    papers = {c.id: (c.number, c.facts, c.pdf_sha256) for c in all_papers(event)}
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    approve(row, crew["approver"])

    assert event.state is EventState.FINAL
    new, old = results.versions(event)
    assert (old.number, old.is_current, old.taken_back_why) == (1, False, "The sheet says so.")
    assert (new.number, new.is_current, new.signed_by) == (2, True, "Approver")
    assert (row.from_version, row.to_version, row.approved_by_id) == (
        *(old, new, crew["approver"].user_id),
    )
    standing = {a.entry.name: a.title for a in awards.of(event.competition, event)}
    assert standing == {"Zhao": "Gold", "Chen": "Silver", "Ortiz": "Bronze"}
    after = all_papers(event)
    assert {c.id: (c.number, c.facts, c.pdf_sha256) for c in after if c.id in papers} == papers
    replaced = [c for c in after if c.state == "replaced"]
    assert len(replaced) == 2
    assert {c.replaced_by.state for c in replaced} == {"reserved"}
    assert {c.ended_why for c in replaced} == {"The sheet says so."}
    assert all(c.replaced_by.award.entry_id == c.award.entry_id for c in replaced)
    sheet = make.db.session.scalars(
        select(make.Sheet).where(make.Sheet.entry_id == entry_of(event, "Chen").id)
    ).one()
    assert (sheet.points, sheet.state) == (89, "checked")
    assert (sheet.entered_by.username, sheet.checked_by.username) == ("proposer", "approver")


def all_papers(event):
    chosen = select(Certificate).join(Certificate.award).where(make.Award.event_id == event.id)
    return db.session.scalars(chosen.order_by(Certificate.id)).all()


@pytest.mark.parametrize("days", [0, 5])
def test_a_score_that_moves_no_rank_is_a_new_version_and_nothing_else(root, crew, days):
    event = final(root)
    with transaction():
        event.competition.notice_days = days
        events.act(events.OPERATOR, "test.notice")
    papers = [(c.id, c.state, c.version) for c in all_papers(event)]
    row = proposed(marked(event, crew["proposer"], Chen=81), crew["proposer"])
    report = approve(row, crew["approver"])
    assert [line.action for line in report.lines] == [Action.NONE]
    assert (report.lines[0].before.total, report.lines[0].after.total) == ("80.00", "81.00")
    assert [(c.id, c.state, c.version) for c in all_papers(event)] == papers
    assert results.current(event).number == 2
    assert appeals.notice_of(event) is None


def test_disqualified_after_final_everyone_below_moves_up(event, crew):
    row = draft(event, crew["proposer"])
    why = "A forged qualification."
    services.rule(row, entry_of(event, "Ortiz"), EntryStatus.DSQ, why, crew["proposer"])
    works.look(row, crew["proposer"], MOMENT)
    report = approve(proposed(row, crew["proposer"]), crew["approver"])
    moved = {n: (x.before.rank, x.after.rank, x.action) for n, x in lines_of(report).items()}
    assert moved == {
        "Ortiz": (2, None, Action.REVOKE),
        "Chen": (3, 2, Action.SUPERSEDE),
        "Sun": (4, 3, Action.ISSUE),
        "Li": (5, 4, Action.NONE),
    }
    assert entry_of(event, "Ortiz").status is EntryStatus.DSQ
    ortiz = [c for c in all_papers(event) if c.award.entry.name == "Ortiz"]
    assert [c.state for c in ortiz] == ["withdrawn"]
    sun = [c for c in all_papers(event) if c.award.entry.name == "Sun"]
    assert [c.state for c in sun] == ["reserved"]


def test_grace_keeps_an_award_with_its_paper_and_its_reason(event, crew):
    row = marked(event, crew["proposer"], Chen=89)
    services.spare(row, entry_of(event, "Ortiz"), "The fault was ours.", crew["proposer"])
    works.look(row, crew["proposer"], MOMENT)
    report = approve(proposed(row, crew["proposer"]), crew["approver"])
    ortiz = lines_of(report)["Ortiz"]
    assert (ortiz.action, ortiz.grace) == (Action.KEEP_BY_GRACE, "The fault was ours.")
    silver = [a.entry.name for a in awards.of(event.competition, event) if a.title == "Silver"]
    assert sorted(silver) == ["Chen", "Ortiz"]
    assert [c.state for c in all_papers(event) if c.award.entry.name == "Ortiz"] == ["issued"]


def test_grace_needs_its_reason(event, crew):
    row = marked(event, crew["proposer"], Chen=89)
    services.spare(row, entry_of(event, "Ortiz"), " ", crew["proposer"])
    assert row.graces == []
    with pytest.raises(IntegrityError), transaction():
        row.graces.append(services.CorrectionGrace(entry=entry_of(event, "Ortiz"), why=""))
        db.session.flush()


def test_where_the_rules_ask_for_a_notice_a_changed_award_is_laid_open_again(root, crew):
    event = final(root)
    with transaction():
        event.competition.notice_days = 5
        events.act(events.OPERATOR, "test.notice")
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    report = approve(row, crew["approver"])
    assert (report.to_state, event.state) == ("public_notice", EventState.PUBLIC_NOTICE)
    assert appeals.notice_of(event).working_days == 5
    version = results.frozen(event)
    assert (version.number, version.signed_at) == (2, None)
    held = [c for c in all_papers(event) if c.state == "reserved"]
    with pytest.raises(Conflict, match="Held"):
        works.papers.keep(held[0], Stamped(b"", b"%PDF"), crew["approver"], MOMENT)
    later = appeals.notice_of(event).closes_at + events.datetime.resolution
    events.results.finalise(event, "Approver", crew["approver"], later)
    assert event.state is EventState.FINAL
    assert works.papers.keep(held[0], Stamped(b"", b"%PDF"), crew["approver"], MOMENT)


def test_nobody_approves_an_own_correction(event, crew):
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    before = checksum()
    with pytest.raises(NotAllowed, match="Nobody approves an own correction"):
        approve(row, crew["proposer"])
    assert checksum() == before


def test_the_database_refuses_it_too(event, crew):
    row = marked(event, crew["proposer"], Chen=89)
    with pytest.raises(IntegrityError), transaction():
        row.state, row.approved_by_id, row.applied_at = "applied", row.opened_by_id, MOMENT
        row.to_version = results.frozen(event)
        db.session.flush()


def test_if_the_world_changed_the_approver_looks_again(event, crew):
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    other = proposed(marked(event, crew["proposer"], Sun=95), crew["proposer"])
    approve(other, crew["approver"])
    before = checksum()
    with pytest.raises(Conflict, match="has changed since you looked at it"):
        approve(row, crew["approver"])
    assert checksum() == before
    works.look(row, crew["approver"], MOMENT)
    report = approve(row, crew["approver"])
    assert lines_of(report)["Chen"].after.rank == 3


def test_what_cannot_be_applied_says_why_and_is_not_proposed(event, crew):
    row = marked(event, crew["proposer"], Chen=None)
    assert row.report is None
    assert row.problems[0][0] == "03 Chen"
    assert row.problems[0][1]["text"].startswith("no mark for")
    with pytest.raises(Conflict, match="Look at the consequences first"):
        proposed(row, crew["proposer"])


def test_a_tie_over_a_cut_that_a_correction_makes_is_decided_in_it(root, crew):
    event = final(
        root,
        awards=[{"scheme": "counts", "titles": [["Gold", 1], ["Silver", 1]], "cut_tie": "decide"}],
    )
    row = marked(event, crew["proposer"], Ortiz=90)
    assert row.report is None
    for name, title in (("Zhao", "Gold"), ("Ortiz", "Silver")):
        services.decide(row, entry_of(event, name), title, "Minutes 12.", crew["proposer"])
    works.look(row, crew["proposer"], MOMENT)
    approve(proposed(row, crew["proposer"]), crew["approver"])
    standing = {a.entry.name: a.title for a in awards.of(event.competition, event)}
    assert standing == {"Zhao": "Gold", "Ortiz": "Silver"}


def test_only_whoever_began_it_changes_a_draft_and_nobody_a_proposal(event, crew):
    row = marked(event, crew["proposer"], Chen=89)
    chen = entry_of(event, "Chen")
    with pytest.raises(Conflict, match="Only whoever began"):
        services.mark(row, chen, event.components[0], None, crew["approver"])
    proposed(row, crew["proposer"])
    with pytest.raises(Conflict, match="it stays as it is"):
        services.mark(row, chen, event.components[0], None, crew["proposer"])


def test_points_that_cannot_be_are_refused_and_a_change_back_is_no_change(event, crew):
    row = marked(event, crew["proposer"], Chen=89)
    with pytest.raises(BadInput):
        services.mark(
            row, entry_of(event, "Chen"), event.components[0], make.Decimal(101), crew["proposer"]
        )
    services.mark(
        row, entry_of(event, "Chen"), event.components[0], make.Decimal(80), crew["proposer"]
    )
    assert row.changes == []
    with pytest.raises(Conflict, match="at least one thing"):
        proposed(row, crew["proposer"])


def test_what_is_not_published_is_not_corrected(root, crew):
    event = make.event(make.competition(root))
    with pytest.raises(Conflict, match="is mended where it was entered"):
        draft(event, crew["proposer"])


def test_the_journal_names_both_versions(event, crew):
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    approve(row, crew["approver"])
    lines = db.session.execute(text("SELECT verb, actor, why FROM journal")).all()
    assert ("corrections.close", "approver", "The sheet says so.") in {tuple(x) for x in lines}
    assert ("marking.enter", "proposer", "") in {tuple(x) for x in lines}


def test_what_the_chief_judge_signed_is_corrected_too(event, crew, root):
    """The signature closes the marks to everybody who types; a correction is how they change after it."""
    (score,) = event.components
    sign(score, root)
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    approve(row, crew["approver"])
    assert results.frozen(event).number == 2
    with pytest.raises(Locked):
        panels.refuse_submitted(event, {score.id})


def test_history(event, crew):
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    approve(row, crew["approver"])
    assert queries.applied_to(event) == [row]
    assert db.session.query(Correction).count() == 1


JUDGED = {
    "aspects": [
        {"code": "look", "kind": "judgement", "max": "2"},
        {"code": "size", "kind": "points", "max": "98"},
    ]
}


def judged(root, crew):
    """A final event whose marks are reckoned from those of judges."""
    event = make.event(make.competition(root, checking="off"), parts=(("work", 100, 1),))
    part = event.components[0]
    make.changed(part, scheme=JUDGED)
    for n, (name, size) in enumerate((("Zhao", "90"), ("Ortiz", "80")), 1):
        entry = make.entry(event, f"{n:02d}", name=name)
        boxes = queries.boxes_of(entry, part)
        typed = {key: ("2" if key.aspect == "look" else size, 0) for key in boxes}
        works.judged.enter(event, typed, crew["clerk"], MOMENT)
    events.results.finalise(event, events.OPERATOR.name, events.OPERATOR, MOMENT)
    return event, part


def test_the_mark_of_a_judge_is_corrected_and_the_sheet_follows(root, crew):
    event, part = judged(root, crew)
    ortiz = entry_of(event, "Ortiz")
    row = draft(event, crew["proposer"])
    key = next(key for key in queries.boxes_of(ortiz, part) if key.aspect == "size")
    with pytest.raises(BadInput):
        services.mark(row, ortiz, part, make.Decimal(1), crew["proposer"])
    with pytest.raises(BadInput):
        services.fill(row, ortiz, part, key, "odd", crew["proposer"])
    services.fill(row, ortiz, part, key, "95", crew["proposer"])
    works.look(row, crew["proposer"], MOMENT)
    assert str(queries.boxes_of(ortiz, part)[key]) == "80"
    report = approve(proposed(row, crew["proposer"]), crew["approver"])
    assert lines_of(report)["Ortiz"].after.rank == 1
    assert str(queries.boxes_of(ortiz, part)[key]) == "95"
    sheets = {s.entry_id: s for s in works.marking.of(event).values()}
    assert sheets[ortiz.id].checked_by_id == crew["approver"].user_id


def announced(root, crew):
    """An event whose public notice runs, with an objection that was upheld."""
    event = make.event(make.competition(root, notice_days=5))
    clerk, checker = (make.db.session.get(make.User, crew[n].user_id) for n in ("clerk", "checker"))
    for n, (name, points) in enumerate((("Zhao", 90), ("Ortiz", 88), ("Chen", 80)), 1):
        make.entry(
            event,
            f"{n:02d}",
            name=name,
            marks={"score": points},
            entered_by=clerk,
            checked_by=checker,
        )
    events.results.freeze(event, events.OPERATOR, MOMENT)
    terms = works.Terms("Office", "0531-1234")
    notice = works.appeal_services.announce(event, terms, events.OPERATOR, MOMENT)
    filing = works.appeal_services.Filing(AppealKind.OBJECTION, Subject.SCORE, "Chen had more.")
    who = ("Wang Fang", "138", events.OPERATOR)
    asked = works.appeal_services.object_to(notice, filing, *who, notice.closes_at)
    panel = make.user("appeals_panel", root).as_actor()
    works.appeal_services.decide(
        asked, asked.version, Outcome.UPHELD, "True.", panel, notice.closes_at
    )
    return event, notice, asked


@pytest.mark.parametrize(
    ("points", "again"),
    [
        pytest.param(89, True, id="ranks change: the notice runs its full length again"),
        pytest.param(81, False, id="no rank changes: it goes on"),
    ],
)
def test_a_correction_while_the_notice_runs(root, crew, points, again):
    """The chief judge has signed what is corrected."""
    event, notice, asked = announced(root, crew)
    sign(event.components[0], root)
    assert event.state is EventState.UNDER_REVIEW
    row = services.open_draft(event, "True.", "", crew["proposer"], MOMENT, asked)
    chen, part = entry_of(event, "Chen"), event.components[0]
    services.mark(row, chen, part, make.Decimal(points), crew["proposer"])
    works.look(row, crew["proposer"], MOMENT)
    later = notice.closes_at + events.datetime.resolution
    proposed(row, crew["proposer"])
    works.approve(row, events.row_digest(row), crew["approver"], later)
    assert event.state is EventState.PUBLIC_NOTICE
    assert (results.frozen(event).number, results.current(event)) == (2, None)
    assert asked.settled_at == later
    counts = appeals.notice_of(event)
    assert (counts.id != notice.id) is again
    assert (counts.working_days, counts.number) == (5, 2 if again else 1)
    assert bool(appeals.blockers(event, later)) is again


def test_two_approvers_at_once(event, crew, root):
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    other = make.user("chief_judge", root).as_actor()
    approve(row, crew["approver"])
    before = checksum()
    with pytest.raises(Conflict, match="does not wait for approval"):
        approve(row, other)
    assert checksum() == before


def test_what_readers_get_is_the_corrected_edition(event, crew):
    values = {"opens_at": MOMENT, "own_first": True}
    editions.announce(event.competition, 0, values, crew["proposer"], MOMENT)
    first = editions.publish(event, crew["proposer"], MOMENT)
    row = proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    assert publishing.current(event) is first
    approve(row, crew["approver"])
    assert publishing.current(event) is first, "drawn once nobody has to wait for it"
    editions.follow(event, crew["approver"], MOMENT)
    edition = publishing.current(event)
    assert (edition.number, edition.corrected_at) == (first.number + 1, MOMENT)
