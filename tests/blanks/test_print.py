"""Blank marking sheets: a job prints one for each entry, its code opens its row; codes alone while names are closed."""

import io
import zipfile

import pypdfium2
import pytest
import zxingcpp

from skillhub.blanks import queries, services, works
from skillhub.entries import queries as entries
from skillhub.judging import services as judging
from skillhub.kernel import jobs, workers
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from skillhub.panels import queries as panel_queries
from skillhub.panels import services as panels
from tests import make
from tests.scoring.test_views import WHOLE

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh the Younger of Northside"


@pytest.fixture
def event(root):
    event = make.event(make.competition(root), parts=(("work", 12, 1),))
    make.changed(event.components[0], scheme=WHOLE)
    return event


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root))


def at(event):
    own = f"/competitions/{event.competition_id}/events/{event.id}"
    return f"{own}/schemes/{event.components[0].id}/sheets"


def printed(client, event, **asked):
    """Ask for sheets by the form, let the worker print them, and fetch the file."""
    answer = client.post(at(event), data={"file": "pdf", **asked})
    assert answer.status_code == 302, answer.text
    assert client.get(answer.location).status_code == 200  # while it waits
    assert workers.run_next(works.WORKS)
    page = client.get(answer.location)
    assert "Download" in page.text, page.text
    progress = client.get(f"{answer.location}/progress").json
    assert progress["state"] == "done" and progress["done"] == progress["total"]
    return answer.location, client.get(f"{answer.location}/file").data


def read(pdf):
    """Give of each page its text and where its code leads."""
    pages = pypdfium2.PdfDocument(pdf)
    found = []
    for page in pages:
        text = page.get_textpage().get_text_bounded()
        codes = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil().convert("L"))
        found.append((text, [code.text for code in codes]))
    pages.close()
    return found


def test_each_entry_gets_a_sheet_with_a_code_that_opens_its_row(organiser, event, monkeypatch):
    monkeypatch.setattr(works, "GROUP", 2)
    names = ("欧阳明远", LONG, "Li Wei", "Søren Åkesson", "陈静")
    entries = [make.entry(event, f"{n:02d}", name=name) for n, name in enumerate(names, 1)]
    _, pdf = printed(organiser, event)
    found = read(pdf)
    assert len(found) == 5
    for (text, codes), entry in zip(found, entries, strict=True):
        assert "A1.1" in text
        assert entry.name.replace(" ", "")[:30] in "".join(text.split())
        (code,) = codes
        row = f"/competitions/{event.competition_id}/events/{event.id}/marks/{entry.id}"
        assert code.endswith(f"{row}/{event.components[0].id}")
        assert (
            organiser.get(code.partition("//")[2].partition("/")[2].join(("/", ""))).status_code
            == 200
        )


def test_pieces_and_only_some(organiser, event, monkeypatch):
    monkeypatch.setattr(works, "GROUP", 2)
    for n in range(1, 6):
        make.entry(event, f"{n:02d}")
    _, content = printed(organiser, event, file="zip", only="05, 02 03、01")
    with zipfile.ZipFile(io.BytesIO(content)) as pieces:
        assert pieces.namelist() == ["0001-0002.pdf", "0003-0004.pdf"]
        texts = [text for name in pieces.namelist() for text, _ in read(pieces.read(name))]
    assert [code in text for code, text in zip(("05", "02", "03", "01"), texts, strict=True)] == [
        True
    ] * 4
    refused = organiser.post(at(event), data={"file": "pdf", "only": "02 77 abc"})
    assert "Nobody has the code 77, abc here." in refused.text
    assert 'value="02 77 abc"' in refused.text


def test_while_names_are_closed_a_sheet_bears_the_drawn_code_alone(root, organiser, event):
    make.changed(event.competition, blind=True)
    entries = [
        make.entry(event, f"pub{n}", name=name) for n, name in enumerate(("欧阳明远", "Li Wei"))
    ]
    officer = make.user(Role.CODE_OFFICER, root).as_actor()
    panels.draw_numbers(event, officer, now())
    panels.draw_codes(event, officer, now())
    _, pdf = printed(organiser, event)
    found = read(pdf)
    assert len(found) == 2
    codes = {row.code for row in queries.chosen(event.components[0])}
    for text, leads in found:
        assert not any(word in text for entry in entries for word in (entry.name, entry.code))
        (code,) = codes & set(text.split())
        assert leads[0].endswith(f"/marks/{int(code)}/{event.components[0].id}")
        way = organiser.get(leads[0][leads[0].index("/competitions") :])
        assert way.status_code == 200
        assert f'name="a-{int(code)}-{event.components[0].id}-' in way.text


def test_sheets_with_names_are_shut_once_names_are_closed(organiser, event):
    make.entry(event, "01", name="Li Wei")
    place, _ = printed(organiser, event)
    make.changed(event.competition, blind=True)
    assert organiser.get(f"{place}/file").status_code == 409
    page = organiser.get(place).text
    assert "names are closed now" in page and "Download" not in page


def test_a_print_that_broke_off_goes_on_with_the_next_sheet(event, monkeypatch):
    for n in range(1, 5):
        make.entry(event, f"{n:02d}")
    services.ask(event.components[0], "", "pdf", "zh", OPERATOR, now())
    made, press = [], works.Press.render

    def render(self, template, paper):
        if len(made) == 2:
            made.append(None)
            raise jobs.LostJob  # the worker is gone
        made.append(paper["code"])
        return press(self, template, paper)

    monkeypatch.setattr(works.Press, "render", render)
    workers.run_next(works.WORKS)
    with jobs.transaction():
        job = jobs.db.session.query(jobs.Job).one()
        job.heard_at = now() - 2 * jobs.SILENCE
        make.act(OPERATOR, "test.late")
    workers.run_next(works.WORKS)
    assert made == ["01", "02", None, "03", "04"]
    path, _ = works.found_file(job)
    texts = [text for text, _ in read(path.read_bytes())]
    assert len(texts) == 4 and all("总裁判" in text or "裁判长" in text for text in texts)
    assert not list(path.parent.glob("*.sheets"))


def test_nobody_and_nothing_to_print(organiser, event):
    assert "Nobody to print a sheet for" in organiser.get(at(event)).text
    assert "Nobody to print" in organiser.post(at(event), data={"file": "pdf"}).text
    assert not workers.run_next(works.WORKS)
    make.changed(event.components[0], scheme=None)
    assert organiser.get(at(event)).location.endswith(at(event).removesuffix("/sheets"))
    assert organiser.post(at(event), data={"file": "pdf"}).status_code == 302
    assert not workers.run_next(works.WORKS)


def test_a_file_that_had_its_time_is_asked_for_anew(organiser, event):
    make.entry(event, "01")
    place, _ = printed(organiser, event)
    works.found_file(queries.job(int(place.rpartition("/")[2])))[0].unlink()
    assert organiser.get(f"{place}/file").status_code == 409
    assert "has had its time" in organiser.get(place).text
    assert "Latest prints" in organiser.get(at(event)).text


def test_an_auditor_reads_and_prints_nothing(root, sign_in, event):
    make.entry(event, "01")
    auditor = sign_in(make.user(Role.AUDITOR, root))
    page = auditor.get(at(event))
    assert page.status_code == 200 and 'name="only"' not in page.text
    assert auditor.post(at(event), data={"file": "pdf"}).status_code == 403


def test_who_steps_aside_for_an_entry_gets_no_sheet_of_it(root, organiser, sign_in, event):
    make.changed(event.competition, blind=True)
    for n in range(3):
        make.entry(event, f"pub{n}", name=f"Worker {n}")
    officer, judge = make.user(Role.CODE_OFFICER, root).as_actor(), make.user(Role.JUDGE, root)
    panels.draw_numbers(event, officer, now())
    panels.draw_codes(event, officer, now())
    panels.seat(event.components[0], {1: judge}, OPERATOR, now())
    (seat,) = panel_queries.seats_in(event.components)
    chief = make.user(Role.CHIEF_JUDGE, root).as_actor()
    judging.recuse(seat, entries.of(event)[0], "kin", chief, now())
    everybody, _ = printed(organiser, event)
    client = sign_in(judge)
    assert client.get(f"{everybody}/file").status_code == 403
    _, own = printed(client, event)
    assert len(read(own)) == 2
