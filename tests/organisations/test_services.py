"""Organisations founded, found and renamed."""

from datetime import date

import pytest

from skillhub.kernel.access import OPERATOR, Actor, Role
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.organisations import queries, services
from skillhub.organisations.models import Kind
from tests import make


@pytest.fixture
def top(app):
    return services.root("区总工会", OPERATOR)


def test_there_is_one_root(top):
    assert top.path == f"/{top.id}/"
    assert queries.root() is top
    with pytest.raises(Conflict):
        services.root("Another", OPERATOR)


def test_an_organisation_stands_below_its_parent(top):
    works = services.found(
        top, {"code": " W01 ", "name": "Works", "kind": Kind.ENTERPRISE}, OPERATOR
    )
    shop = services.found(works, {"code": "W01-2", "name": "Shop 2"}, OPERATOR)
    assert works.code == "W01"
    assert shop.path == f"/{top.id}/{works.id}/{shop.id}/"
    assert queries.path_of(organisation_id=shop.id, other=1) == shop.path
    assert [o.id for o in queries.line_of(shop)] == [top.id, works.id, shop.id]


@pytest.mark.parametrize("code", ["W01", "w01", " W01", "Ｗ０１"])
def test_a_code_is_taken_in_any_width_and_case(top, code):
    services.found(top, {"code": "W01", "name": "Works"}, OPERATOR)
    with pytest.raises(BadInput, match="Works has this code"):
        services.found(top, {"code": code, "name": "Other"}, OPERATOR)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("007", "007", id="by code"),
        pytest.param("Delegation 7", "007", id="by name"),
        pytest.param("ｆｒ", "FR", id="by code in another width and case"),
        pytest.param("7", None, id="007 is not 7"),
        pytest.param("", None, id="nothing is nobody"),
    ],
)
def test_find(top, word, found):
    services.admit_codes(top, {"007": "Delegation 7", "FR": "France"}, OPERATOR)
    if found:
        assert queries.find(word).code == found
    else:
        with pytest.raises(NotFound):
            queries.find(word)


def test_codes_are_admitted_once(top):
    first = services.admit_codes(top, {"FR": "France", "fr": "again", "DE": ""}, OPERATOR)
    again = services.admit_codes(top, {"ＦＲ": "x", "CN": "China"}, OPERATOR)
    assert first["FR"] is first["fr"] is again["ＦＲ"]
    assert first["DE"].name == "DE"
    assert first["FR"].kind is Kind.DELEGATION
    assert len(queries.children(top)) == 3


def test_a_new_name_leaves_the_old_one_in_the_history(top):
    services.rename(top, "新区总工会", date(2026, 3, 1), OPERATOR)
    assert top.name == "新区总工会"
    assert [(n.name, n.until) for n in queries.names_of(top)] == [("区总工会", date(2026, 2, 28))]


def test_a_mistake_fixed_leaves_no_history(top):
    services.edit(top, {"name": "区 总工会"}, top.version, OPERATOR)
    assert queries.names_of(top) == []
    with pytest.raises(Conflict, match="Somebody changed"):
        services.edit(top, {"name": "x"}, top.version - 1, OPERATOR)


def test_a_reader_sees_the_own_subtree(top):
    works = make.organisation("W1", parent=top)
    make.organisation("W2", parent=top)
    shop = make.organisation("W1-1", parent=works)
    actor = Actor("o", grants=((Role.ORGANISER, works.path),))
    assert [o.code for o in queries.visible_to(actor)] == [works.code, shop.code]
    assert queries.visible_to(Actor("j", grants=((Role.JUDGE, "/"),))) == []
    assert len(queries.visible_to(OPERATOR)) == 4
