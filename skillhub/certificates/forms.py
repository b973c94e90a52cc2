"""The forms of certificates."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_
from skillhub.kernel.stationery import PaperForm


class ReasonForm(HouseForm):
    why = TextAreaField(N_("Reason"), [InputRequired(), Length(max=500)], render_kw={"rows": 3})


class ReplaceForm(ReasonForm, PaperForm):
    """Why, and on which paper."""
