"""The form in which a paper beside awards is replaced."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from skillhub.kernel.messages import N_
from skillhub.kernel.stationery import PaperForm


class ReplaceForm(PaperForm):
    why = TextAreaField(N_("Reason"), [InputRequired(), Length(max=500)], render_kw={"rows": 3})
