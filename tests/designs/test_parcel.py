"""A design as one file: out of one installation, into another, and nothing else comes in that way."""

import io
import json
import zipfile

import pytest
from PIL import Image

from skillhub.designs import queries, services, sheet
from skillhub.designs.models import Making
from skillhub.kernel import artwork
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, NotAllowed
from skillhub.kernel.pdf import Press
from tests import make
from tests.designs import drawn

pytestmark = pytest.mark.usefixtures("app")


def jpeg(**more):
    out = io.BytesIO()
    Image.effect_noise((90, 60), 40).convert("RGB").save(out, "JPEG", quality=80, **more)
    return out.getvalue()


def bring_in(owner, content, *roles):
    found = sheet.read(content)
    made = (
        found.title,
        found.document,
        found.pictures,
        drawn.actor("bringer", owner, *roles),
        now(),
    )
    return services.begin(owner, *made, found.making, found.code)


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_the_same_snapshot_prints_the_same_bytes_on_another_site():
    owner = drawn.host()
    document = drawn.raw()
    document["fields"].append(
        {
            "id": "seal",
            "kind": "image",
            "file": "seal.jpg",
            "x": 1300,
            "y": 1500,
            "width": 300,
            "height": 200,
        }
    )
    row = drawn.design(owner, document)
    seal = artwork.taken("seal.jpeg", jpeg())
    services.add_picture(
        queries.draft_of(row.id), *seal[:2], seal[2:], drawn.actor("drawer", owner), now()
    )
    version = drawn.publish(row)
    template, content = queries.template_named(row.code), sheet.exported(version)
    facts = dict(template.about.example) | {"holder_name": "李伟"}
    with Press() as press:
        here = press.render(template, facts)

    services.delete(
        row, row.version, drawn.actor("x", owner)
    )  # an empty site: nothing of it is left
    db.session.expire_all()
    new = bring_in(owner, content)
    assert (new.versions[0].state, new.code) == ("draft", template.code)
    drawn.publish(new, by="bringer")
    with Press() as press:
        there = press.render(queries.template_named(new.code), facts)
    assert there == here


def test_the_same_version_is_always_written_as_the_same_bytes():
    version = drawn.publish(drawn.design(drawn.host()))
    assert sheet.exported(version) == sheet.exported(version)


def test_where_its_code_is_taken_it_gets_another():
    row = drawn.published(drawn.host())
    new = bring_in(row.owner, sheet.exported(row.versions[0]))
    assert new.code != row.code


def test_what_was_written_as_html_comes_in_only_with_that_right():
    row = drawn.design(drawn.host())
    version, writer = (
        queries.draft_of(row.id),
        drawn.actor("writer", row.owner, Role.TEMPLATE_WRITER),
    )
    services.write(version, version.version, queries.texts_of(version), writer, now())
    content = sheet.exported(version)
    with pytest.raises(NotAllowed):
        bring_in(row.owner, content)
    new = bring_in(row.owner, content, Role.TEMPLATE_WRITER)
    assert new.versions[0].making is Making.WRITTEN


def spoilt(**parts):
    good = unpacked(sheet.exported(queries.draft_of(drawn.design(drawn.host()).id)))
    return good | parts


NAMES = [
    "../x.svg",
    "/etc/passwd",
    "a/b.svg",
    "..\\x.svg",
    "x.exe",
    "C:x.svg",
    "art.svg ",
    "page.php",
    ".hidden.svg",
    "\u202egvs.svg",
]


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_refused(name):
    with pytest.raises(BadInput, match="odd name"):
        sheet.read(zipped(spoilt() | {name: b"x"}))


def test_a_name_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("art.svg", b"a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("art.svg", b"b")
    with pytest.raises(BadInput, match="odd name"):
        sheet.read(out.getvalue())


def zeros(size):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("art.svg", "w") as part,
    ):
        for _ in range(size // (1 << 20)):
            part.write(bytes(1 << 20))
    return out.getvalue()


def test_a_gigabyte_of_zeros_is_refused_before_it_is_unpacked():
    with pytest.raises(BadInput, match="too much: 1024 MB"):
        sheet.read(zeros(1 << 30))


def test_an_archive_that_lies_about_its_size_is_refused():
    content = bytearray(zeros(64 << 20))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(BadInput):
        sheet.read(bytes(content))


def test_too_many_parts_are_refused():
    with pytest.raises(BadInput, match="at most 24"):
        sheet.read(zipped({f"a{n}.svg": b"x" for n in range(25)}))


@pytest.mark.parametrize(
    "junk",
    [b"", b"PK", b"<html>", b"PK\x03\x04" + bytes(200), zipped({"a.svg": b"x"}), zipped({})],
    ids=range(6),
)
def test_what_is_no_design_is_refused_with_a_sentence(junk):
    with pytest.raises(BadInput, match="no design"):
        sheet.read(junk)


def test_a_part_that_was_changed_is_refused():
    with pytest.raises(BadInput, match=r"document\.json is not what its list says"):
        sheet.read(zipped(spoilt(**{"document.json": b"{}"})))


def listed(parts):
    told = json.loads(parts["manifest.json"])
    told["files"] = {
        n: sheet.hashlib.sha256(p).hexdigest() for n, p in parts.items() if n != "manifest.json"
    }
    return zipped(parts | {"manifest.json": json.dumps(told).encode()})


def test_a_picture_with_a_script_does_not_come_in_that_way():
    evil = b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
    with pytest.raises(BadInput, match="<script>"):
        sheet.read(listed(spoilt(**{"art.svg": evil})))


def test_a_photograph_loses_what_is_written_beside_it():
    exif = Image.Exif()
    exif[0x010E] = "CANARY-somewhere"
    parts = spoilt(**{"photo.jpg": jpeg(exif=exif)})
    assert b"CANARY" in parts["photo.jpg"]
    assert b"CANARY" not in sheet.read(listed(parts)).pictures["photo.jpg"][0]


def test_a_document_nested_without_end_is_refused():
    with pytest.raises(BadInput):
        sheet.read(listed(spoilt(**{"document.json": b"[" * 100_000})))


def test_a_designs_owner_is_chosen_where_it_is_brought_in():
    content = sheet.exported(queries.draft_of(drawn.design(drawn.host()).id))
    other = make.organisation()
    assert bring_in(other, content).owner is other


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_is_torn_within_is_refused_with_a_sentence(way):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as archive:
        archive.writestr("manifest.json", b'{"kind": "skillhub design"}' * 50)
    content = bytearray(out.getvalue())
    for at in range(50, 90):
        content[at] ^= 0x5A
    with pytest.raises(BadInput):
        sheet.read(bytes(content))


@pytest.mark.parametrize("title", ["\ud800", "a\0b", "\x1b[31m"])
def test_a_title_that_cannot_be_kept_is_refused(title):
    parts = unpacked(sheet.exported(queries.draft_of(drawn.design(drawn.host()).id)))
    told = json.loads(parts["manifest.json"])
    told["title"]["zh"] = title
    with pytest.raises(BadInput):
        sheet.read(zipped(parts | {"manifest.json": json.dumps(told).encode()}))


def test_a_drawing_nested_without_end_is_refused_with_a_sentence():
    deep = "<g>" * 5000 + "</g>" * 5000
    with pytest.raises(BadInput, match="nested"):
        artwork.taken("a.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{deep}</svg>'.encode())


def test_a_photograph_of_a_phone_that_holds_several_is_the_first_of_them():
    out, second = io.BytesIO(), Image.new("RGB", (90, 60), "blue")
    Image.new("RGB", (90, 60), "red").save(out, "MPO", save_all=True, append_images=[second])
    taken = artwork.taken("seal.jpg", out.getvalue())
    assert (taken.name, taken.width) == ("seal.jpg", 90)
    with Image.open(io.BytesIO(taken.content)) as kept:
        assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)
