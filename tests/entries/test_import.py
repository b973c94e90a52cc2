"""An entry sheet: what each row would do, every problem at once, and all of it or none of it."""

from datetime import date

import pytest
from sqlalchemy import func, select

from skillhub.entries import queries, services, sheet
from skillhub.entries.models import Entry, TeamMember
from skillhub.entries.rules import Draft, spelling
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.sheets import load
from skillhub.people.models import Employment
from tests import make


@pytest.fixture
def cup(root):
    cup = make.competition(root, code="cup")
    make.event(cup, code="01", locked=False)
    make.event(cup, code="02", locked=False, team_size=3)
    return cup


def rows(*texts):
    """Read "event entry key=value …" lines as the rows of a sheet, from row 2 on."""
    drafts = []
    for n, text in enumerate(texts, 2):
        event, code, *rest = text.split(" ")
        values = dict(word.split("=") for word in rest)
        values["members"] = tuple(values["members"].split(";")) if "members" in values else ()
        drafts.append(Draft(n, event, code, **values))
    return drafts


def import_(cup, *texts):
    return services.import_sheet(cup, rows(*texts), "file.xlsx", OPERATOR)


def changes(plan):
    return [row.change.value for row in plan.preview.rows]


def refused(cup, *texts):
    with pytest.raises(BadInput) as error:
        import_(cup, *texts)
    return [str(problem) for problem in error.value.problems if problem.severity == "error"]


def state():
    """Count every table of the import, and sum its versions."""
    counted = [
        db.session.scalar(select(func.count()).select_from(m))
        for m in (Entry, TeamMember, JournalLine)
    ]
    return (*counted, db.session.scalar(select(func.sum(Entry.version))))


def stored(code):
    return db.session.scalars(select(Entry).where(Entry.code == code)).one()


def test_new_changed_same(cup):
    assert changes(import_(cup, "01 1 name=Li", "01 2 name=Wu")) == ["new", "new"]
    plan = import_(cup, "01 1 name=Li", "01 2 name=Wang", "01 3 name=Zhao")
    assert changes(plan) == ["same", "changed", "new"]
    assert plan.preview.rows[1].before == {"name": "Wu"}
    assert stored("2").name == "Wang"


def test_the_same_sheet_again_writes_not_even_a_journal_line(cup):
    texts = [
        "01 1 name=Li organisation=root",
        "02 7 name=Trio members=Li;Wu;Bo guest=yes",
        "01 2 status=DSQ",
    ]
    import_(cup, *texts)
    before = state()
    assert changes(import_(cup, *texts)) == ["same"] * 3
    assert state() == before


def test_one_bad_row_in_five_hundred_leaves_everything_as_it_is(cup):
    import_(cup, "01 1 name=Li")
    before = state()
    good = [f"01 {n} name=Name{n}" for n in range(1, 500)]
    assert refused(cup, *good, "01 500 person=99999") == [
        "row 501: there is no worker with the number “99999”; add the person or mend the number"
    ]
    assert state() == before


def test_three_thousand_rows_with_seventeen_bad_ones_name_each_of_them(cup):
    before, bad = state(), set(range(100, 117))
    texts = [f"{'99' if n in bad else '01'} {n} name=Name{n}" for n in range(2, 3002)]
    told = refused(cup, *texts)
    assert told == [
        f"row {n}: there is no event “99”; the competition has 01, 02" for n in sorted(bad)
    ]
    assert state() == before


def test_every_problem_is_told_at_once(cup):
    told = refused(cup, "99 1", "01 1 person=404", "01 2", "01 2", " 3")
    assert told == [
        "row 2: there is no event “99”; the competition has 01, 02",
        "row 3: there is no worker with the number “404”; add the person or mend the number",
        "row 5: entry 2 of event 01 stands in row 4 already",
        "row 6: the event is missing; choose the column that names it",
    ]


def test_a_bad_row_that_stands_twice_is_told_both(cup):
    told = refused(cup, "01 1 person=404", "01 1 name=Li")
    assert told[1] == "row 3: entry 1 of event 01 stands in row 2 already"


@pytest.mark.parametrize("typed", ["0417", "417", "00417"])
def test_lost_zeros_find_the_entry_again(cup, typed):
    import_(cup, "01 00417 name=Li")
    assert changes(import_(cup, f"01 {typed} name=Li")) == ["same"]
    assert stored("00417").name == "Li"


def test_lost_zeros_that_fit_two_entries_find_none(cup):
    import_(cup, "01 07 name=Li", "01 007 name=Wu")
    assert changes(import_(cup, "01 7 name=Bo")) == ["new"]


def test_an_event_that_lost_its_zero_is_found_and_named(cup):
    plan = import_(cup, "1 5 name=Li")
    assert [str(n) for n in plan.preview.notices] == ["“1” was read as 01."]


@pytest.mark.parametrize(
    ("codes", "chosen"),
    [
        (["de", "DE", "DE"], {"de": "DE"}),
        (["KR", "DE", "fr"], {"kr": "KR", "de": "DE", "fr": "FR"}),
        (["alpha", "beta", "Beta"], {"alpha": "alpha", "beta": "beta"}),
        (["01", "02"], {"01": "01", "02": "02"}),
    ],
)
def test_codes_that_differ_by_case_get_one_spelling(codes, chosen):
    assert spelling(codes) == chosen


def test_an_entry_is_found_in_any_case(cup):
    import_(cup, "01 A7 name=Li")
    assert changes(import_(cup, "01 a7 name=Li")) == ["same"]


def test_codes_stay_text_and_a_destroyed_one_is_refused():
    text = "event,entry,name\n01,00417,A\n01,'00418,B\n01,1.2E+05,C\n"
    table = load(text.encode(), "a.csv", sheet.COLUMNS)
    assert [row.cells["entry"] for row in table.rows][:2] == ["00417", "00418"]
    assert len(table.problems) == 1


def test_members_are_kept_in_order_and_replaced_whole(cup):
    import_(cup, "02 1 members=Li;Wu;Bo")
    assert [m.name for m in stored("1").members] == ["Li", "Wu", "Bo"]
    assert changes(import_(cup, "02 1 members=Wu;Li")) == ["changed"]
    assert [(m.position, m.name) for m in stored("1").members] == [(1, "Wu"), (2, "Li")]


def test_guests_and_statuses_are_read_and_a_bad_end_has_a_reason(cup):
    import_(cup, "01 1 guest=yes", "01 2 status=DNS", "01 3 status=DSQ")
    assert [stored(code).official for code in "123"] == [False, True, True]
    assert [stored(code).status for code in "123"] == ["OK", "DNS", "DSQ"]
    assert [bool(stored(code).status_reason) for code in "123"] == [False, False, True]


def test_an_unknown_unit_is_founded_below_the_host_and_told(cup, root):
    plan = import_(cup, "01 1 organisation=NEW", "01 2 organisation=new")
    assert plan.new_organisations == ["NEW"]
    assert "added as organisations when you apply: NEW." in str(plan.preview.notices[0])
    assert stored("1").organisation.parent_id == root.id
    assert stored("1").organisation_id == stored("2").organisation_id


def test_a_unit_is_found_by_its_full_name(cup, root):
    import_(cup, "01 1 organisation=ROOT")
    make.organisation("w1", parent=root, name="Works")
    import_(cup, "01 2 organisation=works")
    assert [stored(c).organisation.code for c in "12"] == ["root", "w1"]


# domain cases 27, 31, 32, 35


def test_a_worker_stands_once_in_an_event(cup):
    make.person("Li Wei", number="00001")
    told = refused(cup, "01 1 person=00001", "01 2 person=00001")
    assert told == ["row 3: this worker is in event 01 already, as entry 1"]
    import_(cup, "01 1 person=00001", "02 1 person=00001")
    assert refused(cup, "01 3 person=00001") == [
        "row 2: this worker is in event 01 already, as entry 1"
    ]


def test_a_member_of_a_team_takes_part_too(cup):
    person = make.person("Li Wei", number="00001")
    team = make.entry(cup.events[1], "7")
    make.keep(TeamMember(entry=team, position=1, name="Li Wei", person=person))
    assert refused(cup, "02 8 person=00001") == [
        "row 2: this worker is in event 02 already, as entry 7"
    ]


def test_people_of_one_name_are_told_apart_by_number(cup):
    first, second = make.person("王伟", number="00001"), make.person("王伟", number="00002")
    import_(cup, "01 1 person=00001", "01 2 person=00002")
    assert (stored("1").person_id, stored("2").person_id) == (first.id, second.id)
    assert stored("1").name == stored("2").name == "王伟"


def test_a_name_alone_is_never_taken_for_a_person(cup):
    make.person("王伟")
    import_(cup, "01 1 name=王伟")
    assert stored("1").person_id is None


def test_full_width_digits_are_the_same_worker(cup):
    text = "event,entry,person\n01,1,００００１\n"
    make.person("Li Wei", number="00001")
    table = load(text.encode(), "a.csv", sheet.COLUMNS)
    services.import_sheet(cup, sheet.drafts(table.rows), "a.csv", OPERATOR)
    assert stored("1").person.number == "00001"


def test_the_entry_stays_with_the_employer_of_the_day(cup, root):
    old, new = make.organisation("A", parent=root), make.organisation("B", parent=root)
    person = make.person("Li Wei", number="00001")
    moved = date(2026, 5, 21)  # the day after the event
    make.keep(
        Employment(person=person, organisation=old, since=date(2020, 1, 1), until=date(2026, 5, 20))
    )
    make.keep(Employment(person=person, organisation=new, since=moved))
    import_(cup, "01 1 person=00001")
    one = services.admit(cup.events[1], {"code": "1", "person": person}, OPERATOR)
    assert stored_units() == ["A", "A"]
    assert one.organisation is old


def stored_units():
    return [
        entry.organisation.code for entry in db.session.scalars(select(Entry).order_by(Entry.id))
    ]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("final", "Event 01 is final; its entries can no longer change."),
        ("public_notice", "The ranking of event 01 is laid open. Take it back, or correct it, to change its entries."),
        ("cancelled", "Event 01 is cancelled; its entries stay as they are."),
    ],
)  # fmt: skip
def test_an_event_that_is_past_takes_no_entries(cup, state, why):
    from_sheet = rows("01 1 name=Li")
    make.changed(cup.events[0], state=state, locked_at=now(), locked_by="operator")
    told = [str(p) for p in queries.plan(cup, from_sheet).preview.problems]
    assert told == [f"row 2: {why}"]
    assert queries.plan(cup, from_sheet, queries.CREATE).preview.problems
