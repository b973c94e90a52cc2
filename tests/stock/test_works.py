"""What is sent to a printer, read from the file: on which sheet, with or without the border, how far moved."""

import hashlib
import io
from decimal import Decimal

import pikepdf
import pytest

from skillhub.certificates import queries as certificates
from skillhub.certificates import services as registry
from skillhub.certificates import works as issuing
from skillhub.certificates.models import CertificatePdf
from skillhub.designs import queries as designs
from skillhub.designs import rules as drawing
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.areas import Area
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.paper import Template, bare
from skillhub.stock import services, works
from skillhub.stock.rules import Adjustment, corrected
from tests.certificates import awarded
from tests.kernel.drawn import letters, lines, pictures, size, words
from tests.stock.conftest import FOIL

PLAIN = {"name": "plain", "size": "A4", "lies": "either", "preprinted": False, "note": ""}


@pytest.fixture
def cup(root):
    cup = awarded.competition(root, awarded.NAMES[:3])
    awarded.issue(cup)
    return cup


@pytest.fixture
def keys(cup):
    return [certificate.id for certificate in awarded.all_of(cup)]


@pytest.fixture
def plain(root):
    return services.stock(root, PLAIN, OPERATOR)


@pytest.fixture
def send(tmp_path):
    """send(keys, paper, printer, ...) gives what was done, and the bytes that are sent."""

    def send(keys, paper, printer=None, **how):
        sending = works.PrintFile(keys, paper, printer, tmp_path / "sent.pdf", **how)
        steps = list(sending.steps())
        assert steps[-1] == (len(keys), len(keys))
        return sending, sending.target.read_bytes()

    return send


def stand_alike(one, other):
    assert [sign for sign, *_ in one] == [sign for sign, *_ in other]
    assert len(one) > 100
    for (_, x, y), (_, left, top) in zip(one, other, strict=True):
        assert max(abs(x - left), abs(y - top)) < 0.05


def tell(printer, x, y, scale="100"):
    told = Adjustment(*map(Decimal, (x, y, scale)))
    services.calibrate(printer, told, printer.version, OPERATOR, now())


def test_blank_paper_gets_the_certificates_as_they_were_kept(keys, plain, send):
    sending, sent = send(keys, plain)
    assert sending.sheets == [(key,) for key in keys]
    for page, key in enumerate(keys):
        kept = certificates.pdf_of(key)
        stand_alike(letters(sent, page), letters(kept))
        assert (size(sent, page), pictures(sent, page)) == ((297.0, 210.0), 1)


def test_pre_printed_paper_gets_the_words_alone_where_they_stand_on_the_kept_file(keys, foil, send):
    _, sent = send(keys, foil)
    for page, key in enumerate(keys):
        kept = certificates.pdf_of(key)
        assert (pictures(kept), pictures(sent, page)) == (1, 0)
        stand_alike(letters(sent, page), letters(kept))


def test_everything_moves_by_what_the_printer_is_told(keys, foil, printer, send):
    tell(printer, "0.4", "1.5", "99.5")
    _, sent = send(keys, foil, printer)
    moved = [
        (sign, x * 0.995 + 0.4, y * 0.995 + 1.5)
        for sign, x, y in letters(certificates.pdf_of(keys[0]))
    ]
    stand_alike(letters(sent), moved)


def test_printing_leaves_what_is_kept_as_it_is_and_the_register_untouched(
    keys, foil, printer, send
):
    def kept():
        rows = db.session.query(CertificatePdf).order_by(CertificatePdf.certificate_id)
        stated = [c.pdf_sha256 for c in awarded.certificates()]
        found = [
            hashlib.sha256(certificates.pdf_of(row.certificate_id)).hexdigest() for row in rows
        ]
        return stated, found

    before = kept()
    assert before[0] == before[1]
    tell(printer, "-3", "2", "98")
    send(keys, foil, printer)
    db.session.expire_all()
    assert kept() == before
    assert not db.session.new and not db.session.dirty


def test_two_on_a_sheet_in_stacks_tells_which_are_on_which_sheet(keys, root, send):
    large = services.stock(root, PLAIN | {"name": "large", "size": "A3"}, OPERATOR)
    sending, sent = send(keys, large, stacked=True)
    assert sending.sheets == [(keys[0], keys[2]), (keys[1],)]
    assert (size(sent), size(sent, 1)) == ((297.0, 420.0),) * 2
    first, _, last = (c.number.replace(" ", "") for c in awarded.certificates())
    assert first in words(sent)
    assert last in words(sent)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"size": "A5"}, "does not fit paper of A5", id="A4 lengthwise on A5"),
        pytest.param({"lies": "portrait"}, "paper lies upright", id="it lies the other way"),
        pytest.param({"templates": ["title"]}, "kept for other templates", id="not for this one"),
    ],
)
def test_a_paper_they_do_not_fit_is_refused_before_anything_is_printed(
    keys, root, tmp_path, change, said
):
    paper = services.stock(root, FOIL | change, OPERATOR)
    sending = works.PrintFile(keys, paper, None, tmp_path / "sent.pdf")
    with pytest.raises(BadInput, match=said):
        list(sending.steps())
    assert not list(tmp_path.iterdir())


def test_what_lies_two_ways_is_printed_one_kind_at_a_time(root, keys, plain, tmp_path):
    other = awarded.competition(root, ("王芳",))
    template = awarded.template("award.portrait")
    for _ in issuing.Issuing(other, None, template, OPERATOR).steps():
        pass
    mixed = [*keys, awarded.all_of(other)[0].id]
    with pytest.raises(BadInput, match="different ways"):
        works.PrintFile(mixed, plain, None, tmp_path / "sent.pdf").placing()


def test_only_what_is_in_force_is_printed(cup, keys, plain, tmp_path):
    registry.withdraw(awarded.all_of(cup)[0], "a test", OPERATOR, now())
    for chosen in (keys, [*keys[1:], 10**6]):
        with pytest.raises(Conflict, match="in force"):
            works.PrintFile(chosen, plain, None, tmp_path / "sent.pdf").placing()
    with pytest.raises(Conflict, match="nothing"):
        works.PrintFile([], plain, None, tmp_path / "sent.pdf").placing()


def test_a_shelf_of_templates_lies_on_the_paper_of_its_size(plain):
    for code in ("award", "thanks", "award.portrait.en"):
        template = awarded.template(code)
        assert isinstance(template, Template)
        assert works.placing_of(template, plain).each == 1


@pytest.mark.parametrize("start", designs.starts(), ids=lambda start: start.code)
def test_a_design_drawn_by_staff_prints_its_words_alone_too(press, start):
    document, _ = drawing.read(start.document)
    art = {name: content for name, (content, *_) in start.pictures.items()}
    template = designs.drawn("drawn", document, document.fields, art)
    whole, alone = (press.render(one, template.about.example) for one in (template, bare(template)))
    assert (pictures(whole), pictures(alone)) == (1, 0)
    found = [letters(one) for one in (whole, alone)]
    assert [one[0] for one in found[0]] == [one[0] for one in found[1]]
    for (_, x, y), (_, left, top) in zip(*found, strict=True):
        assert max(abs(x - left), abs(y - top)) < 0.05


@pytest.mark.parametrize(
    ("factor", "right", "down"),
    [
        pytest.param(1.0, 0.0, 0.0, id="a good printer"),
        pytest.param(1.0, 1.2, -1.5, id="pulls the paper"),
        pytest.param(0.985, -2.0, 3.1, id="prints smaller, too"),
    ],
)
def test_after_one_test_sheet_the_cross_falls_on_its_place(printer, factor, right, down):
    def falls(pdf):
        """Where this printer puts the cross, and the second one, on paper."""
        upright = [(a, b) for a, b in lines(pdf) if abs(a[0] - b[0]) < 0.01]
        ruler = max(upright, key=lambda ends: abs(ends[0][1] - ends[1][1]))
        level = max(
            ((a, b) for a, b in lines(pdf) if abs(a[1] - b[1]) < 0.01),
            key=lambda ends: abs(ends[0][0] - ends[1][0]),
        )
        second = next(
            a[0] for a, b in upright if a[0] - ruler[0][0] > 90 and abs(abs(a[1] - b[1]) - 10) < 1
        )
        x, y = ruler[0][0], level[0][1]
        return x * factor + right, y * factor + down, (second - x) * factor

    paper = Area(Decimal(210), Decimal(297))
    before = falls(works.calibration(printer, paper, now().date()))
    assert before == pytest.approx(
        (20 * factor + right, 20 * factor + down, 100 * factor), abs=0.01
    )
    left, top, length = (Decimal(f"{value:.2f}") for value in before)
    told = corrected(Adjustment(), left, top, length)
    services.calibrate(printer, told, printer.version, OPERATOR, now())
    after = works.calibration(printer, paper, now().date())
    assert falls(after) == pytest.approx((20, 20, 100), abs=0.05)
    with pikepdf.open(io.BytesIO(after)) as sheet:
        assert len(sheet.pages) == 1
