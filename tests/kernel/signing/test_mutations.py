"""Nothing can be done to a signed paper without being seen: flipped bits, and edits of everything that shows."""

import io
import random

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from skillhub.certificates.queries import FOLDER
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.signing.look import Seen, look
from tests.kernel.signing.authority import Authority, signer

pytestmark = pytest.mark.slow
FLIPS = 600
CROWDED = 60  # bits of the unsigned bytes around and in the signature, for each of its quarters
KEYS = {
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
}


@pytest.fixture(scope="module", params=KEYS)
def signed(request):
    authority, key = Authority(), KEYS[request.param]()
    own = signer(key, authority.certify(key, "北岸市职业技能大赛组委会"), authority.root)
    template = load_template(FOLDER / "award")
    with Press(signer=own) as press:
        pdf = press.render(template, template.about.example)
    return pdf, {own.certificate.dump()}


def flipped(pdf, place, bit):
    changed = bytearray(pdf)
    changed[place] ^= 1 << bit
    return bytes(changed)


def missed(pdf, known, bits):
    return [at for at in bits if look(flipped(pdf, *at), known).seen is Seen.UNCHANGED]


def test_no_flipped_bit_goes_unseen(signed):
    pdf, known = signed
    assert look(pdf, known).seen is Seen.UNCHANGED
    chance = random.Random(19)
    bits = [(chance.randrange(len(pdf)), chance.randrange(8)) for _ in range(FLIPS)]
    assert missed(pdf, known, bits) == []


def test_no_flipped_bit_in_the_signature_itself_goes_unseen(signed):
    """Its bytes sign others, not themselves: what they say of the key, the digest and the signer is compared."""
    pdf, known = signed
    start = pdf.rindex(b"/Contents <") - 60
    end = pdf.index(b">", start + 60) + 60
    chance = random.Random(20)
    first = [(place, bit) for place in range(start, start + 400) for bit in range(8)]
    others = [(chance.randrange(start, end), chance.randrange(8)) for _ in range(CROWDED * 20)]
    assert missed(pdf, known, first + others) == []


def objects(pdf):
    """Name every stream that shows or says something."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [t.objgen[0] for t in file.objects if isinstance(t, pikepdf.Stream)]


def test_every_stream_that_is_changed_is_seen(signed):
    """By a program that writes the whole file anew, and by one that adds a new version behind it."""
    pdf, known = signed
    for number in objects(pdf):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as file:
            thing = file.get_object(number, 0)
            thing.write(thing.read_bytes() + b" ")
            file.save(out, fix_metadata_version=False)
        assert look(out.getvalue(), known).seen is not Seen.UNCHANGED, number
        assert look(with_update(pdf, number), known).seen is not Seen.UNCHANGED, number


def with_update(pdf, number):
    """Add another version of an object by an incremental update."""
    body = b"%d 0 obj\n<</Length 1>>\nstream\n \nendstream\nendobj\n" % number
    tail = pdf.rindex(b"startxref")
    before = int(pdf[tail:].split()[1])
    trailer = pdf[pdf.rindex(b"trailer") : tail].replace(b"<<", b"<</Prev %d " % before, 1)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(pdf))
    return b"".join(
        [pdf, body, table, trailer, b"startxref\n%d\n%%%%EOF\n" % (len(pdf) + len(body))]
    )
