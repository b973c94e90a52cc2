"""Choosing a paper in a form: which template of a shelf, which way it stands, and the language it speaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import get_locale
from wtforms import SelectField
from wtforms.validators import Optional

from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_
from skillhub.kernel.paper import LANGUAGES, WAYS, load_template, templates, unpacked, ways
from skillhub.kernel.web import tr

WAY_WORDS = {"": N_("as it was made"), "landscape": N_("landscape"), "portrait": N_("portrait")}
LANGUAGE_WORDS = {
    "": N_("Chinese and English"),
    "zh": N_("Chinese alone"),
    "en": N_("English alone"),
}


class PaperForm(HouseForm):
    """A form in which a paper is chosen; `of(shelf)` fills in what there is."""

    template = SelectField(N_("Template"))
    way = SelectField(N_("Orientation"), [Optional()], choices=chosen_from(WAY_WORDS))
    language = SelectField(N_("Language"), [Optional()], choices=chosen_from(LANGUAGE_WORDS))

    def of(self, shelf: Path, usual: str = "") -> None:
        """Offer the templates of a shelf; `usual` is the one chosen when nobody chose."""
        self.template.choices = titles(shelf)
        known = [code for code, _ in self.template.choices]
        if self.template.data not in known:
            self.template.data = usual if usual in known else known[0]
        self.way.data = self.way.data if self.way.data in WAYS else ""
        self.language.data = self.language.data if self.language.data in LANGUAGES else ""
        if self.way.data not in ("", *ways(load_template(shelf / self.template.data))):
            self.way.data = ""  # a letter stands upright

    def of_paper(self, shelf: Path, code: str) -> None:
        """Offer the templates of a shelf for a paper that is to be made anew, by default on what it is made on."""
        plain, *wishes = code.split(".")
        if not self.is_submitted():
            self.way.data = next((wish for wish in wishes if wish in WAYS), "")
            self.language.data = next((wish for wish in wishes if wish in LANGUAGES), "")
        self.of(shelf, plain)

    @property
    def code(self) -> str:
        """Give the code of what was chosen, such as award.portrait.en."""
        return ".".join(filter(None, (self.template.data, self.way.data, self.language.data)))


def titles(shelf: Path) -> list[tuple[str, str]]:
    """Give the templates of a shelf by code, with their titles in the reader's language."""
    known = [load_template(folder) for folder in templates(shelf).values()]
    return [(template.code, titled(template.title, template.code)) for template in known]


def told(code: str, files: bytes) -> str:
    """Say which paper a kept template is: its title, and what was chosen beside it."""
    template = unpacked(code, files)
    words = {**WAY_WORDS, **LANGUAGE_WORDS}
    wishes = code.split(".")[1:]
    return " · ".join([titled(template.title, code), *(tr(words[wish]) for wish in wishes)])


def titled(title: Any, code: str) -> str:
    """Give a title in the reader's language."""
    return str(title.get("zh" if str(get_locale()).startswith("zh") else "en", code))
