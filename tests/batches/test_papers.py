"""Papers beside awards print through batches as awards do: looked at, numbered, put in files, tried again."""

import re
import zipfile

import pypdfium2
import pytest

from skillhub.batches import queries, services, works
from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.services import Order
from skillhub.certificates.models import Certificate
from skillhub.cli.reconcile import differences
from skillhub.entries.models import Entry
from skillhub.honours import queries as honours
from skillhub.honours.rules import KINDS
from skillhub.kernel import workers
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput
from tests import make
from tests.batches import ordered
from tests.batches.test_views import key_in
from tests.batches.test_works import failing, fresh, lost, texts
from tests.honours.test_services import DAY
from tests.honours.test_services import cup as cup  # noqa: PLC0414

pytestmark = pytest.mark.postgres
PAPER = "participation"


def subjects(cup):
    return [line.honour.subject for line in honours.lines_of(KINDS[PAPER], cup, DAY)]


def begin(cup, key="key", forced=(), template=PAPER, order="organisation"):
    signed = [("林致远", "Chair")]
    wanted = Order(subjects(cup), template, order, signed, dict(forced), PAPER)
    return services.begin(cup, wanted, OPERATOR, now(), key)


def holder(cup, place=0):
    key = int(subjects(cup)[place].rpartition(":")[2])
    return db.session.get(Entry, key).person


def renamed(person, name):
    with transaction():
        person.name = name
        make.keep(person)


def at(cup):
    return f"/competitions/{cup.id}/papers/{PAPER}"


def sent(cup, staff, query="", **data):
    page = staff.get(at(cup) + query)
    found = re.findall(r'name="found" value="([\w:]+)"', page.text)
    words = {"key": key_in(page), "arrangement": "organisation", "all": "1", "found": found}
    return staff.post(at(cup) + query, data=words | data)


def test_every_paper_is_numbered_printed_and_in_the_files(cup):
    batch = begin(cup)
    assert ordered.work(batch) == {"rendered": 3, "all": 3, "done": 3}
    rows = db.session.query(Certificate).order_by(Certificate.serial).all()
    assert [row.subject for row in rows] == subjects(cup)
    assert all("-PART-" in row.number and row.state == "issued" for row in rows)
    found = ordered.files(batch)
    assert list(found) == ["all.pdf", "all.zip", "piece-001.pdf"]
    for page, name in zip(texts(found["all.pdf"]), ordered.names(batch), strict=True):
        assert "".join(name.split()) in page and "参赛证书" in page
    with zipfile.ZipFile(found["all.zip"]) as archive:
        assert len(archive.namelist()) == 3
    assert list(differences()) == []


def test_two_batches_of_the_same_give_one_paper_each(cup):
    one, two = begin(cup, "one"), begin(cup, "two")
    ordered.work(one)
    kept = {row.number: row.pdf_sha256 for row in db.session.query(Certificate)}
    assert ordered.work(two)["rendered"] == 3
    assert {row.number: row.pdf_sha256 for row in db.session.query(Certificate)} == kept
    assert begin(cup, "two").id == two.id


def test_a_round_that_broke_off_anywhere_goes_on(cup, monkeypatch):
    from skillhub.kernel import jobs  # noqa: PLC0415

    batch = begin(cup)
    for where in ("number", "mark", "arrange", "put_out"):
        with monkeypatch.context() as broken:
            broken.setattr(services, where, lost)
            workers.run_next(works.WORKS)
        with transaction():
            db.session.get(Batch, batch.id).job.heard_at = now() - 2 * jobs.SILENCE
            make.act(OPERATOR, "test.late")
    assert ordered.work(batch)["rendered"] == 3
    assert [row.serial for row in db.session.query(Certificate).order_by("serial")] == [1, 2, 3]
    assert len(texts(ordered.files(batch)["all.pdf"])) == 3


def test_one_that_fails_is_told_with_its_remedy_and_tried_again_alone(cup, staff, monkeypatch):
    name = holder(cup).name
    failing(monkeypatch, name)
    asked = sent(cup, staff)
    workers.run_next(works.WORKS)
    page = staff.get(asked.location).text
    assert f"Open the record of {name}" in page and "too long" in page
    assert "2 of 3 are in the files, 1 failed." in page
    monkeypatch.undo()
    item = re.search(r'name="item" value="(\d+)"', page)[1]
    staff.post(f"{asked.location}/retry", data={"item": [item]})
    workers.run_next(works.WORKS)
    assert "3 of 3 are in the files, 0 failed." in staff.get(asked.location).text


def test_what_the_look_finds_is_shown_with_its_remedy_and_gets_no_number(cup, staff):
    renamed(holder(cup), "王\U00012000")
    page = staff.get(at(cup)).text
    assert "no bundled font" in page and "Open the record of 王\U00012000" in page
    sent(cup, staff)
    assert db.session.query(BatchItem).count() == 2
    batch = begin(cup, "all")
    workers.run_next(works.WORKS)
    assert ordered.work(batch)["failed"] == 1
    [bad] = queries.failures(fresh(batch))
    assert bad.certificate_id is None
    page = staff.get(f"/batches/{batch.id}").text
    assert "王\U00012000" in page and "Open the record of 王\U00012000" in page


def test_a_warning_is_passed_over_with_a_reason(cup, staff):
    entry = db.session.get(Entry, int(subjects(cup)[0].rpartition(":")[2]))
    with transaction():
        entry.organisation = None
        make.keep(entry)
    page = staff.get(at(cup)).text
    assert "No unit is known" in page and 'name="force"' in page
    refused = sent(cup, staff, force=[subjects(cup)[0]])
    assert "Say why these are printed" in refused.text
    asked = sent(cup, staff, force=[subjects(cup)[0]], why="he stands alone")
    workers.run_next(works.WORKS)
    page = staff.get(asked.location).text
    assert "3 of 3 are in the files" in page
    assert "Printed all the same" in page and "he stands alone" in page


def test_from_the_look_to_the_files(cup, staff):
    page = staff.get(f"{at(cup)}?way=portrait&language=zh")
    assert re.search(r"3</b>\s+ready", page.text) and "Print 3 papers" in page.text
    asked = sent(cup, staff, "?way=portrait&language=zh", signatories="林致远 = Chair")
    assert re.fullmatch(r"/batches/\d+", asked.location)
    assert "Certificate of participation" in staff.get(asked.location).text
    workers.run_next(works.WORKS)
    assert staff.get(f"{asked.location}/files/all.pdf").data.startswith(b"%PDF")
    paper = db.session.query(Certificate).first()
    assert paper.template_version.code == "participation.portrait.zh"
    own = staff.get(f"/certificates/{paper.id}").text
    assert "portrait · Chinese alone" in own
    assert "Everybody looked for here has the paper" in staff.get(at(cup)).text
    page = staff.get(f"{at(cup)}?which=issued").text
    assert paper.number in page and "Print 3 papers" in page and "Who signs" not in page


def test_only_those_ticked_and_those_found_by_words(cup, staff):
    some = subjects(cup)[1:]
    sent(cup, staff, all="0", award=some)
    batch = db.session.query(Batch).one()
    assert sorted(item.subject for item in ordered.items(batch)) == sorted(some)
    name = holder(cup).name
    page = staff.get(f"{at(cup)}?q={name}").text
    assert len(re.findall(r'name="award"', page)) == 1
    assert "Nobody is found by this" in staff.get(f"{at(cup)}?which=all&q=nobody").text


def test_other_languages_are_looked_at_in_themselves(cup, staff):
    with transaction():
        cup.name_en = ""
        make.keep(cup)
    assert "known only in Chinese" in staff.get(f"{at(cup)}?language=en").text
    thanks = f"/competitions/{cup.id}/papers/thanks"
    make.user("organiser", cup.host, login="chief")
    assert staff.get(f"{thanks}?template=thanks&way=landscape").status_code == 200


def test_a_kind_nobody_knows_is_not_found_and_nobody_yet_says_what_to_do(root, cup, staff):
    assert staff.get(f"/competitions/{cup.id}/papers/medals").status_code == 404
    empty = make.competition(root)
    assert "once the result of an event is final" in staff.get(at(empty)).text


def test_the_database_keeps_one_paper_for_one_subject_in_a_batch(cup):
    batch = begin(cup)
    one = ordered.items(batch)[0]
    for wrong in ({"subject": one.subject}, {"subject": "", "award_id": None}):
        with pytest.raises(Exception, match="subject"), transaction():
            db.session.add(BatchItem(batch_id=batch.id, **wrong))
            make.act(OPERATOR, "test.wrong")
        db.session.rollback()


def test_nobody_chosen_is_refused(cup):
    with pytest.raises(BadInput, match="Nothing is chosen"):
        services.begin(cup, Order([], PAPER, paper=PAPER), OPERATOR, now(), "none")


def test_the_pages_of_the_file_say_what_was_chosen(cup):
    batch = begin(cup, template="participation.portrait.en")
    ordered.work(batch)
    with pypdfium2.PdfDocument(ordered.files(batch)["all.pdf"]) as document:
        width, height = document[0].get_size()
    assert width < height


def test_they_are_sent_and_found_at_the_desk_by_their_competition(cup, staff):
    batch = begin(cup)
    ordered.work(batch)
    page = staff.get(f"/batches/{batch.id}/send").text
    key = re.search(r'name="key" type="hidden" value="([\w-]+)"', page)[1]
    asked = {"key": key, "item": [item.certificate_id for item in ordered.items(batch)]}
    assert staff.post(f"/batches/{batch.id}/send", data=asked).status_code == 302
    found = staff.get(f"/copies/papers?competition={cup.id}").text
    assert all(name in found for name in ordered.names(batch))
    one = ordered.items(batch)[0].certificate_id
    assert f"/competitions/{cup.id}/certificates" in staff.get(f"/certificates/{one}").text
