"""The pages of occupations."""

from skillhub.kernel.access import OPERATOR
from skillhub.occupations import queries, services
from tests import make


def test_the_list_is_searched(root, sign_in):
    services.load_catalogue(OPERATOR)
    browser = sign_in(make.user("organiser", root))
    page = browser.get("/occupations/?q=焊")
    assert "焊工" in page.text
    assert "钳工" not in page.text
    assert "Add an occupation" not in page.text
    assert browser.get("/occupations/add").status_code == 403


def test_an_administrator_adds_and_corrects(root, sign_in):
    browser = sign_in(make.user("administrator", root))
    form = {
        "code": "Rigger",
        "name": "Rigger",
        "name_zh": "起重工",
        "trade_group": "construction",
        "scale": "cn5",
    }
    page = browser.post("/occupations/add", data={**form, "code": "a b"})
    assert "Letters, digits and hyphens." in page.text
    assert browser.post("/occupations/add", data=form, follow_redirects=True).status_code == 200
    row = queries.by_code("rigger")
    assert browser.get(f"/occupations/{row.id}/edit").status_code == 200
    browser.post(
        f"/occupations/{row.id}/edit", data={**form, "scale": "cn8", "version": row.version}
    )
    assert queries.by_code("rigger").scale == "cn8"
    assert "taken" in browser.post("/occupations/add", data=form).text


def test_the_list_belongs_to_all(root, sign_in):
    browser = sign_in(make.user("administrator", make.organisation("W1", parent=root)))
    assert "Add an occupation" not in browser.get("/occupations/?q=x").text
    assert browser.get("/occupations/add").status_code == 404
