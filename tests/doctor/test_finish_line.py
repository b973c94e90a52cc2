"""The finish line: every kind of blocker is named with its rows and leads to a page; when all is clear it is signed."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from skillhub.appeals.models import Appeal
from skillhub.awards import services as awards
from skillhub.doctor import queries, services
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.panels.models import Code, Draw
from skillhub.results import queries as results
from skillhub.results import services as result_services
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as judged
from tests import make

SHARE = {"keys": ["total desc"], "remaining_tie": "share", "decimals": 2}
RESOLVE = {**SHARE, "remaining_tie": "must_resolve"}
DECIDED = [{"scheme": "counts", "cut_tie": "decide", "titles": [["Gold", 1]]}]
NOUGHT = [{"scheme": "counts", "titles": [["Gold", 0]]}]


@pytest.fixture
def second(root):
    return make.user(Role.CHECKER, root)


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="olga"))


def event_of(root, marks=(90, 80, 70), **values):
    more = {k: values.pop(k) for k in ("checking", "notice_days", "blind") if k in values}
    event = make.event(make.competition(root, **{"checking": "off", **more}), **values)
    for code, mark in enumerate(marks, 1):
        make.entry(event, str(code), marks={"score": mark} if mark is not None else None)
    return event


def strike(statement):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(statement))
    db.session.expire_all()


def unchecked(root, second):
    return event_of(root, checking="look_over")


def dispute(root, second):
    event = event_of(root)
    look = {"code": "look", "kind": "judgement", "max": "100"}
    make.changed(event.components[0], scheme={"aspects": [look]})
    entry = next(iter(results.computed(event).entries))
    keys = {scoring.MarkKey(entry, event.components[0].id, "look", n): n for n in (1, 2, 3)}
    judged.enter(event, {key: (f"{n}", 0) for key, n in keys.items()}, OPERATOR, now())
    return event


def rejected(root, second):
    event = event_of(root, checking="look_over")
    strike(
        f"UPDATE sheets SET state = 'checked', checked_at = entered_at, checked_by_id = {second.id}"
    )
    strike(
        "UPDATE sheets SET state = 'rejected', reason = 'x', checked_at = NULL, checked_by_id = NULL WHERE id = 1"
    )
    return event


def hole(root, second):
    return event_of(root, marks=(90, None, 70))


def carried(root, second):
    parts = (("score", 100, 1), ("heat", 100, 1))
    event = event_of(root, parts=parts)
    strike("UPDATE components SET kind = 'carried', carry_from = 'heat' WHERE code = 'heat'")
    return event


def tie(root, second):
    return event_of(root, marks=(90, 90), ranking=RESOLVE)


def unset(root, second):
    return event_of(root, awards=[])


def counts(root, second):
    return event_of(root, awards=NOUGHT)


def ruling(root, second):
    return event_of(root, marks=(90, 90), awards=DECIDED)


def undecoded(root, second):
    event = event_of(root, blind=True)
    rows = [
        Code(event_id=event.id, entry_id=s.entry, number=n, code=f"{100 + n}")
        for n, s in enumerate(results.computed(event).standings, 1)
    ]
    draw = {"numbers_by_id": second.id, "numbers_at": now(), "codes_by_id": second.id}
    make.keep(Draw(event_id=event.id, codes_at=now(), **draw), *rows)
    return event


def appeal(root, second):
    event = event_of(root)
    entry = next(iter(results.computed(event).entries.values()))
    words = {"kind": "query", "subject": "score", "reason": "I had 87", "filed_by": "Li"}
    make.keep(Appeal(event=event, entry=entry, filed_at=now(), **words))
    return event


def notice(root, second):
    return event_of(root, notice_days=5)


def changed(root, second):
    event = event_of(root)
    result_services.freeze(event, OPERATOR, now())
    strike("UPDATE sheets SET points = points - 10000 WHERE id = 3")
    return event


def warned(root, second):
    return event_of(root, marks=(90, 80, 0))


BLOCKERS = {
    "unchecked": (unchecked, "marks/check", 3),
    "rejected": (rejected, "marks/check", 1),
    "hole": (hole, "marks/", 1),
    "dispute": (dispute, "marks/", 1),
    "carried": (carried, "marks/", 1),
    "tie": (tie, "results/share", 2),
    "awards": (unset, "rules", 0),
    "counts": (counts, "rules", 0),
    "ruling": (ruling, "awards/decide", 2),
    "undecoded": (undecoded, "codes", 3),
    "appeal": (appeal, "appeals/", 1),
    "notice": (notice, "results/freeze", 0),
    "changed": (changed, "results/reopen", 1),
    "doctor_warning": (warned, "doctor#f-", 0),
}


@pytest.mark.parametrize("kind", BLOCKERS)
def test_each_kind_of_blocker_is_named_with_its_rows_and_its_page(root, second, organiser, kind):
    arrange, page, rows = BLOCKERS[kind]
    event = arrange(root, second)
    day = today("Asia/Shanghai")
    found = [p for p in queries.open_points(event, now(), day) if p.kind == kind]
    assert found
    assert all(p.page.startswith(page) for p in found)
    assert sum(len(p.rows) for p in found) >= rows

    at = f"/competitions/{event.competition_id}/events/{event.id}"
    shown = organiser.post(f"{at}/results/final", data={"name": "Olga"})
    assert shown.status_code == 409
    assert f'href="{at}/{found[0].page}"' in shown.text
    assert "disabled" in shown.text
    assert results.current(event) is None
    assert f'href="{at}/{found[0].page}"' in organiser.get(at).text


def test_all_clear_it_is_signed_hashed_and_closed_to_marks(root, organiser):
    event = event_of(root)
    at = f"/competitions/{event.competition_id}/events/{event.id}"
    assert "provisional" in organiser.get(f"{at}/results").text
    assert organiser.post(f"{at}/results/final", data={"name": "Ola"}).status_code == 422
    done = organiser.post(f"{at}/results/final", data={"name": "Olga"}, follow_redirects=True)
    assert done.status_code == 200
    assert "provisional" not in done.text
    version = results.current(event)
    assert (version.signed_by, len(version.content_hash)) == ("Olga", 64)
    entry, part = version.lines[0].entry_id, event.components[0].id
    sent = {f"m-{entry}-{part}": "12", f"v-{entry}-{part}": "1"}
    assert organiser.post(f"{at}/marks", data=sent).status_code == 423


def test_a_ruling_is_made_before_it_is_final_and_freezes_what_it_is_about(root, organiser):
    event = ruling(root, None)
    entries = list(results.computed(event).entries)
    awards.decide(event, {entries[0]: "Gold", entries[1]: ""}, "the finer seam", OPERATOR, now())
    assert event.announced
    services.finalise(event, OPERATOR.name, OPERATOR, now())
    given = awards.confer(event, OPERATOR, now(), make.DAY)
    assert [(a.entry_id, a.title) for a in given] == [(entries[0], "Gold")]


def test_two_who_finalise_at_once_sign_once(root, organiser):
    event = event_of(root)
    at = f"/competitions/{event.competition_id}/events/{event.id}/results/final"
    for _ in range(2):
        organiser.post(at, data={"name": "Olga"})
    assert len(results.versions(event)) == 1


def test_everybody_below_the_pass_mark_is_ranked_and_the_event_can_be_final(root):
    event = event_of(root, parts=(("score", 100, 1, 95),))
    version = services.finalise(event, OPERATOR.name, OPERATOR, now())
    assert [line.rank for line in version.lines] == [1, 2, 3]
    assert awards.confer(event, OPERATOR, now(), make.DAY) == []
    assert version.lines[0].total == Decimal(90)
