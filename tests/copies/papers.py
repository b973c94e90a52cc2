"""Issued certificates for the tests of the ledger, each with a small file of its own; no press is needed."""

import hashlib
import io
from itertools import count

import pikepdf
from sqlalchemy import select

from skillhub.awards.models import Award
from skillhub.certificates import rules as numbers
from skillhub.certificates.models import (
    Certificate,
    CertificatePdf,
    CertificateState,
    Series,
    TemplateVersion,
)
from skillhub.certificates.queries import FOLDER
from skillhub.copies import queries
from skillhub.copies.models import Copy
from skillhub.kernel.access import OPERATOR, Actor, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.paper import load_template, packed
from skillhub.sending import works
from skillhub.sending.services import Order
from tests import make

NAMES = ("李伟", "欧阳明远", "Jean Dupont", "Ana Ruiz")
_serial = count(1)


def pdf(text="A", size=(842, 595)):
    """One page that says a word, as a file."""
    whole = pikepdf.new()
    page = whole.add_blank_page(page_size=size)
    page.obj.Contents = whole.make_stream(f"BT /F1 20 Tf 100 100 Td ({text}) Tj ET".encode())
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    out = io.BytesIO()
    whole.save(out, deterministic_id=True)
    return out.getvalue()


def issued(host, names=NAMES, unit="北岸精密制造有限公司", competition=None, real=False):
    """One certificate in force for each name, of one series, for awards of one event; `real`: of a real template."""
    event = make.event(competition or make.competition(host), code=f"E{next(_serial)}")
    n = next(_serial)
    kept = packed(load_template(FOLDER / "award")) if real else b""
    series = Series(issuer=host, year=2000 + n, prefix=f"T{n}-{2000 + n}", last=len(names))
    version = TemplateVersion(code="award", title="Award", sha256=f"{n:064}", files=kept)
    make.keep(series, version)
    result = make.result_version(event)
    entries = [make.Entry(event=event, code=f"{k}", name=name) for k, name in enumerate(names, 1)]
    awards = [
        Award(
            event=event, entry=entry, result_version=result, title="Gold", position=1, scheme="counts",
            place=1, awarded_on=make.DAY, because={"text": "-", "values": {}}, conferred_by="x",
            conferred_at=now(),
        )
        for entry in entries
    ]  # fmt: skip
    files = [pdf(f"N{k}") for k in range(1, len(names) + 1)]
    rows = [
        _row(series, version, n, k, award, unit, files[k - 1]) for k, award in enumerate(awards, 1)
    ]
    make.keep(*entries, *awards, *rows)
    kept = zip(rows, files, strict=True)
    make.keep(*(CertificatePdf(certificate_id=row.id, content=content) for row, content in kept))
    return rows


def _row(series, version, n, serial, award, unit, content):
    number, name = numbers.number_of(series.prefix, "E", serial), award.entry.name
    return Certificate(
        award=award, competition=award.event.competition, series=series, serial=serial, number=number,
        folded=numbers.fold(number),
        code=numbers.code_of(n << 64 | serial), template_version=version,
        facts={"holder_name": name, "organisation": unit, "number": number, "award": "金牌"},
        facts_sha256="0" * 64, state=CertificateState.ISSUED, issued_by="x", issued_at=now(),
        pdf_sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def staff(host, login="ana"):
    """Somebody who prints for a host, with a name."""
    return Actor(login, login.title(), grants=((Role.CERTIFICATE_STAFF, host.path),))


def order(papers, **values):
    """An order for papers, with a key of its own unless one is given."""
    values.setdefault("key", f"key-{next(_serial)}")
    return Order([paper.id for paper in papers], **values)


def sent(papers, actor=OPERATOR, moment=None, **values):
    """Send papers; gives their sheets."""
    sending, _ = works.send(order(papers, **values), actor, moment or now())
    return sheets_of(sending)


def sheets_of(sending):
    """The sheets of a sending, in the order of its file."""
    rows = select(Copy.id).where(Copy.sending_id == sending.id).order_by(Copy.position)
    return queries.sheets(list(db.session.scalars(rows)))


def reserved(like):
    """A certificate with a number and no paper, beside another."""
    return make.keep(
        Certificate(
            subject="participation:1:entry:1", series=like.series, serial=99, number="R-99", folded="R99",
            code=f"code-{next(_serial)}", template_version=like.template_version, facts={"holder_name": "R"},
            facts_sha256="0" * 64, issued_by="x", issued_at=now(),
        )
    )  # fmt: skip


def spoil_kept(paper):
    """Damage the kept file of a paper, as a bad disk does."""
    row = make.db.session.get(CertificatePdf, paper.id)
    make.changed(row, content=row.content[:-5] + b"xxxxx")
