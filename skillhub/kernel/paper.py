"""A print template: a folder with about.toml, page.html, page.css and its art, read whole and hashed."""

from __future__ import annotations

import hashlib
import io
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from skillhub.kernel.about import About, Fact, Facts, read
from skillhub.kernel.composing import BETWEEN, LANGUAGES, composed
from skillhub.kernel.errors import BadInput, NotFound
from skillhub.kernel.messages import N_, say

__all__ = ["LANGUAGES", "About", "Fact", "Facts"]  # known here since they are of a paper

NEEDED = ("about.toml", "page.html", "page.css")
WAYS = (
    "portrait",
    "landscape",
)  # a template stands one way; files named after the other tell how it stands that way
GOOD_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.(toml|html|css|svg|png|jpg)")
MOST_BYTES = 4 * 1024 * 1024
# On a sheet that bears the art already only words are printed, and the code that is read by a phone. What is drawn
# keeps its place, so that no word moves. Lines turn white, which no printer prints; an old one draws clear ones black.
BARE = b"""
*, *::before, *::after { background: none !important; border-color: #fff !important; outline-color: #fff !important }
@page { background: none !important }
img, svg:not(.qr-code) { visibility: hidden !important }
"""


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a template: its code, its files, and their fingerprint."""

    code: str
    files: Mapping[str, bytes]
    about: About
    sha256: str

    @property
    def title(self) -> Mapping[str, str]:
        """Give the title by language."""
        return self.about.title


def templates(shelf: Path) -> dict[str, Path]:
    """Find the templates on a shelf: code and folder."""
    return {about.parent.name: about.parent for about in sorted(shelf.glob("*/about.toml"))}


def template_named(shelf: Path, code: str) -> Template:
    """Read one template of a shelf, or refuse with the codes there are.

    `award.portrait.en` is award, standing upright, in English alone.
    """
    known = templates(shelf)
    plain = code.partition(".")[0]
    found = wished(load_template(known[plain]), code) if plain in known else None
    if found is None:
        text = N_("There is no template “%(code)s”. There are: %(known)s.")
        raise NotFound(say(text, code=code, known=", ".join(known)))
    return found


def wished(template: Template, code: str) -> Template | None:
    """Give a template as its code asks for it, such as …portrait.en; None when it cannot be had so."""
    wishes = code.split(".")[1:]
    if not set(wishes) <= {*ways(template), *template.about.languages}:
        return None
    for wish in wishes:
        template = spoken(template, wish) if wish in LANGUAGES else turned(template, wish)
    return template


def ways(template: Template) -> list[str]:
    """Name the ways a template can stand, its own first."""
    own = template.about.size.rpartition(" ")[2]
    others = (way for way in WAYS if way != own and f"{way}.css" in template.files)
    return [*([own] if own in WAYS else []), *others]


def turned(template: Template, way: str) -> Template:
    """Give a template as it stands the other way: a whole template of its own, made of the same folder."""
    if ways(template)[:1] == [way]:
        return template
    files = {name: held for name, held in template.files.items() if name != f"{way}.css"}
    files["about.toml"] = f'way = "{way}"\n'.encode() + files["about.toml"]
    files["page.css"] += template.files[f"{way}.css"]
    files.pop(template.about.under, None)
    return template_of(f"{template.code}.{way}", files)


def spoken(template: Template, language: str) -> Template:
    """Give a template as it speaks one language alone: a whole template of its own."""
    about = f'language = "{language}"\n'.encode() + template.files["about.toml"]
    return template_of(f"{template.code}.{language}", dict(template.files) | {"about.toml": about})


def bare(template: Template) -> Template:
    """Give a template without its art, for sheets that bear it already: a whole template of its own.

    The art beneath the words goes, and all backgrounds, pictures, frames and lines drawn by the page; its words and
    its code stay, each on its place. What else is on the sheet already, such as the heading, is hidden by the rules of
    a file bare.css in the template's folder.
    """
    files = {name: held for name, held in template.files.items() if name != template.about.under}
    files["about.toml"] = b"bare = true\n" + files["about.toml"]
    files["page.css"] += BARE + files.get("bare.css", b"")
    return template_of(f"{template.code}.bare", files)


def load_template(folder: Path) -> Template:
    """Read the folder of a template; raises BadInput when it is not one."""
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
    return template_of(folder.name, files)


def template_of(code: str, files: Mapping[str, bytes]) -> Template:
    """Make a template of its files; raises BadInput when they do not fit together."""
    odd = [name for name in files if not GOOD_NAME.fullmatch(name)]
    absent = [name for name in NEEDED if name not in files]
    if odd or absent or sum(map(len, files.values())) > MOST_BYTES:
        text = N_("The template %(code)s lacks %(absent)s or holds what it may not: %(odd)s.")
        raise BadInput(say(text, code=code, absent=", ".join(absent), odd=", ".join(odd)))
    try:
        about = read(tomllib.loads(files["about.toml"].decode()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        text = N_("The about.toml of template %(code)s cannot be used: %(error)s.")
        raise BadInput(say(text, code=code, error=str(error))) from error
    return Template(code, dict(files), about, _fingerprint(files))


def _fingerprint(files: Mapping[str, bytes]) -> str:
    """Hash names and contents, each with its length."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}:{len(files[name])}:".encode() + files[name])
    return whole.hexdigest()


def packed(template: Template) -> bytes:
    """Pack the files of a template, the same files always into the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(template.files):
            archive.writestr(zipfile.ZipInfo(name), template.files[name])
    return out.getvalue()


def unpacked(code: str, pack: bytes) -> Template:
    """Give a packed template as it was."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return template_of(code, {name: archive.read(name) for name in archive.namelist()})


def complete(about: About, facts: Facts) -> dict[str, str | list[str]]:
    """Give every fact the template declares, composed (NFC) and trimmed; absent ones are empty.

    On a paper in one language what stands in the other is empty too.
    """
    given = {name: _clean(facts.get(name), fact) for name, fact in about.facts.items()}
    if about.language:
        alone = {f"only_{about.language}": "1"} if f"only_{about.language}" in given else {}
        own = {n: _alone(about, fact, facts, given[n]) for n, fact in about.facts.items()}
        given = {**own, **alone}
    made = [fact for fact in about.facts.values() if fact.says]
    return given | {fact.name: _made(fact, given, about.language) for fact in made}


def _made(fact: Fact, given: Facts, language: str) -> str:
    """Give what a text made of other facts says."""
    said = _text(composed(fact.says, given, language))
    return said if said or fact.silent(language) else fact.instead


def unsaid(about: About, facts: Facts) -> list[str]:
    """Name the facts that a paper in one language needs in that language, and are known only in the other."""
    given = {name: _clean(facts.get(name), fact) for name, fact in about.facts.items()}
    pairs = ((name, f"{name}_en") for name in given if f"{name}_en" in given)
    wanted = [pair if about.language == "zh" else pair[::-1] for pair in pairs if about.language]
    return [own for own, other in wanted if given[other] and not given[own]]


def items(value: str | Sequence[str]) -> list[str]:
    """List the texts of a fact."""
    texts = [value] if isinstance(value, str) else list(value)
    return [text for text in texts if text]


def _alone(about: About, fact: Fact, facts: Facts, value: str | list[str]) -> str | list[str]:
    """Give what a fact says on a paper in one language."""
    moved = about.language == "en" and any(fact.name == other.en for other in about.facts.values())
    if moved or (fact.speaks in LANGUAGES and fact.speaks != about.language):
        return [] if fact.many else ""
    if about.language == "en" and fact.en and facts.get(fact.en):
        return _clean(facts[fact.en], fact)
    if fact.speaks == "both" and isinstance(value, str) and BETWEEN in value:
        chinese, _, english = value.partition(BETWEEN)
        return chinese if about.language == "zh" else english
    return value


def _clean(value: str | list[str] | None, fact: Fact) -> str | list[str]:
    if fact.many:
        texts = [] if value is None else [value] if isinstance(value, str) else value
        return [_text(text) for text in texts]
    return _text("" if value is None else value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(say(N_("A fact is neither text nor a list of texts.")))
    return _tidy(value)


@lru_cache(maxsize=5000)
def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
