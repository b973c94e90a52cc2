"""The name that a reader gets: English where there is one, and the own one in Chinese."""

import pytest

from tests import make


@pytest.mark.parametrize(("language", "shown"), [("en", "Harbour Cup"), ("zh", "港口杯")])
def test_lists_and_crumbs_name_a_competition_in_the_language_of_the_reader(
    root, sign_in, language, shown
):
    cup = make.competition(root, name="港口杯", name_en="Harbour Cup")
    make.event(cup)
    browser = sign_in(make.user("organiser", root))
    browser.set_cookie("language", language)
    pages = ("/competitions", f"/competitions/{cup.id}/edit", "/doctor")
    for page in pages:
        assert f">{shown}</a>" in browser.get(page).text, page
