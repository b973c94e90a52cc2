"""The dialogue of sending: which printer and paper, the first sheet, and why again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from flask_babel import gettext
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.copies.rules import REASON_WORDS, Reason
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.sending.services import Order
from skillhub.stock.models import PaperStock, Printer

WHICH_WORDS = {
    "new": N_("not sent yet"),
    "spoiled": N_("spoiled or not printed"),
    "all": N_("all"),
}


class WhichForm(HouseForm):
    class Meta:
        csrf = False

    piece = SelectField(N_("Piece"), [Optional()], coerce=int)
    which = SelectField(N_("Which papers"), [Optional()], choices=chosen_from(WHICH_WORDS))

    def of(self, pieces: Sequence[int]) -> None:
        """Offer the pieces of a batch."""
        whole = (0, gettext(N_("the whole batch")))
        self.piece.choices = [whole, *((n, str(n)) for n in pieces)]
        self.piece.data = self.piece.data if self.piece.data in pieces else 0
        self.which.data = self.which.data if self.which.data in WHICH_WORDS else "new"


class SendForm(HouseForm):
    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    printer = SelectField(N_("Printer"), [Optional()], coerce=int)
    paper = SelectField(N_("Kind of paper"), [Optional()], coerce=int)
    first_serial = StringField(
        N_("Number of the first sheet"),
        [Optional(), Length(max=40)],
        description=N_(
            "Of pre-printed sheets that bear a number. The following ones are counted on."
        ),
        render_kw={"autocomplete": "off"},
    )
    reason = SelectField(
        N_("Why printed again"), choices=chosen_from(REASON_WORDS, N_("choose")), default=""
    )
    words = StringField(N_("In your words"), [Optional(), Length(max=300)])
    marked = BooleanField(N_("Mark as copy 2 (3, …) in the margin"))
    stacked = BooleanField(N_("Two on a sheet: in order when the cut piles are laid on each other"))
    item = SelectMultipleField(N_("Chosen"), coerce=int, validate_choice=False)

    def of(
        self,
        printers: Sequence[Printer],
        papers: Sequence[PaperStock],
        following: Mapping[int, str],
    ) -> None:
        """Offer what there is to print with; `following` is the next numbered sheet of a paper."""
        as_it_is = (0, gettext(N_("as it is")))
        self.printer.choices = [as_it_is, *((row.id, row.name) for row in printers)]
        named = [(row.id, _with_next(row.name, following.get(row.id, ""))) for row in papers]
        self.paper.choices = [as_it_is, *named]
        if not self.key.data:
            self.key.data = secrets.token_urlsafe(16)

    def order(
        self, keys: Sequence[int], printers: Sequence[Printer], papers: Sequence[PaperStock]
    ) -> Order:
        """Give the order for some certificates."""
        return Order(
            keys,
            self.key.data or "",
            next((row for row in printers if row.id == self.printer.data), None),
            next((row for row in papers if row.id == self.paper.data), None),
            self.first_serial.data or "",
            Reason(self.reason.data) if self.reason.data else None,
            self.words.data or "",
            bool(self.marked.data),
            bool(self.stacked.data),
        )


def _with_next(name: str, following: str) -> str:
    text = N_("%(paper)s (next sheet: %(serial)s)")
    return gettext(text, paper=name, serial=following) if following else name
