"""A stranger has the file of a certificate looked at: ours, changed, unknown; bounded, and nothing of it is kept."""

import io
import time
import zlib
from datetime import timedelta

import pikepdf
import pytest

from skillhub.certificates import queries as certificates
from skillhub.certificates import services
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.signing import apart
from skillhub.kernel.signing.look import Seen
from skillhub.verifying import queries, views
from tests.verifying.test_checked import certificate as certificate  # noqa: PLC0414
from tests.verifying.test_checked import demo as demo  # noqa: PLC0414
from tests.verifying.test_checked import no_signature, saved_again
from tests.verifying.test_views import LARGEST, end
from tests.verifying.test_views import limits as limits  # noqa: PLC0414

AT = "/verify/file"


def bomb():
    """Make a page whose drawing is a gigabyte of spaces in a megabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(2**10)) + packer.flush()
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        drawing = pikepdf.Stream(file, b"")
        drawing.write(packed, filter=pikepdf.Name.FlateDecode)
        file.pages[0].Contents = drawing
        file.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def many_pages():
    out = io.BytesIO()
    with pikepdf.new() as file:
        for _ in range(5000):
            file.add_blank_page()
        file.save(out)
    return out.getvalue()


def sent(client, pdf, name="a.pdf"):
    return client.post(AT, data={"file": (io.BytesIO(pdf), name)})


def test_the_page_of_verifying_offers_it_without_a_script(client):
    page = client.get("/verify").text
    assert f'action="{AT}"' in page and "<script" not in page
    own = client.get(AT)
    assert own.status_code == 200 and 'type="file"' in own.text
    assert len(own.data) < LARGEST


def test_the_file_we_keep_is_ours_and_shows_what_stands_on_it(client, certificate):
    answer = sent(client, certificates.pdf_of(certificate.id))
    assert answer.status_code == 200 and len(answer.data) < LARGEST
    page = answer.text
    for said in (
        "This is the file we issued", "to the last byte", "it is in force", certificate.number, "李伟",
        "Signed by: DEMONSTRATION ONLY", "proves nothing",
    ):  # fmt: skip
        assert said in page
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("how", "said"),
    [("withdrawn", "withdrew it"), ("replaced", "replaced it by another"), ("expired", "its time is over")],
)  # fmt: skip
def test_the_file_is_ours_and_its_certificate_no_longer_in_force(client, certificate, how, said):
    pdf = certificates.pdf_of(certificate.id)
    end(how, certificate)
    page = sent(client, pdf).text
    assert "This is the file we issued" in page and said in page
    assert "it is in force" not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (saved_again, "somebody changed it"),
        (lambda pdf: saved_again(pdf, no_signature), "A signature was taken off it"),
        (lambda pdf: pdf + b"\n% more", "somebody changed it"),
    ],
    ids=["saved anew", "signature taken off", "more behind"],
)
def test_a_changed_file_is_told_apart_and_shows_little(client, certificate, change, said):
    page = sent(client, change(certificates.pdf_of(certificate.id))).text
    assert "This is not the file we issued" in page and said in page
    assert certificate.number in page and "it is in force" in page
    assert "李伟" not in page  # by its number no more is shown than to whoever types it


def test_a_signature_that_holds_is_ours_whatever_the_bytes_kept(client, certificate):
    pdf = certificates.pdf_of(certificate.id)
    with services.transaction():
        certificate.pdf_sha256 = "0" * 64
        services.act(OPERATOR, "test.other", certificate)
    page = sent(client, pdf).text
    assert "Our signature on it holds" in page and "李伟" not in page


def test_what_is_not_open_yet_is_told_to_nobody(client, certificate, monkeypatch):
    pdf, later = certificates.pdf_of(certificate.id), now() + timedelta(days=1)
    whole = certificates.verified

    def closed(text, moment):
        found = whole(text, moment)
        return type(found)(found.typed, found.answer, found.certificate_id, found.seal, later)

    monkeypatch.setattr(queries.certificates, "verified", closed)
    page = sent(client, pdf).text
    assert "can be read here from" in page and "李伟" not in page and certificate.number not in page


def test_another_file_is_unknown(client, certificate):
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.save(out)
    page = sent(client, out.getvalue()).text
    assert "We do not know this file" in page and "it is in force" not in page


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "No file came"), (b"PK\x03\x04 a workbook", "no PDF file"), (b"x" * 2000, "no PDF file")],
)  # fmt: skip
def test_what_is_no_file_of_that_kind_is_said(client, content, said):
    answer = sent(client, content)
    assert answer.status_code == 422 and said in answer.text
    assert client.post(AT).status_code == 422


def test_what_is_too_large_is_not_read(client, monkeypatch):
    monkeypatch.setattr(views, "LARGEST", 3000)
    for length, status in (
        (50_000, 413),
        (4000, 422),
    ):  # beyond the frame around a file, and within it
        answer = sent(client, b"%PDF-1.7" + b"x" * length)
        assert answer.status_code == status and 'type="file"' in answer.text
        assert "larger than any certificate" in answer.text


def test_a_file_under_a_password_is_said_to_be_unreadable(client, certificate):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(certificates.pdf_of(certificate.id))) as file:
        file.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    page = sent(client, out.getvalue()).text
    assert "locked with a password" in page and "states no number of ours" not in page


def test_valid_beside_a_changed_file_is_said_of_the_register_only(client, certificate):
    page = sent(client, saved_again(certificates.pdf_of(certificate.id), no_signature)).text
    assert "<h2>The certificate whose number it states" in page
    assert "not about this file" in page


@pytest.mark.parametrize(
    "pdf",
    [b"%PDF-1.7", b"%PDF-1.7\n" + b"1 0 obj<<" * 20_000, b"%PDF-1.7\n" + b"[" * 500_000,
     b"%PDF-1.7\ntrailer<</Root 1 0 R/Prev 0>>startxref 0 %%EOF", bomb(), many_pages()],
    ids=["nothing", "torn objects", "deep brackets", "round and round", "a gigabyte of zeros", "many pages"],
)  # fmt: skip
def test_a_broken_file_is_unknown_soon(client, pdf):
    start = time.monotonic()
    assert "We do not know this file" in sent(client, pdf).text
    assert time.monotonic() - start < apart.PATIENCE + 5


def test_a_process_that_hangs_or_dies_is_given_up(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    assert apart.looked(b"%PDF-1.7", ()).report == apart.BROKEN
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    monkeypatch.setattr(apart, "PATIENCE", 5)
    assert apart.looked(b"%PDF-1.7", ()).report.seen is Seen.CHANGED


def test_nothing_of_the_file_is_kept(client, certificate):
    from skillhub.kernel.uploads import Upload  # noqa: PLC0415

    before = db.session.execute(db.text("SELECT count(*) FROM journal")).scalar()
    sent(client, certificates.pdf_of(certificate.id))
    assert db.session.query(Upload).count() == 0
    assert db.session.execute(db.text("SELECT count(*) FROM journal")).scalar() == before


def test_few_are_looked_at_at_once_and_nobody_asks_too_often(client, limits, monkeypatch):
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    for _ in range(views.FEW):
        assert views._looking.acquire(timeout=1)
    busy = sent(client, b"%PDF-1.7")
    for _ in range(views.FEW):
        views._looking.release()
    assert busy.status_code == 429 and int(busy.headers["Retry-After"]) >= 10
    monkeypatch.setattr(views, "told", lambda pdf, moment: pytest.fail("looked"))
    codes = [client.post(AT).status_code for _ in range(10)]
    assert codes == [422] * 9 + [429]
    assert client.get(AT).status_code == 200
