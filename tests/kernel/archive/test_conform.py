"""Every printed paper is PDF/A-3a and PDF/UA-1 as far as its structure tells, and whatever breaks that is found."""

import io
import json

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from skillhub.certificates.queries import FOLDER
from skillhub.kernel.archive.check import attached_facts, findings
from skillhub.kernel.paper import load_template, templates
from skillhub.kernel.pdf import Press
from tests.kernel.paper_samples import FACTS, sample
from tests.kernel.signing.authority import Authority, signer

KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def own():
    authority = Authority()
    return signer(KEY, authority.certify(KEY, "Committee"), authority.root)


@pytest.fixture(scope="module", params=[False, True], ids=["unsigned", "signed"])
def press(request, own):
    with Press(signer=own if request.param else None) as press:
        yield press


@pytest.fixture(scope="module", params=sorted(templates(FOLDER)))
def template(request):
    return load_template(FOLDER / request.param)


PEOPLE = {
    "stamped": ({"holder_name": "王䶮宇"}, True),
    "stamped, in Latin letters": ({"holder_name": "Nguyễn Thị Bích Ngọc"}, True),
    "stamped, with signs of XML": ({"holder_name": "A & B <C>"}, True),
    "laid out whole": ({"holder_name": "한글 이름"}, False),
    "from right to left": ({"holder_name": "نزار فاطمة الزهراء (Fatima)"}, False),
}


@pytest.mark.parametrize(("facts", "stamped"), PEOPLE.values(), ids=PEOPLE)
def test_a_printed_paper_is_what_it_claims(press, template, facts, stamped):
    given = template.about.example | facts
    block, tail = press.stamped(template, given)
    assert bool(block) is stamped
    assert findings(block + tail) == []
    inside = json.loads(attached_facts(block + tail))
    assert inside["template_sha256"] == template.sha256
    assert inside["facts"] == {n: v for n, v in given.items() if v and n in template.about.facts}


@pytest.fixture(scope="module")
def good(own):
    template = load_template(FOLDER / "award")
    with Press(signer=own) as press:
        return press.render(template, template.about.example)


def changed(pdf, change):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        change(file)
        file.save(out, fix_metadata_version=False)
    return out.getvalue()


def first(file, key, value):
    found = (t for t in file.objects if isinstance(t, (pikepdf.Dictionary, pikepdf.Stream)))
    return next(t for t in found if t.get(key) == value)


def no_font(file):
    descriptor = first(file, "/Type", pikepdf.Name.FontDescriptor)
    for name in ("/FontFile2", "/FontFile3"):
        if name in descriptor:
            del descriptor[name]


def picture(file):
    image = pikepdf.Stream(file, b"\0", Subtype=pikepdf.Name.Image, Interpolate=True)
    file.Root.Extra = file.make_indirect(image)


def claim(old, new):
    def change(file):
        text = file.Root.Metadata.read_bytes()
        assert old in text
        file.Root.Metadata.write(text.replace(old, new))

    return change


def delete(*path):
    def change(file):
        thing = file.Root
        for name in path[:-1]:
            thing = thing[name] if isinstance(name, int) else thing[pikepdf.Name(name)]
        del thing[pikepdf.Name(path[-1])]

    return change


def draw(words):
    return lambda file: file.pages[0].contents_add(words)


def put(key, value):
    def change(file):
        file.Root[pikepdf.Name(key)] = value

    return change


def unspoken(file):
    del first(file, "/S", pikepdf.Name.Figure)["/Alt"]


def odd_width(file):
    font = first(file, "/Subtype", pikepdf.Name.CIDFontType2)
    font.W[1][0] = 1


def retitle(file):
    file.docinfo["/Title"] = "银牌"


def lost_mark(file):
    numbers = file.Root.StructTreeRoot.ParentTree.Nums
    numbers[1][0] = numbers[1][1]


def heading(file):
    first(file, "/S", pikepdf.Name.H1).S = pikepdf.Name.H2


def hidden(file):
    file.pages[0].obj.Annots[0].F = 2


BROKEN = {
    "no claim of PDF/A": (claim(b"<pdfaid:part>3", b"<pdfaid:part>2"), "XMP: part is 2"),
    "no claim of PDF/UA": (claim(b"<pdfuaid:part>1</pdfuaid:part>", b""), "XMP: part is None"),
    "no XMP": (delete("/Metadata"), "XMP: none"),
    "broken XMP": (claim(b"</rdf:RDF>", b""), "XMP: mismatched"),
    "another title": (retitle, "XMP: /Title"),
    "no output intent": (delete("/OutputIntents"), "0 output intents"),
    "a font that is not inside": (no_font, "not inside the file"),
    "a width that is not the font's": (odd_width, "not as wide"),
    "a smoothed picture": (picture, "Interpolate"),
    "no structure": (delete("/StructTreeRoot"), "not tagged"),
    "no language": (delete("/Lang"), "no language"),
    "the name of the file as title": (delete("/ViewerPreferences"), "not the title"),
    "a picture without words": (unspoken, "a Figure without words"),
    "a heading left out": (heading, "H2 behind H0"),
    "a mark that leads elsewhere": (lost_mark, "an element without it"),
    "a line nobody named": (draw(b"0 0 m 9 9 l S"), "neither text nor decoration"),
    "an action": (put("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.URI)), "/OpenAction"),
    "no attachment": (delete("/AF"), "attachment"),
    "a hidden field": (hidden, "hidden, or not printed"),
}


@pytest.mark.parametrize(("change", "sentence"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_it_is_found(good, change, sentence):
    assert [line for line in findings(changed(good, change)) if sentence in line]


def test_an_unbroken_file_stays_so(good):
    assert findings(changed(good, lambda file: None)) == []


def test_an_encrypted_file_is_found(good):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as file:
        file.save(out, encryption=pikepdf.Encryption(owner="x", user="", R=6))
    assert "file: encrypted" in findings(out.getvalue())


def test_a_smooth_picture_is_printed_without_smoothing():
    page = '<img src="template:dot.png" alt="dot">'
    dot = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(dot, "PNG")
    with Press() as press:
        pdf = press.render(sample(page, files={"dot.png": dot.getvalue()}), FACTS)
    assert [line for line in findings(pdf) if "picture" in line] == []
