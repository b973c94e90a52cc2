"""The forms that settle a tie: shared, drawn, or by a time that was missing."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import DecimalField, FieldList, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class ShareForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stays in the journal beside your name."),
    )


class DrawForm(HouseForm):
    lots = FieldList(IntegerField(validators=[InputRequired(), NumberRange(min=1)]))
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])
    witness = StringField(
        N_("Witness"),
        [InputRequired(), Length(max=200)],
        description=N_("Another person who saw the lots drawn."),
    )

    def offer(self, names: Sequence[str]) -> None:
        """Ask for the lot of each entry of the tie."""
        while len(self.lots) < len(names):
            self.lots.append_entry()
        for field, name in zip(self.lots, names, strict=False):
            field.label.text = name


class TimeForm(HouseForm):
    points = DecimalField(N_("Time in seconds"), [InputRequired(), NumberRange(min=0)], places=None)
    evidence = StringField(
        N_("Evidence"),
        [InputRequired(), Length(max=500)],
        description=N_("What proves the time: a photo, a log, two witnesses."),
    )
