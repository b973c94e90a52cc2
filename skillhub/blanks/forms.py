"""The form by which blank sheets are asked for."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import Length

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

FILE_WORDS = {
    "pdf": N_("One PDF"),
    "zip": N_("Pieces of 50, in a ZIP"),
}


class PrintForm(HouseForm):
    only = StringField(
        N_("Only these codes"),
        [Length(max=500)],
        description=N_("Such as 07 12 31. Left empty, every entry gets a sheet."),
    )
    file = SelectField(N_("File"), choices=chosen_from(FILE_WORDS))
