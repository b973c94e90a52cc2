"""The forms of an event and its rules: facts, components as rows, keys of the ranking."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from skillhub.awards.rules import Scheme
from skillhub.competitions.models import GROUP_LABELS, Event
from skillhub.kernel.forms import ExactField, HouseForm, chosen_from, form_for, typed
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.web import tr
from skillhub.occupations import queries as occupations
from skillhub.results.queries import parts_of
from skillhub.results.rules import Part

KINDS = {
    "points": N_("Points"),
    "time": N_("Time in seconds"),
    "penalty": N_("Penalty: taken off the total"),
}
TIES = {
    "share": N_("They share the place"),
    "must_resolve": N_("Somebody must decide before the result is final"),
}
KEYS = 4
SPARE_ROWS = 3
MOST_COMPONENTS = 40
LARGEST = Decimal(1_000_000)


class ComponentForm(Form):
    code = StringField(N_("Code"), [Length(max=32)])
    name = StringField(N_("Name"), [Length(max=100)])
    max = ExactField(N_("Maximum"))
    weight = ExactField(N_("Weight"))
    pass_mark = ExactField(N_("Pass mark"))
    kind = SelectField(N_("Kind"), validate_choice=False)


class EventForm(HouseForm):
    name = StringField(N_("Name of the event"), [InputRequired(), Length(max=200)])
    name_en = StringField(N_("Name in English"), [Optional(), Length(max=200)])
    occupation = SelectField(N_("Occupation"), validators=[Optional()])
    held_on = DateField(
        N_("Day"), [Optional()], description=N_("Ages and employers are those of this day.")
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        known = occupations.everything()
        self.occupation.choices = [("", "–"), *((o.code, f"{o.name} {o.name_zh}") for o in known)]

    def event_values(self) -> dict[str, Any]:
        """Give the facts as a competition file writes them."""
        day = self.held_on.data
        return {
            "name": self.name.data.strip(),
            "name_en": (self.name_en.data or "").strip(),
            "occupation": self.occupation.data or "",
            "held_on": day.isoformat() if day else "",
        }


class RulesForm(EventForm):
    group = SelectField(N_("For whom"), choices=chosen_from(GROUP_LABELS))
    team_size = IntegerField(
        N_("Persons in an entry"),
        [InputRequired(), NumberRange(1, 50)],
        description=N_("1 for single competitors, more for teams."),
    )
    min_entries = IntegerField(N_("Smallest field"), [Optional(), NumberRange(0, 10_000)])
    components = FieldList(FormField(ComponentForm), max_entries=MOST_COMPONENTS)
    keys = FieldList(SelectField(validate_choice=False), min_entries=KEYS, max_entries=KEYS)
    remaining_tie = SelectField(N_("Who is equal in all of these"), choices=chosen_from(TIES))
    decimals = IntegerField(
        N_("Decimals of the total"),
        [InputRequired(), NumberRange(0, 4)],
        description=N_("The total is rounded once, half up, and compared as it is printed."),
    )
    rank_dnf = BooleanField(N_("Who did not finish is ranked with the marks there are"))

    def offer(self, parts: Sequence[Part], earlier: Sequence[Event] = ()) -> None:
        """Offer what may be compared, rows for more components, and points of earlier events to carry over."""
        total = [("total desc", gettext(N_("Total, more is better")))]
        for key in self.keys:
            key.choices = [("", "–"), *total, *(pair for part in parts for pair in _ways(part))]
        wanted = 0 if self.is_submitted() else min(len(parts) + SPARE_ROWS, MOST_COMPONENTS)
        while len(self.components) < wanted:
            self.components.append_entry()
        text = N_("Carried over from %(code)s")
        carried = [(f"carried:{e.code}", tr(say(text, code=e.code))) for e in earlier]
        for row in self.components:
            row.form.kind.choices = [*chosen_from(KINDS)(), *carried]

    def validate(self, **values: Any) -> bool:
        fine = super().validate(**values)
        wrong = [*_wrong_rows(self.components)]
        self.form_errors = [*self.form_errors, *wrong]
        return fine and not wrong

    def event_values(self) -> dict[str, Any]:
        """Give everything but the awards as a competition file writes it."""
        keys = [key.data for key in self.keys if key.data]
        rows = [row.data for row in self.components if row.data["code"]]
        return super().event_values() | {
            "group": self.group.data,
            "team_size": self.team_size.data,
            "min_entries": self.min_entries.data or 0,
            "components": [_component(row) for row in rows],
            "ranking": {
                "keys": keys or ["total desc"],
                "remaining_tie": self.remaining_tie.data,
                "decimals": self.decimals.data,
            }
            | ({"rank_dnf": True} if self.rank_dnf.data else {}),
        }


class NewEventForm(RulesForm):
    code = StringField(
        N_("Code"),
        [InputRequired(), Length(max=32), Regexp(r"^[\w.-]+$")],
        description=N_("As it stands in your sheets, such as 01 or welding."),
    )


class WhyForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class LoadForm(HouseForm):
    file = FileField(N_("Competition file"), [Optional()])
    text = TextAreaField(
        N_("or its text"),
        [Optional(), Length(max=500_000)],
        render_kw={"rows": 18, "spellcheck": "false", "class": "mono"},
    )


def event_form(row: Event) -> EventForm:
    """Give the form for what may change: everything while the rules are open."""
    values: dict[str, Any] = {
        name: getattr(row, name) for name in ("name", "name_en", "held_on", "version")
    }
    values["occupation"] = row.occupation.code if row.occupation else ""
    if not row.rules_open:
        return EventForm(**values)
    parts, ranking = parts_of(row), row.ranking
    keys = [*ranking.get("keys", ["total desc"]), "", "", "", ""][:4]
    form = RulesForm(
        **values,
        group=row.group.value,
        team_size=row.team_size,
        min_entries=row.min_entries or None,
        components=[
            {"code": c.code, "name": c.name, "max": c.maximum, "weight": c.weight}
            | {"pass_mark": c.pass_mark, "kind": f"{c.kind}:{c.carry_from}".removesuffix(":")}
            for c in row.components
        ],
        keys=keys,
        remaining_tie=ranking.get("remaining_tie", "share"),
        decimals=ranking.get("decimals", 2),
        rank_dnf=ranking.get("rank_dnf", False),
    )
    form.offer(parts, [one for one in row.competition.events if one.id != row.id])
    return form


def _ways(part: Part) -> list[tuple[str, str]]:
    more, less = N_("%(part)s, more is better"), N_("%(part)s, less is better")
    return [
        (f"{part.code} desc", tr(say(more, part=part.name))),
        (f"{part.code} asc", tr(say(less, part=part.name))),
    ]


def _component(row: dict[str, Any]) -> dict[str, Any]:
    """Write one row as a competition file does: decimals as text, what is empty left out."""
    exact = {
        name: f"{row[name]:f}" for name in ("max", "weight", "pass_mark") if row[name] is not None
    }
    code = row["code"].strip()
    kind, _, source = (row["kind"] or "points").partition(":")
    carried = {"carry_from": source} if kind == "carried" else {}
    return {"code": code, "name": row["name"].strip() or code, "kind": kind, **carried, **exact}


def _wrong_rows(rows: FieldList) -> list[str]:
    """Say which component cannot be, by its row."""
    wrong, seen = [], set()
    for n, row in enumerate(rows, 1):
        given = row.data
        if not given["code"]:
            if any(given[name] not in (None, "") for name in ("name", "max", "weight")):
                wrong.append(say(N_("Component %(n)s: give it a code."), n=n))
            continue
        if given["code"] in seen:
            wrong.append(say(N_("Component %(n)s: this code is used twice."), n=n))
        seen.add(given["code"])
        if not row.max.errors:
            wrong += _wrong_figures(n, given)
    if not seen:
        wrong.append(say(N_("Name at least one component.")))
    return [tr(message) for message in wrong]


def _wrong_figures(n: int, given: Mapping[str, Any]) -> list[Message]:
    wrong = []
    if not given["max"] or not 0 < given["max"] <= LARGEST:
        wrong.append(say(N_("Component %(n)s: write the most points it can earn."), n=n))
    figures = [given[name] for name in ("max", "weight", "pass_mark")]
    if any(f is not None and _unfit(f) for f in figures):
        text = N_("Component %(n)s: numbers from 0 to 1000000 with at most 4 decimals.")
        wrong.append(say(text, n=n))
    return wrong


def _unfit(figure: Decimal) -> bool:
    return not 0 <= figure <= LARGEST or int(figure.as_tuple().exponent) < -4


WORDS = {
    "promote_shrink": N_("All of them earn the better award; the next one has fewer places"),
    "promote_extend": N_("All of them earn the better award; the next one keeps its places"),
    "demote": N_("All of them earn the lower award"),
    "decide": N_("A committee decides"),
    "pass_down": N_("goes to the next entry"),
    "stays_empty": N_("stays empty"),
    "started": N_("official entries that started"),
    "registered": N_("all official entries"),
    "ranked": N_("entries with a place"),
    "floor": N_("down"),
    "half_up": N_("half up"),
    "ceil": N_("up"),
    "per_tier": N_("each share"),
    "cumulative": N_("the sum of the shares so far"),
    "places": N_("a number of places"),
    "at_least": N_("the largest score that at least this share reaches"),
    "at_most": N_("the smallest score that at most this share reaches"),
    "each": N_("for each title"),
    "from_top": N_("from the top down to each title"),
    "under": N_("younger than the age on the day"),
    "up_to": N_("not older than the age on the day"),
    "female": N_("women"),
    "male": N_("men"),
    "line_worker": N_("workers on the line"),
}
EXAMPLES = {
    "counts": N_("One title a line, the best first, with its number of places: 金奖 | Gold = 3"),
    "proportion": N_("One title a line, the best first, with its share: 金奖 | Gold = 10%"),
    "threshold": N_("One title a line, the best first, with the least total: 金奖 | Gold = 36"),
    "scale": N_("One title a line, the best first."),
}
HELPS = {
    "title": N_("In two languages: 优胜奖 | Excellence"),
    "parts": N_("One component code a line."),
    "min_per_part": N_("One component a line, with the least mark: theory = 60"),
    "small_field": N_(
        "W-27: six or more starters have all awards, five the first two, four the first."
    ),
}


def scheme_form(kind: type[Scheme], stored: dict[str, Any], version: int) -> HouseForm:
    """Draw the form of an award scheme from its parameters, with words for its choices."""
    form: HouseForm = form_for(kind)(**typed(stored, kind), version=version)
    for field in form:
        if isinstance(field, SelectField):
            field.choices = [
                (value, gettext(WORDS[value]) if value in WORDS else word)
                for value, word in field.choices
            ]
        help_words = EXAMPLES.get(kind.code) if field.name == "titles" else HELPS.get(field.name)
        if help_words and not field.description:
            field.description = gettext(help_words)
    return form


def own_and_common(kind: type[Scheme]) -> tuple[list[str], list[str]]:
    """Name the parameters of a scheme's own, and those that all schemes have."""
    common = [field.name for field in dataclasses.fields(Scheme)]
    return [f.name for f in dataclasses.fields(kind) if f.name not in common], common
