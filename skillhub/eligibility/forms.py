"""The form of an attestation."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.eligibility import queries
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

ANSWERS = {"yes": N_("Yes, it is so"), "no": N_("No, it is not so")}


class AttestForm(HouseForm):
    item = SelectField(N_("What is attested"), validators=[InputRequired()])
    answer = RadioField(N_("Answer"), choices=chosen_from(ANSWERS), validators=[InputRequired()])
    on = DateField(
        N_("On the day"),
        [InputRequired()],
        description=N_("The latest statement by a day is the one that counts on it."),
    )
    reason = StringField(
        N_("Reason"),
        [Optional(), Length(max=500)],
        description=N_("Needed for a no; the person will read it."),
    )

    def __init__(self, *args: Any, asked: str = "", **values: Any) -> None:
        super().__init__(*args, **values)
        known = dict.fromkeys(
            [*queries.ITEMS, *queries.items_in_use(), *([asked] if asked else [])]
        )
        self.item.choices = [
            (i, gettext(queries.ITEMS[i]) if i in queries.ITEMS else i) for i in known
        ]
