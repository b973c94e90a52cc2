"""Choosing a paper in a form: which template of a shelf, which way it stands, and the language it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from wtforms import SelectField
from wtforms.validators import Optional

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.kernel.paper import LANGUAGES, WAYS, Template, unpacked, ways
from skillhub.kernel.web import tr

WAY_WORDS = {"": N_("as it was made"), "landscape": N_("landscape"), "portrait": N_("portrait")}
LANGUAGE_WORDS = {
    "": N_("Chinese and English"),
    "zh": N_("Chinese alone"),
    "en": N_("English alone"),
}


class PaperForm(HouseForm):
    """A form in which a paper is chosen; `of(known)` fills in what there is."""

    template = SelectField(N_("Template"))
    way = SelectField(N_("Orientation"), [Optional()], choices=chosen_from(WAY_WORDS))
    language = SelectField(N_("Language"), [Optional()], choices=chosen_from(LANGUAGE_WORDS))

    def of(self, known: Sequence[Template], usual: str = "") -> None:
        """Offer these templates; `usual` is the one chosen when nobody chose."""
        by_code = {template.code: template for template in known}
        self.template.choices = [(t.code, titled(t.title, t.code)) for t in known]
        if self.template.data not in by_code:
            self.template.data = usual if usual in by_code else known[0].code
        chosen = by_code[self.template.data]
        ours = {"way": ways(chosen), "language": chosen.about.languages}
        for name, possible in ours.items():  # a letter stands upright
            field = self[name]
            field.data = field.data if field.data in possible else ""

    def of_paper(self, known: Sequence[Template], code: str) -> None:
        """Offer these templates for a paper that is to be made anew, by default on what it is made on."""
        plain, *wishes = code.split(".")
        if not self.is_submitted():
            self.way.data = next((wish for wish in wishes if wish in WAYS), "")
            self.language.data = next((wish for wish in wishes if wish in LANGUAGES), "")
        self.of(known, plain)

    @property
    def code(self) -> str:
        """Give the code of what was chosen, such as award.portrait.en."""
        return ".".join(filter(None, (self.template.data, self.way.data, self.language.data)))


def told(code: str, files: bytes) -> str:
    """Say which paper a kept template is: its title, and what was chosen beside it."""
    template = unpacked(code, files)
    words = {**WAY_WORDS, **LANGUAGE_WORDS}
    wishes = code.split(".")[1:]
    return " · ".join([titled(template.title, code), *(tr(words[wish]) for wish in wishes)])


def titled(title: Any, code: str) -> str:
    """Give a title in the reader's language."""
    return str(title.get("zh" if str(get_locale()).startswith("zh") else "en", code))
