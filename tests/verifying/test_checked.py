"""A file that came back: whose it is, whether it is the one we kept, and what became of its signature."""

import io
from dataclasses import replace

import pikepdf
import pytest
from flask import current_app

from skillhub.certificates import queries as certificates
from skillhub.certificates import services
from skillhub.certificates.models import Seal
from skillhub.certificates.rules import Answer
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.signing.look import Seen
from skillhub.verifying import queries
from tests.certificates import awarded

ZONE = "Asia/Shanghai"


@pytest.fixture
def demo(app):
    """Let this instance sign with a key of its own making."""
    kept = current_app.extensions
    before = kept["skillhub.settings"]
    kept["skillhub.settings"] = replace(before, signing_key="demo")
    kept.pop("skillhub.signer", None)
    yield
    kept["skillhub.settings"] = before
    kept.pop("skillhub.signer", None)


@pytest.fixture
def certificate(demo, root):
    competition = awarded.competition(root, names=("李伟",))
    awarded.issue(competition)
    return awarded.all_of(competition)[0]


def looked_at(pdf):
    return queries.checked(pdf, today(ZONE))


def saved_again(pdf, change=lambda file: None):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        change(file)
        file.save(out)
    return out.getvalue()


def no_signature(file):
    del file.Root["/AcroForm"]
    del file.Root["/Perms"]
    del file.pages[0].obj["/Annots"]


def test_a_signed_certificate_is_known_and_unchanged(certificate):
    found = looked_at(certificates.pdf_of(certificate.id))
    assert found.report.seen is Seen.UNCHANGED
    assert found.certificate is certificate
    assert found.kept
    assert found.good
    assert found.answer is Answer.VALID
    assert found.seal is certificate.seal
    assert found.seal.demo
    assert found.findings == []


def test_the_key_is_noted_once(certificate, root):
    awarded.issue(awarded.competition(root, names=("王芳",), code="second"))
    assert db.session.query(Seal).count() == 1


def test_a_changed_file_is_no_proof(certificate):
    pdf = saved_again(
        certificates.pdf_of(certificate.id),
        lambda file: file.pages[0].contents_add(b"q 1 1 1 rg 300 300 200 60 re f Q"),
    )
    found = looked_at(pdf)
    assert found.report.seen is Seen.CHANGED
    assert found.certificate is certificate
    assert not found.kept
    assert not found.good


def test_a_stripped_file_is_reported_because_the_register_knows_of_its_signature(certificate):
    found = looked_at(saved_again(certificates.pdf_of(certificate.id), no_signature))
    assert found.report.seen is Seen.STRIPPED
    assert not found.good


def test_a_withdrawn_certificate_is_not_good_though_its_file_is_whole(certificate):
    pdf = certificates.pdf_of(certificate.id)
    services.withdraw(certificate, "a mistake", OPERATOR, now())
    found = looked_at(pdf)
    assert found.report.seen is Seen.UNCHANGED
    assert found.answer is Answer.WITHDRAWN
    assert not found.good


def test_an_unsigned_certificate_is_good_when_it_is_the_one_we_kept(root):
    competition = awarded.competition(root, names=("李伟",))
    awarded.issue(competition)
    pdf = certificates.pdf_of(awarded.all_of(competition)[0].id)
    assert looked_at(pdf).report.seen is Seen.UNSIGNED
    assert looked_at(pdf).good
    assert not looked_at(saved_again(pdf)).good


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\n%%EOF", b"\0" * 999])
def test_what_is_no_pdf_is_no_certificate(app, root, data):
    found = looked_at(data)
    assert found.certificate is None
    assert not found.good
    assert found.findings


def test_the_verify_page_names_the_signature_and_marks_the_demonstration(certificate, client):
    page = client.get(f"/v/{certificate.code.lower()}").text
    assert certificate.seal.name in page
    assert "demonstration key" in page
