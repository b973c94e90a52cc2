"""The addresses that the drawing page asks: a look at the true page, pictures in and out, the second look."""

import io
import json

import pytest
from PIL import Image

from skillhub.designs import queries
from tests import make
from tests.certificates import awarded
from tests.designs import drawn


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))


@pytest.fixture
def row(root):
    return drawn.design(root)


def look(staff, row, document=None, **more):
    text = json.dumps(document or drawn.raw())
    return staff.post(f"/designs/{row.id}/preview", data={"document": text, **more})


def test_a_look_gives_the_page_what_was_found_and_where_each_text_is_drawn(row, staff):
    told = look(staff, row, drawn.raw(name__x=500), whom="longest").json
    assert told["png"].startswith("data:image/png;base64,")
    assert told["findings"] == []
    box = next(one for one in told["boxes"] if one["id"] == "name")
    assert box["x"] >= 500
    assert told["words"]["name"] == told["name"]


def test_one_goes_from_person_to_person_through_a_real_competition(root, row, staff):
    cup = awarded.competition(root)
    names = [look(staff, row, competition=cup.id, nth=nth).json["name"] for nth in range(4)]
    assert names == ["李伟", "欧阳明远", "Jean Dupont", "李伟"]
    assert look(staff, row, competition=cup.id, whom="longest").json["name"] == "Jean Dupont"


@pytest.mark.parametrize("document", ["", "{", "[]", "null", '{"format": 1}', "[" * 9000])
def test_what_is_no_document_is_answered_with_problems(row, staff, document):
    answer = staff.post(f"/designs/{row.id}/preview", data={"document": document})
    assert answer.status_code == 422


def test_a_picture_goes_in_and_out(row, staff):
    out = io.BytesIO()
    Image.new("RGB", (600, 300), "red").save(out, "JPEG")
    sent = {"file": (io.BytesIO(out.getvalue()), "印章 Seal.jpeg")}
    told = staff.post(
        f"/designs/{row.id}/art", data=sent, headers={"Accept": "application/json"}
    ).json
    assert (told["name"], told["width"], told["height"], told["dpi"]) == ("seal.jpg", 600, 300, 51)
    answer = staff.get(f"/designs/{row.id}/art/seal.jpg")
    assert answer.content_type == "image/jpeg"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    staff.post(f"/designs/{row.id}/art/seal.jpg/remove")
    assert staff.get(f"/designs/{row.id}/art/seal.jpg").status_code == 404


def test_an_unfit_picture_is_refused_with_a_sentence_and_nothing_is_kept(row, staff):
    evil = b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
    sent = {"file": (io.BytesIO(evil), "x.svg")}
    answer = staff.post(f"/designs/{row.id}/art", data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "<script>" in answer.json["problems"][0]["message"]
    assert [one.name for one in queries.draft_of(row.id).pictures] == ["art.svg"]


def test_the_starts_are_shown_as_they_print(staff):
    for code in ("landscape", "portrait", "card"):
        answer = staff.get(f"/designs/starts/{code}.png")
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert max(picture.size) == 560
    assert staff.get("/designs/starts/copy-1.png").status_code == 404
