"""The page of how people are bound: it names nobody whom the reader may not see."""

import pytest

from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.people.models import Relation
from tests import make


@pytest.fixture
def works(root):
    return make.organisation("works", parent=root)


@pytest.fixture
def li(works):
    return make.person("Li Wei", employer=works, number="00001")


@pytest.mark.parametrize(("over", "named"), [("works", False), ("root", True)])
def test_a_person_of_another_unit_is_a_number_there(root, works, li, sign_in, over, named):
    """Numbers can be counted through: whoever enters one must not read a name for it."""
    other = make.person("Zhao Canary", employer=make.organisation("other", parent=root))
    clerk = sign_in(make.user(Role.ORGANISER, works if over == "works" else root))
    page = f"/people/{li.id}/relations"
    assert clerk.post(page, data={"other": other.number, "kind": "kin"}).status_code == 302
    relation = db.session.query(Relation).one()
    for text in (clerk.get(page).text, clerk.get(f"{page}/{relation.id}").text):
        assert other.number in text or named
        assert ("Zhao Canary" in text) is named
