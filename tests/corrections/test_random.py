"""Two hundred random corrections: what the preview says is the difference really found."""

import random
from decimal import Decimal

import pytest
from sqlalchemy import select

from skillhub.awards.models import Award
from skillhub.certificates.models import Certificate
from skillhub.corrections import services, works
from skillhub.corrections.rules import Report
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.db import db
from skillhub.results.models import ResultLine, ResultVersion
from tests.corrections import events
from tests.corrections.events import MOMENT, approve, draft, final, proposed

FIELD = 8


def found(event):
    """Read how everybody stands straight from the tables, by another way than the program's."""
    lines = select(ResultLine.entry_id, ResultLine.rank, ResultLine.total).join(ResultVersion)
    lines = lines.where(ResultVersion.event_id == event.id, ResultVersion.is_current)
    awards = select(Award.entry_id, Award.title, Award.place, Award.id).where(
        Award.event_id == event.id, Award.state == "conferred"
    )
    papers = select(Certificate.award_id).where(Certificate.state.in_(("reserved", "issued")))
    live = set(db.session.scalars(papers))
    stand = {
        key: [status.value, None, None, set(), 0]
        for key, status in db.session.execute(
            select(Entry.id, Entry.status).where(Entry.event_id == event.id)
        )
    }
    for key, rank, total in db.session.execute(lines):
        stand[key][1:3] = rank, total
    for key, title, place, award in db.session.execute(awards):
        stand[key][3].add((title, place))
        stand[key][4] += award in live
    return {key: tuple(map(str, value)) for key, value in stand.items()}


def told(held):
    awards = {(a.rpartition(" · ")[0], int(a.rpartition(" · ")[2])) for a in held.awards}
    total = None if held.total is None else Decimal(held.total)
    return tuple(
        map(
            str,
            (held.status, held.rank, total and total.normalize(), awards, len(held.certificates)),
        )
    )


def plain(stand):
    return (
        *stand[:2],
        stand[2] if stand[2] == "None" else str(Decimal(stand[2]).normalize()),
        *stand[3:],
    )


def change(row, event, entries, actor, chance):
    """Put one or more random changes into a draft."""
    for entry in chance.sample(entries, chance.randint(1, 3)):
        if chance.random() < 0.2:
            status = chance.choice([EntryStatus.OK, EntryStatus.DSQ, EntryStatus.DNS])
            services.rule(row, entry, status, "By lot.", actor)
        else:
            services.mark(row, entry, event.components[0], Decimal(chance.randint(60, 75)), actor)
    if chance.random() < 0.2:
        services.spare(row, chance.choice(entries), "By lot.", actor)


@pytest.mark.parametrize("n", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_the_preview_equals_the_difference_really_found(root, n):
    crew = {login: user.as_actor() for login, user in events.people(root).items()}
    chance = random.Random(10)
    points = [chance.randint(60, 75) for _ in range(FIELD)]
    event = final(root, points, [f"Worker {n}" for n in range(FIELD)])
    entries = list(db.session.scalars(select(Entry).where(Entry.event_id == event.id)))
    applied = moved = 0
    for _ in range(n):
        row = draft(event, crew["proposer"])
        change(row, event, entries, crew["proposer"], chance)
        works.look(row, crew["proposer"], MOMENT)
        if not row.changes or row.report is None:
            services.cancel(row, row.version, "Nothing to do.", crew["proposer"])
            continue
        preview = Report.from_json(row.report)
        before = found(event)
        approve(proposed(row, crew["proposer"]), crew["approver"])
        after = found(event)
        really = {key for key in after if after[key] != before[key]}
        seen = {line.entry: line for line in preview.lines if line.before != line.after}
        really |= {key for key in seen if before[key] == after[key] and papers_moved(seen[key])}
        assert set(seen) == really
        for key, line in seen.items():
            assert told(line.before) == plain(before[key])
            assert told(line.after) == plain(after[key])
        applied += 1
        moved += bool(seen)
    print(f"{applied} applied, {moved} moved somebody")
    assert applied > n * 0.8


def papers_moved(line):
    """Tell whether only the number of a paper changed: found() counts papers, it does not name them."""
    return line.before.certificates != line.after.certificates
