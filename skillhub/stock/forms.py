"""What is asked about paper and printers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from skillhub.kernel.areas import WAYS, Lies, Size
from skillhub.kernel.forms import ExactField, HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.organisations.models import Organisation
from skillhub.stock.rules import Adjustment, Duplex

SIZE_WORDS = {
    Size.A4: N_("A4, 210 × 297 mm"),
    Size.A3: N_("A3, 297 × 420 mm"),
    Size.A5: N_("A5, 148 × 210 mm"),
    Size.OWN: N_("a size of its own"),
}
DUPLEX_WORDS = {
    Duplex.ONE: N_("one side"),
    Duplex.LONG_EDGE: N_("both sides, turned over the long edge"),
    Duplex.SHORT_EDGE: N_("both sides, turned over the short edge"),
}
DECIMAL = {"inputmode": "decimal"}


class OwnedForm(HouseForm):
    """Whose it is: asked once, when it is added."""

    organisation = SelectField(N_("Whose it is"), coerce=int)

    def of(self, organisations: Sequence[Organisation]) -> None:
        """Offer the organisations for which the reader may add something."""
        self.organisation.choices = [(one.id, one.name) for one in organisations]


class PaperStockForm(HouseForm):
    name = StringField(
        N_("What the paper is called"),
        [InputRequired(), Length(max=100)],
        description=N_("As your staff call it, such as “gold foil 2026”."),
    )
    size = SelectField(N_("Size"), choices=chosen_from(SIZE_WORDS), coerce=Size, default=Size.A4)
    width = ExactField(
        N_("Width (mm)"),
        [Optional()],
        description=N_("Only for a size of its own."),
        render_kw=DECIMAL,
    )
    height = ExactField(
        N_("Height (mm)"),
        [Optional()],
        description=N_("Only for a size of its own."),
        render_kw=DECIMAL,
    )
    lies = SelectField(
        N_("How it lies"),
        choices=chosen_from(WAYS),
        coerce=Lies,
        default=Lies.EITHER,
        description=N_("As it is read. A blank sheet may lie either way."),
    )
    preprinted = BooleanField(
        N_("Pre-printed: the border is on it already"),
        description=N_("Then only the words are printed, and each sheet may bear a number."),
    )
    templates = SelectMultipleField(
        N_("Only for these templates"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    note = StringField(
        N_("Note"),
        [Optional(), Length(max=300)],
        description=N_("Such as where it is kept, and where to order more."),
    )

    def of_templates(self, titles: Sequence[tuple[str, str]]) -> None:
        """Offer the templates there are, and those it was kept for before."""
        known = [code for code, _ in titles]
        gone = [(code, code) for code in self.templates.data or () if code not in known]
        self.templates.choices = [*titles, *gone]


class NewPaperForm(OwnedForm, PaperStockForm):
    """A paper, and whose it is."""


class RunForm(HouseForm):
    first = StringField(
        N_("Number of the first sheet"),
        [InputRequired(), Length(max=40)],
        description=N_("As printed on it, zeros included, such as GD-000001."),
    )
    last = StringField(N_("Number of the last sheet"), [InputRequired(), Length(max=40)])
    received_on = DateField(N_("Received on"), [InputRequired()])


class StrikeForm(HouseForm):
    why = TextAreaField(N_("Reason"), [InputRequired(), Length(max=300)], render_kw={"rows": 3})


class PrinterForm(HouseForm):
    name = StringField(
        N_("What the printer is called"),
        [InputRequired(), Length(max=100)],
        description=N_("As it stands in the list when you print."),
    )
    place = StringField(N_("Where it stands"), [Optional(), Length(max=100)])
    tray = StringField(
        N_("Tray"),
        [Optional(), Length(max=60)],
        description=N_("Where the paper is put in, in words for your staff."),
    )
    duplex = SelectField(
        N_("Sides"), choices=chosen_from(DUPLEX_WORDS), coerce=Duplex, default=Duplex.ONE
    )


class NewPrinterForm(OwnedForm, PrinterForm):
    """A printer, and whose it is."""


def number(form: HouseForm, field: Field) -> None:
    """Refuse blanks where a number belongs."""
    if field.data is None:
        raise ValidationError(gettext(N_("Write a number such as 87.5.")))


class MeasureForm(HouseForm):
    left = ExactField(
        N_("From the left edge of the paper to cross ① (mm)"),
        [InputRequired(), number],
        description=N_("It should be 20.00."),
        render_kw=DECIMAL,
    )
    top = ExactField(
        N_("From the upper edge of the paper to cross ① (mm)"),
        [InputRequired(), number],
        description=N_("It should be 20.00."),
        render_kw=DECIMAL,
    )
    length = ExactField(
        N_("From cross ① to cross ② (mm)"),
        [InputRequired(), number],
        default=Decimal(100),
        description=N_("It should be 100.00."),
        render_kw=DECIMAL,
    )

    @property
    def measured(self) -> tuple[Decimal, Decimal, Decimal]:
        """Give what was measured; ask only a form that is valid."""
        left, top, length = (Decimal(f.data or 0) for f in (self.left, self.top, self.length))
        return left, top, length


class CalibrateForm(HouseForm):
    offset_x = ExactField(
        N_("To the right (mm)"),
        [InputRequired(), number],
        description=N_("Less than nothing moves to the left."),
        render_kw=DECIMAL,
    )
    offset_y = ExactField(
        N_("Down (mm)"),
        [InputRequired(), number],
        description=N_("Less than nothing moves up."),
        render_kw=DECIMAL,
    )
    scale = ExactField(
        N_("Scale, in per cent"),
        [InputRequired(), number],
        description=N_("100 leaves everything as large as it is."),
        render_kw=DECIMAL,
    )

    @property
    def told(self) -> Adjustment:
        """Give what the printer is to be told; ask only a form that is valid."""
        fields = (self.offset_x, self.offset_y, self.scale)
        return Adjustment(*(Decimal(field.data or 0) for field in fields))


class TestSheetForm(HouseForm):
    class Meta:
        csrf = False

    paper = SelectField(N_("For which paper"))

    def of(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer papers to print the test sheet on; what is no choice becomes the first."""
        self.paper.choices = list(choices)
        if self.paper.data not in dict(choices):
            self.paper.data = choices[0][0]
