"""Pages on which competitions are listed, announced and changed."""

import re

import pytest

from skillhub.competitions import queries
from skillhub.kernel.access import Role
from tests import make

GOOD = {
    "code": "cup26",
    "name": "Cup",
    "year": "2026",
    "tier": "city",
    "checking": "look_over",
    "host": "root",
}


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root))


def test_says_what_to_do_when_there_is_none(organiser):
    assert "Announce one and plan its events" in organiser.get("/competitions").text


def test_announces_and_leads_to_its_page(organiser):
    page = organiser.post("/competitions/announce", data=GOOD, follow_redirects=True)
    assert page.request.path == f"/competitions/{queries.named('cup26').id}"
    assert "No events yet" in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"year": "26"}, "Number must be between", id="a year of two digits"),
        pytest.param(
            {"starts_on": "2026-05-02", "ends_on": "2026-05-01"},
            "lies before the first",
            id="ends early",
        ),
        pytest.param({"host": "nowhere"}, "no organisation of this code", id="an unknown host"),
        pytest.param({"code": "a b"}, "Letters, digits", id="a code with a space"),
    ],
)
def test_a_refusal_keeps_what_was_typed(organiser, change, sentence):
    page = organiser.post("/competitions/announce", data=GOOD | {"name": "Kept name"} | change)
    assert sentence in page.text
    assert "Kept name" in page.text


def test_hosts_only_where_one_organises(root, sign_in):
    own, other = make.organisation("own", parent=root), make.organisation("other", parent=root)
    browser = sign_in(make.user(Role.ORGANISER, own))
    page = browser.post("/competitions/announce", data=GOOD | {"host": other.code})
    assert "not an organiser of this organisation" in page.text


def test_two_who_edit_at_once_do_not_overwrite_each_other(organiser, root):
    cup = make.competition(root)
    data = GOOD | {"version": cup.version}
    assert (
        organiser.post(f"/competitions/{cup.id}/edit", data=data | {"name": "First"}).status_code
        == 302
    )
    page = organiser.post(f"/competitions/{cup.id}/edit", data=data | {"name": "Second"})
    assert "Somebody changed this meanwhile" in page.text
    assert "Second" in page.text


def test_closed_to_judges_and_other_organisations(root, sign_in):
    own, other = make.organisation("own", parent=root), make.organisation("other", parent=root)
    cup = make.competition(own)
    assert (
        sign_in(make.user(Role.JUDGE, own)).get(f"/competitions/{cup.id}/edit").status_code == 403
    )
    assert (
        sign_in(make.user(Role.ORGANISER, other)).get(f"/competitions/{cup.id}/edit").status_code
        == 404
    )
    assert (
        sign_in(make.user(Role.ORGANISER, other)).get(f"/competitions/{cup.id}").status_code == 404
    )


def test_the_settings_lead_back_to_where_one_came_from(sign_in, root):
    cup = make.competition(root)
    organiser = sign_in(make.user(Role.ORGANISER, root))
    home = f"/competitions/{cup.id}"
    assert f'href="{home}/edit?back=life"' in organiser.get(f"{home}/life").text
    for where, back in (
        ("?back=life", f"{home}/life"),
        ("", home),
        ("?back=https://x.example", home),
    ):
        page = organiser.get(f"{home}/edit{where}").text
        assert f'href="{back}">Cancel' in page
        sent = {
            "name": cup.name, "year": cup.year, "tier": cup.tier.value, "checking": cup.checking.value,
            "version": cup.version, "weights": cup.weights.value,
        }  # fmt: skip
        assert organiser.post(f"{home}/edit{where}", data=sent).location == back


def test_an_english_reader_reads_the_english_name_of_a_competition(sign_in, root):
    cup = make.competition(root, name="市赛", name_en="City contest")
    organiser = sign_in(make.user(Role.ORGANISER, root))
    heading = re.search(
        r"<h1[^>]*>(.*?)</h1>", organiser.get(f"/competitions/{cup.id}").text, re.DOTALL
    )[1]
    assert "City contest" in heading
    heading = re.search(
        r"<h1[^>]*>(.*?)</h1>", organiser.get(f"/competitions/{cup.id}/edit").text, re.DOTALL
    )[1]
    assert "City contest" in heading
