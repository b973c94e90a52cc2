"""Many PDFs in one: every page as it was, what they share once, and files of any form."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pikepdf import Array, Dictionary, Name, ObjectStreamMode

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import prints
from skillhub.kernel.merging import NotPlain, Source
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.press import check
from tests.kernel.signing.authority import Authority, signer

NAMES = ["王建国", "李小明", "Thomas Wood", "欧阳明远", "王䶮宇"]


@pytest.fixture(scope="module")
def papers():
    """Give signed papers of two templates in turn, stamped and laid out whole."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = []
    with Press(signer=signer(key, Authority().certify(key, "Joining"))) as press:
        for template in (load_template(FOLDER / "award"), load_template(FOLDER / "thanks")):
            for n, name in enumerate([*NAMES, "한글 이름"]):
                own = {"holder_name": name, "number": f"NS-2026-CNC-{n:05d}-K"}
                made.append(press.stamped(template, template.about.example | own))
    return made


def joined(folder, files):
    prints.join([io.BytesIO(file) for file in files], folder / "all.pdf")
    return (folder / "all.pdf").read_bytes()


def page_of(file, n):
    """Give one page of a file as a file of its own."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(file)) as whole, pikepdf.new() as one:
        one.pages.append(whole.pages[n])
        one.save(out)
    return out.getvalue()


def texts(file):
    document = pypdfium2.PdfDocument(file)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


def test_every_page_is_as_it_was(tmp_path, papers):
    files = [b"".join(paper) for paper in papers]
    whole = joined(tmp_path, files)
    for n, file in enumerate(files):
        check.alike(page_of(whole, n), file)
    assert texts(whole) == [text for file in files for text in texts(file)]
    with pikepdf.open(io.BytesIO(whole)) as opened:
        assert opened.check_pdf_syntax() == []
        assert "/AcroForm" not in opened.Root
        assert not any("/Annots" in page for page in opened.pages)


def test_what_papers_share_is_written_once(tmp_path, papers):
    stamped = [paper for paper in papers if paper.block]
    assert len(stamped) == 2 * len(NAMES)
    blocks = {paper.block for paper in stamped}
    whole = joined(tmp_path, [b"".join(paper) for paper in stamped * 10])
    assert len(whole) < sum(map(len, blocks)) + sum(len(paper.tail) for paper in stamped)


def test_joined_in_groups_or_at_once_it_is_as_large(tmp_path, papers):
    files = [b"".join(paper) for paper in papers]
    at_once = joined(tmp_path, files)
    parts = [joined(tmp_path, files[n : n + 3]) for n in range(0, len(files), 3)]
    in_groups = joined(tmp_path, parts)
    assert texts(in_groups) == texts(at_once)
    assert len(in_groups) == pytest.approx(len(at_once), rel=0.01)


def test_the_same_files_give_the_same_bytes(tmp_path, papers):
    files = [b"".join(paper) for paper in papers[:3]]
    assert joined(tmp_path, files) == joined(tmp_path, files)
    assert joined(tmp_path, files) != joined(tmp_path, files[::-1])


def test_files_on_disk_and_in_memory(tmp_path, papers):
    (tmp_path / "one.pdf").write_bytes(b"".join(papers[0]))
    prints.join([tmp_path / "one.pdf", io.BytesIO(b"".join(papers[1]))], Path(tmp_path / "all.pdf"))
    assert len(texts((tmp_path / "all.pdf").read_bytes())) == 2


def drawn(change=None, **how):
    """Make a file of one page by pikepdf, changed and saved in some way."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        page = file.add_blank_page(page_size=(300, 200))
        page.Contents = file.make_stream(b"0 0 100 50 re f")
        if change:
            change(file, page.obj)
        file.save(out, **how)
    return out.getvalue()


def nested(file, page):
    inner = file.make_indirect(
        Dictionary(Type=Name.Pages, Count=1, Kids=[page], Parent=file.Root.Pages)
    )
    page.Parent, file.Root.Pages.Kids = inner, Array([inner])


def inherited(file, page):
    file.Root.Pages.MediaBox = page.MediaBox
    del page["/MediaBox"]


PLAIN = {"object_stream_mode": ObjectStreamMode.disable}
FORMS = {
    "objects in streams": (None, {"object_stream_mode": ObjectStreamMode.generate}),
    "a tree of pages": (nested, PLAIN),
    "a size that is inherited": (inherited, PLAIN),
    "with a password for the owner": (None, PLAIN | {"encryption": pikepdf.Encryption(owner="x")}),
    "for the web": (None, PLAIN | {"linearize": True}),
}


@pytest.mark.parametrize(("change", "how"), FORMS.values(), ids=FORMS)
def test_a_file_of_another_form_is_brought_into_ours(tmp_path, change, how):
    file = drawn(change, **how)
    with pytest.raises(NotPlain):
        Source(file)
    whole = joined(tmp_path, [drawn(**PLAIN), file])
    for n in (0, 1):
        check.alike(page_of(whole, n), file)


def test_a_file_with_something_behind_it_is_brought_into_ours(tmp_path):
    file = drawn(**PLAIN)
    start = file[file.rindex(b"startxref") :].split()[1]
    more = b"\nxref\n0 0\ntrailer << /Root 1 0 R /Size 5 /Prev %b >>\nstartxref\n%d\n%%%%EOF\n"
    added = file + more % (start, len(file) + 1)
    with pytest.raises(NotPlain):
        Source(added)
    check.alike(page_of(joined(tmp_path, [added]), 0), file)


def test_links_stay_and_what_looks_like_a_reference_is_left_alone(tmp_path):
    def linked(file, page):
        action = Dictionary(S=Name.URI, URI=r"https://example.org/(3 0 R)\1 0 R")
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action, P=page)
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[0, 0, 0, 0])
        page.Annots = Array([file.make_indirect(note), file.make_indirect(field)])
        file.Root.AcroForm = Dictionary(Fields=[page.Annots[1]])

    file = drawn(linked, **PLAIN)
    Source(file)
    with pikepdf.open(io.BytesIO(joined(tmp_path, [drawn(**PLAIN), file, file]))) as whole:
        for page in whole.pages[1:]:
            (note,) = page.Annots
            assert str(note.A.URI) == r"https://example.org/(3 0 R)\1 0 R"
            assert note.P.objgen == page.obj.objgen
        assert whole.check_pdf_syntax() == []


def test_objects_that_refer_to_themselves(tmp_path):
    def circular(file, page):
        one, other = (file.make_indirect(Dictionary(N=n)) for n in (1, 2))
        one.Other, other.Other = other, one
        page.Resources = Dictionary(Properties=Dictionary(One=one, Other=other))

    file = drawn(circular, **PLAIN)
    with pikepdf.open(io.BytesIO(joined(tmp_path, [file, file]))) as whole:
        for page in whole.pages:
            held = page.Resources.Properties
            assert held.One.Other.objgen == held.Other.objgen
            assert (held.One.N, held.One.Other.N, held.One.Other.Other.N) == (1, 2, 1)


def test_what_cannot_be_read_leaves_no_half_file(tmp_path):
    with pytest.raises(pikepdf.PdfError):
        joined(tmp_path, [drawn(**PLAIN), b"no file at all"])
    assert list(tmp_path.iterdir()) == []
