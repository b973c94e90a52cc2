"""Forms of the house, and forms drawn from the parameters of a rule."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from skillhub.kernel.errors import BadInput
from skillhub.kernel.forms import HouseForm, document, form_for, typed
from skillhub.kernel.messages import N_, Problem, say


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Row:
    title: str
    places: int


@dataclass(frozen=True)
class Rule:
    title: str = field(metadata={"label": N_("Title")})
    places: int = field(default=3, metadata={"label": N_("Places"), "high": 50})
    share: Decimal = Decimal("0.5")
    since: date | None = None
    colour: Colour = Colour.RED
    strict: bool = False
    scale: str = field(default="cn5", metadata={"choices": ("cn5", "cn8")})
    rows: tuple[Row, ...] = (Row("Gold", 1),)
    codes: tuple[str, ...] = ()


@pytest.fixture
def request_context(app):
    with app.test_request_context(method="POST"):
        yield


def drawn(**answers):
    return form_for(Rule)(
        formdata=MultiDict({"title": "T", "colour": "red", "scale": "cn5", **answers})
    )


def test_a_form_is_drawn_from_a_rule(request_context):
    form = drawn(
        places="2", share="0,75", since="2026-05-20", rows="Gold = 1\n银 | Silver = 2", codes="a\nb"
    )
    assert form.validate(), form.errors
    assert document(form, Rule) == {
        "title": "T", "places": 2, "share": "0.75", "since": "2026-05-20", "colour": "red", "strict": False,
        "scale": "cn5", "rows": [["Gold", "1"], [["银", "Silver"], "2"]], "codes": ["a", "b"],
    }  # fmt: skip


def test_what_was_stored_can_be_edited(request_context):
    stored = {
        "title": "T",
        "share": "0.25",
        "since": "2026-05-20",
        "rows": [["Gold", "1"], [["银", "Silver"], "2"]],
    }
    form = form_for(Rule)(formdata=None, data=typed(stored, Rule))
    assert form.share.data == Decimal("0.25")
    assert form.since.data == date(2026, 5, 20)
    assert "Gold = 1\n银 | Silver = 2" in str(form.rows())


def test_a_new_form_shows_the_defaults(request_context):
    form = form_for(Rule)(formdata=None)
    assert "Gold = 1" in str(form.rows())
    assert form.places.data == 3
    assert "selected" in str(form.colour())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("title", "", id="a needed text is missing"),
        pytest.param("places", "51", id="above the range"),
        pytest.param("share", "half", id="not a number"),
        pytest.param(
            "share", "1e999999999", id="a number no column holds is still read, not crashed"
        ),
        pytest.param("rows", "Gold", id="a row without its figure"),
        pytest.param("colour", "green", id="not a choice"),
    ],
)
def test_what_was_typed_stays(request_context, name, value):
    form = drawn(**{name: value})
    if value != "1e999999999":
        assert not form.validate()
        assert form[name].errors
    assert value in str(form[name]()) or name == "colour"


class NameForm(HouseForm):
    name = StringField(N_("Name"))


def test_a_refusal_stands_at_its_field(request_context):
    form = NameForm(formdata=MultiDict({"name": "x", "version": "4"}))
    assert form.validate()
    assert form.answers == {"name": "x"}
    assert form.version.data == 4
    form.refuse(BadInput(say(N_("No.")), [Problem("name", say(N_("taken")))]))
    assert form.errors == {"name": ["taken"]}
    form.refuse(BadInput(say(N_("No."))))
    assert form.form_errors == ["No."]
