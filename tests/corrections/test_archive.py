"""An archived event is corrected with the same care as a final one, and goes back to the archive."""

import pytest

from skillhub.appeals import queries as appeals
from skillhub.awards import queries as awards
from skillhub.competitions import services as competitions
from skillhub.competitions.rules import EventState
from skillhub.corrections import works
from skillhub.corrections.rules import CorrectionState, Report
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import Conflict, Locked, NotAllowed
from skillhub.results import queries as results
from skillhub.results import services as result_services
from tests import make
from tests.corrections import events
from tests.corrections.events import MOMENT, approve, marked, proposed
from tests.corrections.test_apply import checksum


@pytest.fixture
def crew(root):
    return {login: user.as_actor() for login, user in events.people(root).items()}


@pytest.fixture
def archived(root, crew):
    event = events.final(root)
    competitions.move(event, EventState.ARCHIVED, OPERATOR)
    return event


def test_looking_at_a_correction_leaves_the_archive_as_it_was(archived, crew):
    before = checksum()
    row = marked(archived, crew["proposer"], Chen=89)
    assert Report.from_json(row.report).to_state == "archived"
    assert archived.state is EventState.ARCHIVED
    assert checksum() == before


def test_applied_it_is_signed_again_and_back_in_the_archive(archived, crew):
    row = proposed(marked(archived, crew["proposer"], Chen=89), crew["proposer"])
    approve(row, crew["approver"])
    assert archived.state is EventState.ARCHIVED
    new, old = results.versions(archived)
    assert (new.number, new.is_current, new.signed_by) == (2, True, "Approver")
    assert (old.is_current, old.taken_back_why) == (False, "The sheet says so.")
    standing = {a.entry.name: a.title for a in awards.of(archived.competition, archived)}
    assert standing == {"Zhao": "Gold", "Chen": "Silver", "Ortiz": "Bronze"}


def test_where_an_award_changes_its_notice_runs_before_it_is_archived_again(archived, crew):
    with transaction():
        archived.competition.notice_days = 5
        events.act(OPERATOR, "test.notice")
    row = proposed(marked(archived, crew["proposer"], Chen=89), crew["proposer"])
    report = approve(row, crew["approver"])
    assert (report.to_state, archived.state) == ("public_notice", EventState.PUBLIC_NOTICE)
    later = appeals.notice_of(archived).closes_at + events.datetime.resolution
    result_services.finalise(archived, "Approver", crew["approver"], later)
    competitions.move(archived, EventState.ARCHIVED, OPERATOR)
    assert archived.state is EventState.ARCHIVED


def test_the_archive_opens_for_a_second_person_only(archived, crew):
    row = proposed(marked(archived, crew["proposer"], Chen=89), crew["proposer"])
    before = checksum()
    with pytest.raises(NotAllowed, match="Nobody approves an own correction"):
        approve(row, crew["proposer"])
    assert (checksum(), row.state) == (before, CorrectionState.PROPOSED)


@pytest.mark.parametrize("step", [s for s in EventState if s is not EventState.CORRECTING])
def test_nothing_but_a_correction_opens_the_archive(archived, step):
    with pytest.raises(Conflict):
        competitions.move(archived, step, OPERATOR, "why")


def test_its_marks_stay_closed_to_everybody_else(archived, crew):
    cell = (events.entry_of(archived, "Chen").id, archived.components[0].id)
    with pytest.raises(Locked):
        works.marks.enter(archived, {cell: (make.Decimal(89), 1)}, crew["clerk"], MOMENT)
