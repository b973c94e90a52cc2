"""A big mark sheet, against the least that anybody could do: parse the workbook, insert the rows.

100 000 rows of 12 columns are read, checked and stored; the floor parses the same workbook with python-calamine and
inserts the same entries and marks with plain Core statements, in the same run on the same machine.
"""

from __future__ import annotations

import io
import multiprocessing
import os
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, insert, select

from skillhub.app import create_app
from skillhub.competitions.models import Competition, Event
from skillhub.entries import services as entries
from skillhub.entries import sheet as entry_sheet
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.kernel.sheets import Column, load, write_xlsx
from skillhub.marking import services as marking
from skillhub.marking import sheet as mark_sheet
from skillhub.marking.models import Sheet, SheetState
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person
from tests import make

pytestmark = pytest.mark.bench
FORK = multiprocessing.get_context("fork")
ROWS, EVENTS, UNITS = 100_000, 20, 200
PARTS = tuple(f"task{n}" for n in range(1, 8))
HEADERS = ("event", "entry", "name", "organisation", "person", *PARTS)
SLOWEST, LARGEST = 2.0, 400  # times the floor; MB


def rows():
    for n in range(ROWS):
        yield {
            "event": f"{n % EVENTS + 1:02}",
            "entry": f"{n // EVENTS + 1:05}",
            "name": f"张伟 {n}",
            "organisation": f"unit-{n % UNITS}",
            "person": f"{n:06}",
            **{part: Decimal((n * (k + 3)) % 1001) / 10 for k, part in enumerate(PARTS)},
        }


def prepare(folder):
    """Lay the database with its people and units, and write the workbook."""
    columns = [
        *(Column(name, name, kind="code") for name in HEADERS[:5]),
        *(Column(name, name, kind="number") for name in PARTS),
    ]
    (folder / "marks.xlsx").write_bytes(write_xlsx(columns, rows()))
    app = opened(folder)
    bring_up(app)
    with app.app_context():
        root = make.organisation("root", kind="union")
        units = [
            {"code": f"unit-{n}", "name": f"Unit {n}", "parent_id": root.id} for n in range(UNITS)
        ]
        usual = {"kind": root.kind, "zone": root.zone, "version": 1}
        cup = make.competition(root, code="cup", checking="off")
        for n in range(1, EVENTS + 1):
            make.event(cup, code=f"{n:02}", parts=[(part, 100, 1) for part in PARTS])
        people = [{"number": f"{n:06}", "name": f"张伟 {n}", "version": 1} for n in range(ROWS)]
        with db.engine.begin() as connection:
            connection.execute(
                insert(Organisation),
                [{**usual, **unit, "path": f"{root.path}{unit['code']}/"} for unit in units],
            )
            connection.execute(insert(Person), people)
        db.engine.dispose()


def opened(folder):
    return create_app(read_settings(folder))


def spent():
    """Give the processor seconds of this process and its children: other work on the machine does not count."""
    return sum(os.times()[:4])


def floor(folder, marks=True):
    """Parse, then insert: what no import can be faster than. Gives the seconds."""
    with opened(folder).app_context():
        events = {event.code: event for event in db.session.scalars(select(Event))}
        parts = {
            (event.code, part.code): part.id
            for event in events.values()
            for part in event.components
            if marks
        }
        units = dict(db.session.execute(select(Organisation.code, Organisation.id)).all())
        people = dict(db.session.execute(select(Person.number, Person.id)).all())
        keys = {code: event.id for code, event in events.items()}
        db.session.remove()
        moment, began = now(), spent()
        content = (folder / "marks.xlsx").read_bytes()
        lines = (
            CalamineWorkbook.from_filelike(io.BytesIO(content))
            .get_sheet_by_index(0)
            .to_python()[1:]
        )
        parsed = spent() - began
        entered = [
            {"id": n, "event_id": keys[line[0]], "code": line[1], "name": line[2], "organisation_id": units[line[3]],
             "person_id": people[line[4]], "official": True, "status": EntryStatus.OK,
             "status_reason": "", "version": 1}
            for n, line in enumerate(lines, 1)
        ]  # fmt: skip
        marks = [
            {"entry_id": n, "component_id": parts[line[0], part], "points": Decimal(str(points)), "entered_at": moment,
             "state": SheetState.ENTERED, "source": "", "reason": "", "version": 1}
            for n, line in enumerate(lines, 1) for part, points in zip(PARTS, line[5:], strict=True) if parts
        ]  # fmt: skip
        with db.engine.begin() as connection:
            connection.execute(insert(Entry.__table__), entered)
            if parts:
                connection.execute(insert(Sheet.__table__), marks)
        return spent() - began, parsed


def floor_of_entries(folder):
    return floor(folder, marks=False)


def import_entries(folder):
    with opened(folder).app_context():
        cup = db.session.scalars(select(Competition)).one()
        began = spent()
        content = (folder / "marks.xlsx").read_bytes()
        table = load(content, "marks.xlsx", entry_sheet.COLUMNS)
        assert table.ok, table.problems[:3]
        drafts = entry_sheet.drafts(table.rows)
        del table
        plan = entries.import_sheet(cup, drafts, "marks.xlsx", OPERATOR)
        took = spent() - began
        assert len(plan.rows) == db.session.scalar(select(func.count()).select_from(Entry)) == ROWS
        return took, 0.0


def import_marks(folder):
    with opened(folder).app_context():
        cup = db.session.scalars(select(Competition)).one()
        began = spent()
        content = (folder / "marks.xlsx").read_bytes()
        table = load(content, "marks.xlsx", mark_sheet.columns(cup))
        assert table.ok, table.problems[:3]
        drafts = mark_sheet.drafts(table.rows, mark_sheet.components(cup))
        del table
        read = spent() - began
        marking.import_sheet(cup, drafts, "marks.xlsx", OPERATOR, now(), create=True)
        took = spent() - began
        assert db.session.scalar(select(func.count()).select_from(Sheet)) == ROWS * len(PARTS)
        return took, read


def apart(work, folder):
    """Run the work in a process of its own; give what it reports, and its peak memory in MB."""
    told = FORK.Queue()
    process = FORK.Process(target=_reporting, args=(work, folder, told))
    process.start()
    report = told.get(timeout=600)
    process.join()
    if isinstance(report, str):
        pytest.fail(report)
    return report


def _reporting(work, folder, told):
    try:
        result = work(folder)
        peak = next(
            line
            for line in Path("/proc/self/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )
        told.put((result, int(peak.split()[1]) / 1024))
    except BaseException as error:  # noqa: BLE001  (whatever went wrong is what the test wants to hear)
        told.put(repr(error)[:2000])


@pytest.mark.parametrize(
    ("least", "work"), [(floor, import_marks), (floor_of_entries, import_entries)]
)
def test_a_big_import_costs_at_most_twice_its_floor(least, work, tmp_path):
    times, peak = {}, 0.0
    for step in (least, work):
        folder = tmp_path / step.__name__
        folder.mkdir()
        apart(prepare, folder)
        (seconds, reading), peak = apart(step, folder)
        times[step] = seconds
        print(
            f"\n{step.__name__}: {seconds:.2f} s (reading {reading:.2f} s), {peak:.0f} MB", end=""
        )
    ratio = times[work] / times[least]
    print(f"\n{work.__name__}: {ratio:.2f} times the floor, {peak:.0f} MB")
    assert ratio <= SLOWEST
    assert peak <= LARGEST
