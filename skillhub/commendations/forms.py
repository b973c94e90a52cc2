"""The forms of the organisers' score: what weighs how much, the committee's points, one more unit."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from skillhub.commendations.models import OrganiserRule
from skillhub.commendations.rules import LABELS, Measure, Rule
from skillhub.kernel.forms import ExactField, HouseForm
from skillhub.kernel.messages import N_

WEIGHT = [InputRequired(), NumberRange(0, 100)]


class RuleForm(HouseForm):
    title = StringField(N_("Name of the commendation"), [InputRequired(), Length(max=100)])
    participation = IntegerField(LABELS[Measure.PARTICIPATION], WEIGHT)
    completeness = IntegerField(LABELS[Measure.COMPLETENESS], WEIGHT)
    deadlines = IntegerField(LABELS[Measure.DEADLINES], WEIGHT)
    hosting = IntegerField(LABELS[Measure.HOSTING], WEIGHT)
    committee = IntegerField(
        LABELS[Measure.COMMITTEE], WEIGHT, description=N_("The five weights add up to 100.")
    )
    full_rate = IntegerField(
        N_("Percentage of workers that earns all of participation"),
        [InputRequired(), NumberRange(1, 100)],
    )
    places = IntegerField(
        N_("How many units are commended"), [InputRequired(), NumberRange(1, 1000)]
    )
    beside = BooleanField(N_("A unit awarded by the table of units is not commended as well"))

    @classmethod
    def of(cls, row: OrganiserRule) -> Self:
        """Show a rule."""
        names = ("title", "version", *(f.name for f in fields(Rule)))
        return cls(**{name: getattr(row, name) for name in names})

    def values(self) -> dict[str, Any]:
        """Give the columns of the rule."""
        return {**self.answers, "title": self.title.data.strip()}


class PointsForm(HouseForm):
    points = ExactField(N_("Points of 100"), [InputRequired()])
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class MoreForm(HouseForm):
    unit = SelectField(N_("Unit"), validators=[InputRequired()])
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class TakeBackForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])
