"""The pages of organisations: what a person sees, and who is kept out."""

import pytest

from skillhub.organisations import queries
from tests import make


@pytest.fixture
def works(root):
    return make.organisation("W1", parent=root, name="一厂")


@pytest.fixture
def organiser(works, sign_in):
    return sign_in(make.user("organiser", works))


def test_the_tree_shows_the_own_part(organiser, root, works):
    make.organisation("W2", parent=root, name="二厂")
    page = organiser.get("/organisations/")
    assert "一厂" in page.text
    assert "二厂" not in page.text
    assert "No organisation fits" in organiser.get("/organisations/?q=zzz").text


def test_one_is_added_below_and_renamed(organiser, works):
    assert organiser.get(f"/organisations/{works.id}/add").status_code == 200
    sent = {"code": "W1-1", "name": "Shop <1>", "kind": "workshop", "zone": "Asia/Shanghai"}
    page = organiser.post(f"/organisations/{works.id}/add", data=sent, follow_redirects=True)
    assert "Shop &lt;1&gt;" in page.text
    shop = queries.by_code("w1-1")
    page = organiser.post(
        f"/organisations/{shop.id}/rename",
        data={"name": "Hall 1", "since": "2026-05-01"},
        follow_redirects=True,
    )
    assert "Hall 1" in page.text
    assert "Shop &lt;1&gt;" in page.text


def test_what_was_typed_stays(organiser, works):
    page = organiser.post(
        f"/organisations/{works.id}/add", data={"code": "w1", "name": "Typed", "zone": "Mars/Base"}
    )
    assert 'value="Typed"' in page.text
    assert "There is no such time zone" in page.text
    page = organiser.post(
        f"/organisations/{works.id}/add",
        data={"code": "w1", "name": "T", "kind": "school", "zone": "UTC"},
    )
    assert "一厂 has this code" in page.text


def test_a_second_editor_is_told(organiser, works):
    form = {"name": "New", "kind": "enterprise", "zone": "UTC", "version": works.version}
    path = f"/organisations/{works.id}/edit"
    assert organiser.get(path).status_code == 200
    assert organiser.post(path, data=form).status_code == 302
    page = organiser.post(path, data={**form, "name": "Other"})
    assert "Somebody changed this meanwhile" in page.text
    assert "Stands there now: New." in page.text


@pytest.mark.parametrize(
    ("role", "status"),
    [("organiser", 404), ("auditor", 404), ("judge", 403), (None, 403)],
)
def test_closed_to_others(root, works, sign_in, role, status):
    other = make.organisation("W2", parent=root)
    organiser = sign_in(make.user(role, other if role else None))
    assert organiser.get(f"/organisations/{works.id}").status_code == status
    assert organiser.post(f"/organisations/{works.id}/rename", data={"name": "x"}).status_code in (
        403,
        404,
    )


def test_strangers_sign_in_first(client, works):
    assert client.get(f"/organisations/{works.id}").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"valid_from": "2026-05-01", "valid_to": "5"}, id="no day"),
        pytest.param({"valid_to": "9999-12-31"}, id="no day of our times"),
    ],
)
def test_what_is_no_day_is_refused_at_its_field(organiser, works, wrong):
    sent = {"code": "W1-9", "name": "Shop", "kind": "workshop", "zone": "Asia/Shanghai", **wrong}
    page = organiser.post(f"/organisations/{works.id}/add", data=sent)
    assert page.status_code == 200
    assert "invalid-feedback" in page.text or "error" in page.text
    assert queries.by_code("w1-9") is None


def test_a_name_from_the_first_day_of_the_calendar_is_refused(organiser, works):
    sent = {"name": "Hall 1", "since": "0001-01-01"}
    page = organiser.post(f"/organisations/{works.id}/rename", data=sent)
    assert "Write a day such as 2026-11-30." in page.text
