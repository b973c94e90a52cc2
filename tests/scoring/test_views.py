"""The pages of marking schemes and of one entry's marks."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import openpyxl
import pytest

from skillhub.awards import services as awards
from skillhub.drafting.sheet import SCHEME, scheme_plan
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.sheets import load
from skillhub.marking import queries as marking
from skillhub.panels.models import Code
from skillhub.results import queries as results
from skillhub.scoring import queries, services
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.models import Mark
from tests import make
from tests.scoring.test_services import JUDGED, keys

WHOLE = {
    "rounding": "part",
    "zero_reasons": {"N": "not attempted"},
    "sections": [{"code": "1", "name": "Work organisation", "planned": "2"}, {"code": "2", "planned": "10"}],
    "criteria": [
        {
            "code": "A",
            "name": "Assembly 装配",
            "subs": [
                {
                    "code": "A1",
                    "name": "Wiring",
                    "aspects": [
                        {"code": "A1.1", "name": "Neat", "kind": "judgement", "max": "2", "section": "1", "day": 1,
                         "levels": ["poor", "meets", "good", "excellent"], "description": "Cables run straight"},
                        {"code": "A1.2", "name": "Length", "kind": "measurement", "max": "4", "section": "2",
                         "bands": [["10", "4"], ["8", "2"]]},
                    ],
                },
                {"code": "A2", "aspects": [{"code": "A2.1", "kind": "panel", "max": "6", "section": "2", "judges": 7}]},
            ],
        },
        {"code": "B", "name": "Safety", "subs": [
            {"code": "B1", "aspects": [{"code": "B1.1", "kind": "deduction", "max": "3", "section": "1"}]}]},
    ],
}  # fmt: skip


@pytest.fixture
def draft(root):
    event = make.event(
        make.competition(root, checking="off"), parts=(("work", 12, 1),), locked=False
    )
    make.changed(event.components[0], scheme=WHOLE)
    return event


@pytest.fixture
def marked(root):
    event = make.event(make.competition(root, checking="off"), parts=(("work", 3, 1),))
    make.changed(event.components[0], scheme=JUDGED)
    return event


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root))


def at(event, tail="", part=0):
    own = f"/competitions/{event.competition_id}/events/{event.id}"
    return f"{own}/schemes/{event.components[part].id}{tail}"


def of(event, entry):
    return f"/competitions/{event.competition_id}/events/{event.id}/marks/{entry.id}/{event.components[0].id}"


def test_the_scheme_is_read_with_its_sections(organiser, draft):
    page = organiser.get(at(draft)).text
    for word in ("Assembly 装配", "A1.1", "Neat", "excellent", "Work organisation", "Safety"):
        assert word in page
    assert page.index("A1.1") < page.index("A2.1") < page.index("B1.1")


def test_an_aspect_is_added_by_its_form_changed_and_removed(organiser, draft):
    new = {
        "criterion": "B Safety",
        "sub": "B1",
        "code": "B1.2",
        "kind": "x",
        "max": "1",
        "name": "Goggles",
        "step": "0.5",
    }
    assert organiser.get(at(draft, "/aspect?kind=points")).status_code == 200
    page = organiser.get(at(draft, "/aspect?kind=points")).text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    answer = organiser.post(
        at(draft, "/aspect?kind=points"), data={**new, "section": "1", "version": version}
    )
    assert answer.status_code == 302, answer.text
    scheme = queries.scheme_of(draft.components[0])
    assert [a.code for a in scheme.criteria[1].subs[0].aspects] == ["B1.1", "B1.2"]
    assert scheme.by_code["B1.2"].step == Decimal("0.5")
    stale = organiser.post(
        at(draft, "/aspect?code=B1.2"), data={**new, "section": "1", "version": version}
    )
    assert "Somebody changed this meanwhile" in stale.text
    organiser.post(at(draft, "/remove"), data={"code": "B1.2"})
    assert "B1.2" not in queries.scheme_of(draft.components[0]).by_code


def test_a_mistake_stands_at_its_field(organiser, draft):
    page = organiser.get(at(draft, "/aspect?code=A1.1")).text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    sent = {"code": "A1.1", "max": "2", "judges": "3", "top": "3", "spread": "1", "least": "5", "section": "1",
            "version": version}  # fmt: skip
    assert (
        "more judges are needed" in organiser.post(at(draft, "/aspect?code=A1.1"), data=sent).text
    )


def test_a_locked_scheme_does_not_change(organiser, marked):
    assert "Add an aspect" not in organiser.get(at(marked)).text
    assert organiser.post(at(marked, "/remove"), data={"code": "look"}).status_code == 423


def test_a_scheme_goes_out_as_a_sheet_and_comes_back_unchanged(organiser, draft):
    sheet = organiser.get(at(draft, "/export.xlsx")).data
    cells = list(openpyxl.load_workbook(io.BytesIO(sheet)).active.values)
    assert len(cells) == 5
    upload = organiser.post(at(draft, "/import"), data={"file": (io.BytesIO(sheet), "scheme.xlsx")})
    assert upload.status_code == 302
    assert 'value="apply"' not in organiser.get(upload.location).text
    table = load(sheet, "scheme.xlsx", SCHEME)
    before = queries.scheme_of(draft.components[0])
    after, preview = scheme_plan(table.rows, before)
    assert after == before
    assert {change.value: n for change, n in preview.counts.items()} == {
        "new": 0, "changed": 0, "same": 4, "problem": 0
    }  # fmt: skip


def test_a_changed_sheet_becomes_the_scheme(organiser, draft):
    rows = (
        "criterion\tsub\taspect\ttype\tmax\tsection\n"
        "A Assembly\tA1 Wiring\tA1.1\tJ\t3\t1\nA Assembly\tA1 Wiring\tA1.9\tM\t9\t2\n"
    )
    upload = organiser.post(at(draft, "/import"), data={"pasted": rows})
    page = organiser.get(upload.location).text
    assert "taken out of the scheme: A1.2, A2.1, B1.1" in page
    token = page.split('name="token"')[1].split('value="')[1].split('"')[0]
    organiser.post(upload.location, data={"step": "apply", "token": token})
    scheme = queries.scheme_of(draft.components[0])
    assert [(a.code, a.kind, str(a.max)) for a in scheme.aspects] == [
        ("A1.1", "judgement", "3"),
        ("A1.9", "measurement", "9"),
    ]
    assert scheme.sections == read_scheme(WHOLE)[0].sections


def test_one_entry_is_marked_box_by_box_and_a_dispute_says_what_to_do(organiser, marked):
    entry = make.entry(marked)
    part = marked.components[0].id
    names = {f"a-{entry.id}-{part}-look-{n}-1": v for n, v in ((1, "3"), (2, "1"), (3, "2"))}
    sent = {**names, **{f"seen-{name}": "0" for name in names}}
    assert organiser.post(of(marked, entry), data=sent).status_code == 302
    page = organiser.get(of(marked, entry)).text
    assert "vote again" in page
    assert "differ by 2" in page
    again = {f"a-{entry.id}-{part}-look-1-1": "2", f"seen-a-{entry.id}-{part}-look-1-1": "1"}
    organiser.post(
        of(marked, entry),
        data={
            **again,
            f"a-{entry.id}-{part}-size-0-1": "1",
            f"seen-a-{entry.id}-{part}-size-0-1": "0",
        },
    )
    page = organiser.get(of(marked, entry)).text
    assert "<del>3</del>" in page
    assert marking.of(marked)[entry.id, part].points == Decimal("2.11")


def test_a_judge_on_the_panel_fills_the_own_seat_alone(root, sign_in, marked, operator):
    from skillhub.panels.models import Panel, Seat  # noqa: PLC0415

    judges = [make.user(Role.JUDGE, root) for _ in range(3)]
    panel = make.keep(Panel(component=marked.components[0]))
    for n, judge in enumerate(judges, 1):
        make.keep(Seat(panel=panel, number=n, user=judge, since=now()))
    entry = make.entry(marked)
    part = marked.components[0].id
    page = sign_in(judges[1]).get(of(marked, entry)).text
    assert f'name="a-{entry.id}-{part}-look-2-1"' in page
    assert f'name="a-{entry.id}-{part}-look-1-1"' not in page
    other = f"a-{entry.id}-{part}-look-1-1"
    answer = sign_in(judges[1]).post(of(marked, entry), data={other: "3", f"seen-{other}": "0"})
    assert answer.status_code == 422
    assert "Another judge fills this box" in answer.text


def test_a_component_is_declared_void_with_a_reason(organiser, root):
    event = make.event(
        make.competition(root),
        parts=(("a", 10, 1), ("b", 10, 1)),
        ranking={"keys": ["total desc"], "rescale": True},
    )
    assert organiser.get(at(event, "/void")).status_code == 200
    organiser.post(at(event, "/void"), data={"why": "Wrong drawing"})
    assert "Wrong drawing" in organiser.get(at(event)).text


def test_the_marks_page_leads_to_the_boxes(organiser, marked, operator):
    entry = make.entry(marked)
    services.enter(marked, keys(marked, entry, look="2 3 2", size="1"), operator, now())
    page = organiser.get(f"/competitions/{marked.competition_id}/events/{marked.id}/marks").text
    assert of(marked, entry) in page
    assert "2.56" in page


def test_sheets_are_reckoned_again_when_who_may_mark_has_changed(organiser, marked, operator):
    entry = make.entry(marked)
    services.enter(marked, keys(marked, entry, size="1"), operator, now())
    assert not marking.of(marked)
    make.changed(entry, status="DNF", status_reason="stopped")
    page = organiser.post(
        f"/competitions/{marked.competition_id}/events/{marked.id}/marks/reckon",
        follow_redirects=True,
    )
    assert "1 sheets came to other points" in page.text
    assert marking.of(marked)[entry.id, marked.components[0].id].points == Decimal(1)


def test_weights_that_are_percentages_add_up_to_100_before_rules_lock(root, operator):
    competition = make.competition(root, weights="percent")
    event = make.event(competition, parts=(("a", 100, 30), ("b", 100, 60)), locked=False)
    with pytest.raises(Conflict) as refusal:
        awards.lock(event, operator, now())
    assert "add up to 90" in str(refusal.value.problems[0])
    make.changed(event.components[1], weight=Decimal(70))
    awards.lock(event, operator, now())
    make.entry(event, marks={"a": 90, "b": 80})
    assert results.computed(event).standings[0].total == Decimal(83)


def test_aspects_that_do_not_add_up_are_refused_before_rules_lock(draft, operator):
    make.changed(draft.components[0], maximum=Decimal(13))
    with pytest.raises(Conflict) as refusal:
        awards.lock(draft, operator, now())
    assert "the aspects add up to 12, the maximum is 13" in str(refusal.value.problems[0])


@pytest.fixture
def closed(marked):
    """The event under codes: two entries, drawn as 431 and 207."""
    make.changed(marked.competition, blind=True)
    for n, (name, code) in enumerate((("Zhao", "431"), ("Ortiz", "207")), 1):
        entry = make.entry(marked, f"{n:02d}", name=name)
        make.keep(Code(event_id=marked.id, entry_id=entry.id, number=n, code=code))
    return marked


def by_code(event, code):
    part = event.components[0]
    own = f"/competitions/{event.competition_id}/events/{event.id}"
    return f"{own}/marks/{code}/{part.id}"


def test_under_codes_the_plain_form_takes_marks_and_tells_codes_alone(organiser, closed):
    part = closed.components[0].id
    rows = {e.name: e.id for e in db.session.query(make.Entry).filter_by(event_id=closed.id)}
    assert (
        by_code(closed, "431")
        in organiser.get(f"/competitions/{closed.competition_id}/events/{closed.id}/marks").text
    )
    page = organiser.get(by_code(closed, "207")).text
    assert "207" in page
    assert not any(name in page for name in rows)
    assert f'name="a-207-{part}-size-0-1"' in page
    assert f"a-{rows['Ortiz']}-{part}" not in page
    assert f'href="{by_code(closed, "431")}"' in page

    sent = {f"a-207-{part}-size-0-1": "1", f"seen-a-207-{part}-size-0-1": "0", "then": "next"}
    answer = organiser.post(by_code(closed, "207"), data=sent)
    assert answer.location == by_code(closed, "431")
    (mark,) = db.session.query(Mark)
    assert (mark.entry_id, mark.aspect, mark.value) == (rows["Ortiz"], "size", 1)


def test_under_codes_a_refusal_stands_at_its_box_and_keeps_what_was_typed(organiser, closed):
    name = f"a-431-{closed.components[0].id}-size-0-1"
    answer = organiser.post(by_code(closed, "431"), data={name: "9", f"seen-{name}": "0"})
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert 'value="9"' in answer.text
    assert "Zhao" not in answer.text
    late = organiser.post(by_code(closed, "431"), data={name: "1", f"seen-{name}": "0"})
    assert late.status_code == 302
    clash = organiser.post(by_code(closed, "431"), data={name: "0", f"seen-{name}": "0"})
    assert clash.status_code == 409


def test_under_codes_the_key_of_a_row_opens_nothing(organiser, closed):
    for entry in db.session.query(make.Entry).filter_by(event_id=closed.id):
        assert organiser.get(by_code(closed, entry.id)).status_code == 404


def test_who_writes_a_scheme_is_told_of_scores_without_words(organiser, draft):
    assert "No words say what each score" not in organiser.get(at(draft)).text
    scheme = json.loads(json.dumps(WHOLE))
    del scheme["criteria"][0]["subs"][0]["aspects"][0]["levels"]
    make.changed(draft.components[0], scheme=scheme)
    page = organiser.get(at(draft)).text
    assert "No words say what each score from 0 up means: A1.1." in page
