"""Entries admitted, changed and ruled one by one."""

import pytest

from skillhub.entries import queries, services
from skillhub.entries.models import EntryStatus, TeamMember
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import about
from tests import make


@pytest.fixture
def event(root):
    return make.event(make.competition(root), locked=False, team_size=2)


def test_a_code_is_given_once(event):
    services.admit(event, {"code": "a1"}, OPERATOR)
    with pytest.raises(Conflict, match="A1"):
        services.admit(event, {"code": "A1"}, OPERATOR)


def test_a_second_entry_of_a_worker_is_refused_with_the_first(event):
    person = make.person("Li Wei")
    services.admit(event, {"code": "1", "person": person}, OPERATOR)
    with pytest.raises(Conflict, match="Li Wei is in this event already, as entry 1"):
        services.admit(event, {"code": "2", "person": person}, OPERATOR)


def test_a_member_of_a_team_cannot_enter_alone(event):
    person = make.person("Li Wei")
    team = make.entry(event, "7")
    make.keep(TeamMember(entry=team, position=1, name=person.name, person=person))
    with pytest.raises(Conflict, match="as entry 7"):
        services.admit(event, {"code": "8", "person": person}, OPERATOR)


@pytest.mark.parametrize("status", [EntryStatus.DNF, EntryStatus.DSQ, EntryStatus.NC])
def test_a_bad_end_needs_a_reason(event, status):
    entry = services.admit(event, {"code": "1"}, OPERATOR)
    with pytest.raises(BadInput, match="reason"):
        services.rule(entry, entry.version, status, " ", OPERATOR)
    services.rule(entry, entry.version, status, "left the hall", OPERATOR)
    assert (entry.status, entry.status_reason) == (status, "left the hall")


def test_an_edit_from_an_older_state_is_refused_and_the_journal_keeps_the_old_name(event):
    entry = services.admit(event, {"code": "1", "name": "Li"}, OPERATOR)
    seen = entry.version
    services.edit(entry, seen, {"name": "Li Wei"}, OPERATOR)
    with pytest.raises(Conflict, match="meanwhile"):
        services.edit(entry, seen, {"name": "Wu"}, OPERATOR)
    assert about([entry])[0].changes[0][1:] == ({"name": "Li"}, {"name": "Li Wei"})


def test_the_members_of_a_team_are_replaced(event):
    entry = services.admit(event, {"code": "1", "members": ["Li", "Wu"]}, OPERATOR)
    services.edit(entry, entry.version, {"members": ["Wu", "Bo"]}, OPERATOR)
    assert [m.name for m in queries.of(event)[0].members] == ["Wu", "Bo"]
