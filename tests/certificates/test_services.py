"""Issuing, replacing, withdrawing on a real database, with the real press."""

import hashlib
import threading
import zipfile
from datetime import date

import pikepdf
import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from skillhub.awards import services as awards
from skillhub.awards.models import Award
from skillhub.certificates import queries, services, works
from skillhub.certificates.models import (
    Certificate,
    CertificateBlock,
    CertificatePdf,
    CertificateState,
    Series,
)
from skillhub.kernel import jobs, journal, workers
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.jobs import Job
from skillhub.kernel.pdf import Press, RenderRefused, Stamped
from tests import make
from tests.certificates import awarded

DAY = date(2026, 6, 20)
pytestmark = pytest.mark.postgres


@pytest.fixture
def cup(root):
    return awarded.competition(root)


def reserve(cup):
    proof = queries.proof(queries.waiting(cup), awarded.template())
    return services.reserve(cup, proof.ready, awarded.template(), OPERATOR, now(), DAY)


@transaction()
def rename(row, name):
    row.name = name
    journal.act(OPERATOR, "test.rename", row)


def replace(certificate, why="the name was wrong"):
    return services.replace(certificate, why, awarded.template(), OPERATOR, now(), DAY)


def test_every_award_gets_a_number_facts_and_bytes(cup):
    work = awarded.issue(cup, signatories=[("林致远", "Chair")])

    rows = awarded.all_of(cup)
    assert (work.issued, work.left_out, work.failed) == (3, [], [])
    assert [row.serial for row in rows] == [1, 2, 3]
    assert [row.facts["holder_name"] for row in rows] == list(awarded.NAMES[:3])
    assert all(row.facts["signatories"] == ["林致远"] for row in rows)
    for row in rows:
        kept = queries.pdf_of(row.id)
        assert kept.startswith(b"%PDF")
        assert hashlib.sha256(kept).hexdigest() == row.pdf_sha256
        assert row.facts["number"] == row.number
        assert row.code.lower() in row.facts["verify_url"]
    assert journal.verify(journal.chain()) == []


def test_issuing_again_does_nothing(cup):
    awarded.issue(cup)
    before = [(row.number, row.pdf_sha256) for row in awarded.all_of(cup)]
    assert awarded.issue(cup).issued == 0
    assert [(row.number, row.pdf_sha256) for row in awarded.all_of(cup)] == before


def test_a_batch_that_broke_off_goes_on_with_the_same_numbers(cup):
    keys = reserve(cup)
    numbers = [row.number for row in awarded.all_of(cup)]
    next(works.printing_one_by_one(keys, OPERATOR))
    states = [row.state for row in awarded.all_of(cup)]
    assert states == ["issued", "reserved", "reserved"]

    awarded.issue(cup)
    assert [row.number for row in awarded.all_of(cup)] == numbers
    assert {row.state for row in awarded.all_of(cup)} == {CertificateState.ISSUED}


def test_a_name_that_no_font_holds_is_left_out_and_the_rest_is_issued(root):
    cup = awarded.competition(root, ("李伟", "王\U00012000", "Ana"))
    work = awarded.issue(cup)
    assert work.issued == 2
    assert "U+12000" in str(work.left_out[0])
    assert [row.serial for row in awarded.all_of(cup)] == [1, 2]


def test_one_that_fails_in_the_press_waits_with_its_reason(cup, monkeypatch):
    stamped = Press.stamped

    def fail_one(press, template, facts):
        if facts["holder_name"] == "欧阳明远":
            raise RenderRefused("timeout")
        return stamped(press, template, facts)

    monkeypatch.setattr(Press, "stamped", fail_one)
    work = awarded.issue(cup)
    assert (work.issued, len(work.failed)) == (2, 1)
    stuck = awarded.certificates(state=CertificateState.RESERVED)
    assert [row.facts["holder_name"] for row in stuck] == ["欧阳明远"]
    assert "too long" in stuck[0].problem["text"]
    assert [row.id for row in queries.unprinted(OPERATOR)] == [stuck[0].id]

    monkeypatch.undo()
    assert awarded.issue(cup).issued == 1
    assert queries.unprinted(OPERATOR) == []


def test_fifty_who_issue_at_once_make_one_certificate_each(app, cup):
    proof = queries.proof(queries.waiting(cup), awarded.template())
    given, key = [], cup.id

    def issue():
        with app.app_context():
            row = db.session.get(type(cup), key)
            given.append(
                services.reserve(row, proof.ready, awarded.template(), OPERATOR, now(), DAY)
            )

    threads = [threading.Thread(target=issue) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(map(len, given)) == [0] * 49 + [3]
    assert [row.serial for row in awarded.all_of(cup)] == [1, 2, 3]


def test_facts_that_changed_since_the_look_are_left_out(cup):
    proof = queries.proof(queries.waiting(cup), awarded.template())
    rename(queries.waiting(cup)[0].entry.person, "李薇")
    given = services.reserve(cup, proof.ready, awarded.template(), OPERATOR, now(), DAY)
    assert len(given) == 2


def test_the_database_knows_one_live_certificate_for_an_award(cup):
    reserve(cup)
    first = awarded.all_of(cup)[0]
    twin = {c.name: getattr(first, c.name) for c in Certificate.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Certificate(**twin | {"number": "x", "folded": "x", "code": "x", "serial": 9})
        )
        db.session.flush()


@pytest.mark.parametrize("change", ["person", "organisation", "competition"])
def test_what_was_issued_stays_and_is_shown_as_outdated(cup, change):
    awarded.issue(cup)
    first = awarded.all_of(cup)[0]
    kept = queries.pdf_of(first.id)
    entry = first.award.entry
    row = {"person": entry.person, "organisation": entry.organisation, "competition": cup}[change]
    rename(row, "改名之后")

    assert queries.pdf_of(first.id) == kept
    fact = {"person": "holder_name", "organisation": "organisation", "competition": "competition"}
    outdated = dict(queries.outdated(OPERATOR, cup))
    assert outdated[first] == [fact[change]]


def test_a_revoked_award_leaves_its_certificate_as_work_to_do(cup):
    awarded.issue(cup)
    first = awarded.all_of(cup)[0]
    awards.revoke(first.award, "an appeal was upheld", OPERATOR, now())
    assert first.state == "issued"
    assert queries.outdated(OPERATOR) == [(first, ["award"])]
    with pytest.raises(Conflict, match="Withdraw"):
        replace(first)
    services.withdraw(first, "an appeal was upheld", OPERATOR, now())
    assert queries.outdated(OPERATOR) == []
    assert awarded.issue(cup).issued == 0


def test_replacing_gives_a_new_number_with_the_facts_of_today(cup):
    awarded.issue(cup, signatories=[("林致远", "Chair")])
    old = awarded.all_of(cup)[0]
    rename(old.award.entry.person, "李薇")
    new = replace(old)
    assert (old.state, old.replaced_by_id, old.ended_why) == (
        "replaced",
        new.id,
        "the name was wrong",
    )
    assert (old.facts["holder_name"], new.facts["holder_name"]) == ("李伟", "李薇")
    assert new.facts["signatories"] == ["林致远"]
    assert (new.serial, new.state) == (4, "reserved")
    list(works.printing_one_by_one([new.id], OPERATOR))
    assert new.state == "issued"
    assert queries.pdf_of(old.id) != queries.pdf_of(new.id)
    with pytest.raises(Conflict):
        replace(old)


@pytest.mark.parametrize("why", ["", "  "])
def test_taking_back_needs_a_reason(cup, why):
    awarded.issue(cup)
    first = awarded.all_of(cup)[0]
    for verb in (
        lambda: replace(first, why),
        lambda: services.withdraw(first, why, OPERATOR, now()),
    ):
        with pytest.raises(BadInput):
            verb()
    assert first.state == "issued"


def test_a_new_certificate_that_cannot_be_printed_leaves_the_old_one_in_force(cup):
    awarded.issue(cup)
    [first, *_] = awarded.certificates()
    rename(first.award.entry.person or first.award.entry, "\U0010ffff")
    with pytest.raises(BadInput, match="cannot be printed yet") as refused:
        replace(first)
    assert "no bundled font" in str(refused.value.problems[0])
    assert first.state is CertificateState.ISSUED


def test_bytes_that_came_second_are_not_kept(cup):
    [key, *_] = reserve(cup)
    certificate = db.session.get_one(Certificate, key)
    assert services.keep(certificate, Stamped(b"", b"one"), OPERATOR, now()) is True
    assert services.keep(certificate, Stamped(b"", b"other"), OPERATOR, now()) is False
    assert queries.pdf_of(key) == b"one"


def test_a_number_given_up_is_never_given_again(cup):
    reserve(cup)
    first = awarded.all_of(cup)[0]
    services.void(first, "the printer ate the order", OPERATOR, now())
    awarded.issue(cup)
    rows = awarded.all_of(cup)
    assert [(row.serial, row.state) for row in rows] == [
        *((1, "void"), (2, "issued"), (3, "issued"), (4, "issued")),
    ]
    assert rows[3].award_id == first.award_id
    assert db.session.query(Series).one().last == 4


def test_two_issuers_never_share_a_prefix(app, root, cup):
    one = awarded.competition(make.organisation("north-a", parent=root), ("A",))
    two = awarded.competition(make.organisation("NORTH.A", parent=root), ("B",))
    for each in (one, two, cup):
        reserve(each)
    prefixes = [series.prefix for series in db.session.query(Series)]
    assert len({prefix.casefold() for prefix in prefixes}) == 3


def printed(cup, path, order="number"):
    batch = works.Printing(cup, None, order, path, OPERATOR)
    list(batch.steps())
    return batch.printed


def test_one_pdf_has_a_page_for_each_in_the_order_asked_for(cup, tmp_path, monkeypatch):
    monkeypatch.setattr(works, "GROUP", 2)
    awarded.issue(cup)
    assert printed(cup, tmp_path / "all.pdf", "name") == 3
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        assert len(pdf.pages) == 3
    assert list(tmp_path.iterdir()) == [tmp_path / "all.pdf"]


def test_a_zip_and_a_folder_hold_the_kept_bytes_under_names_that_differ(root, tmp_path):
    cup = awarded.competition(root, ("李伟", "李伟"))
    awarded.issue(cup)
    printed(cup, tmp_path / "all.zip")
    printed(cup, tmp_path / "folder")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["00001_李伟_金牌.pdf", "00002_李伟_银牌.pdf"]
        for row, name in zip(awarded.all_of(cup), archive.namelist(), strict=True):
            assert archive.read(name) == queries.pdf_of(row.id)
            assert (tmp_path / "folder" / name).read_bytes() == queries.pdf_of(row.id)


def test_what_is_no_longer_in_force_is_not_printed(cup, tmp_path):
    awarded.issue(cup)
    rows = awarded.all_of(cup)
    services.withdraw(rows[0], "fraud", OPERATOR, now())
    replace(rows[1])
    assert printed(cup, tmp_path / "all.zip") == 1


def test_what_papers_share_is_kept_once(root):
    cup = awarded.competition(root, ["李伟", "陈敏", "王芳", "赵强", "孙丽"])
    awarded.issue(cup)
    rows = [db.session.get(CertificatePdf, row.id) for row in awarded.all_of(cup)]
    assert len(rows) == 5
    assert len({row.block_id for row in rows}) == db.session.query(CertificateBlock).count() < 5
    assert all(len(row.content) < 16_000 < len(row.block.content) for row in rows)
    assert all(not row.content.startswith(b"%PDF") for row in rows)


def test_whole_files_of_earlier_days_stay_as_they_are(cup):
    awarded.issue(cup)
    row = awarded.all_of(cup)[0]
    bytes_before = queries.pdf_of(row.id)
    db.session.rollback()
    with db.engine.begin() as connection:  # as they were kept before there were blocks
        old = update(CertificatePdf).where(CertificatePdf.certificate_id == row.id)
        connection.execute(old.values(content=bytes_before, block_id=None))
    assert queries.pdf_of(row.id) == bytes_before


def test_a_damaged_block_is_never_handed_out(cup):
    awarded.issue(cup)
    key = awarded.all_of(cup)[0].id
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(CertificateBlock).values(content=b"%PDF-other"))
    with pytest.raises(Conflict, match="damaged"):
        queries.pdf_of(key)


def test_damaged_bytes_are_never_handed_out(cup, tmp_path):
    awarded.issue(cup)
    key = awarded.all_of(cup)[0].id
    db.session.rollback()
    with db.engine.begin() as connection:
        other = update(CertificatePdf).where(CertificatePdf.certificate_id == key)
        connection.execute(other.values(content=b"%PDF-other"))
    with pytest.raises(Conflict, match="damaged"):
        queries.pdf_of(key)
    with pytest.raises(Conflict, match="damaged"):
        printed(cup, tmp_path / "all.pdf")
    assert not (tmp_path / "all.pdf").exists()


def test_as_a_job_twice_asked_is_once_done(cup):
    facts = queries.proof(queries.waiting(cup), awarded.template()).ready
    keys = services.reserve(cup, facts, awarded.template(), OPERATOR, now(), DAY)
    work = {"competition": cup.id, "certificates": keys}
    first = jobs.ask("certificates.issue", work, cup.host.path, OPERATOR, now())
    assert jobs.ask("certificates.issue", work, cup.host.path, OPERATOR, now()) == first
    assert workers.run_next(works.WORKS)
    job = db.session.get(Job, first)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert {row.state for row in awarded.all_of(cup)} == {"issued"}
    assert not workers.run_next(works.WORKS)


def test_numbers_and_names_stay_out_of_the_journal(cup):
    awarded.issue(cup)
    told = str([line.changes for line in journal.chain() if line.verb.startswith("certificates.")])
    assert "李伟" not in told
    assert awarded.all_of(cup)[0].code not in told
    assert db.session.query(Award).count() == 3
