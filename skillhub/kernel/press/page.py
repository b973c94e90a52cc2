"""Inside the press: one page from a template and facts, checked for what the engine only logs."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pikepdf
import weasyprint
from jinja2 import TemplateError
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from skillhub.kernel.archive.facts import stated
from skillhub.kernel.archive.form import archival
from skillhub.kernel.archive.tongues import tell
from skillhub.kernel.paper import About, Facts, Template, complete
from skillhub.kernel.preflight import Fit, fits
from skillhub.kernel.press import check
from skillhub.kernel.press.check import Refused
from skillhub.kernel.press.sandbox import Sandbox

KINDS = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
QUIET = logging.WARNING
MOST_HTML = 300_000
MOST_BOXES = 100


class OwnFiles(URLFetcher):
    """Fetch `template:name` from the template's own folder; refuse everything else, and remember it."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=set(), allow_redirects=False)
        self.files: Mapping[str, bytes] = {}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Give a file of the folder; raises ValueError for any other address."""
        scheme, _, name = url.partition(":")
        kind = KINDS.get(name.rpartition(".")[2])
        if scheme == "template" and name in self.files and kind:
            return URLFetcherResponse(url, self.files[name], {"Content-Type": kind})
        self.refused.append(url[:200])
        raise ValueError(f"nothing is fetched: {url[:200]}")


class Warnings(logging.Handler):
    """Collect what the engine logs instead of raising."""

    def __init__(self) -> None:
        super().__init__(QUIET)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.said.append(record.getMessage()[:300])


class Printer:
    """One engine kept warm: fonts, parsed styles and drawn art are shared by all pages."""

    def __init__(self) -> None:
        self.fetcher = OwnFiles()
        self.fonts = FontConfiguration()
        self.sandbox = Sandbox()
        self.warnings = Warnings()
        self.art: dict[str, bytes] = {}
        self.styles: dict[str, weasyprint.CSS] = {}
        self.boxes: dict[str, weasyprint.CSS] = {}
        self.pages: dict[str, Any] = {}
        logger = logging.getLogger("weasyprint")
        logger.setLevel(QUIET)
        logger.addHandler(self.warnings)

    def print(self, template: Template, facts: Facts, room: int = 0) -> bytes:
        """Make the PDF, with `room` bytes for a signature; raises Refused with the reason."""
        given = complete(template.about, facts)
        _, pdf = self.laid_out(template, given, packed=True)
        pdf = self.kept(template, given, pdf, room)
        check.text(pdf, template.about, given)
        return pdf

    def laid_out(
        self,
        template: Template,
        given: Facts,
        chosen: Mapping[str, Fit | None] | None = None,
        packed: bool = False,
        loose: bool = False,
    ) -> tuple[weasyprint.Document, bytes]:
        """Lay a page out and write it without its art: the document and the file; raises Refused.

        `loose` lets texts leave their boxes: such a page is not printed, others are made with what it holds.
        """
        self.fetcher.files, self.fetcher.refused = template.files, []
        self.warnings.said = []
        chosen = fits(template.about, given) if chosen is None else chosen
        if long := [name for name, found in chosen.items() if found is None]:
            raise Refused("overflow", ", ".join(long))
        styles = [self._style(template), self._boxes(rules(template.about, chosen))]
        document = self._lay_out(self.html(template, given), styles)
        if not loose:
            check.layout(document, template.about, chosen)
        return document, self._write(document, _identifier(template, given), packed=packed)

    def over(self, template: Template, pdf: bytes) -> bytes:
        """Lay a page over the art of its template."""
        return _over(pdf, self._art(template)) if template.about.under else pdf

    def kept(self, template: Template, given: Facts, pdf: bytes, room: int = 0) -> bytes:
        """Give a page the form it is kept in: over its art, with its facts, with room for a signature."""
        return archival(self.over(template, pdf), stated(template, given), room)

    def html(self, template: Template, given: Facts) -> str:
        version = template.sha256
        try:
            if version not in self.pages:
                source = template.files["page.html"].decode()
                self.pages[version] = self.sandbox.from_string(source)
            parts, length = [], 0
            for part in self.pages[version].generate(**given):
                parts.append(part)
                length += len(part)
                if length > MOST_HTML:
                    raise Refused("template", "the page grows too long")
            return "".join(parts)
        except (TemplateError, UnicodeError, TypeError, ValueError, RecursionError) as error:
            raise Refused("template", f"{type(error).__name__}: {error}"[:300]) from error

    def _css(self, text: str) -> weasyprint.CSS:
        return weasyprint.CSS(
            string=text, base_url="template:", url_fetcher=self.fetcher, font_config=self.fonts
        )

    def _style(self, template: Template) -> weasyprint.CSS:
        version = template.sha256
        if version not in self.styles:
            parsed = self._css(template.files["page.css"].decode())
            self._listen()
            self.styles[version] = parsed
        return self.styles[version]

    def _boxes(self, text: str) -> weasyprint.CSS:
        """Parse the boxes of the facts; most people's are alike."""
        if len(self.boxes) > MOST_BOXES:
            self.boxes.clear()
        if text not in self.boxes:
            self.boxes[text] = self._css(text)
        return self.boxes[text]

    def _art(self, template: Template) -> bytes:
        """Draw the art beneath the text once, for all templates that have the same: many drafts of one design do."""
        version = _seal_of_ground(template)
        if version not in self.art:
            page = f"@page{{margin:0;size:{template.about.size}}}body{{margin:0}}"
            html, styles = _ground(template.about)
            document = self._lay_out(f"<body>{html}</body>", [self._css(page + styles)])
            self.art[version] = self._write(document, b"art", tags=False, packed=True)
        return self.art[version]

    def _lay_out(self, html: str, styles: list[weasyprint.CSS]) -> weasyprint.Document:
        with _failures():
            page = weasyprint.HTML(string=html, base_url="template:", url_fetcher=self.fetcher)
            document = page.render(
                self.fonts, CounterStyle(), stylesheets=styles, presentational_hints=False
            )
        self._listen()
        return document

    def _write(
        self,
        document: weasyprint.Document,
        identifier: bytes,
        tags: bool = True,
        packed: bool = True,
    ) -> bytes:
        with _failures():
            pdf = document.write_pdf(
                finisher=tell if tags else None,
                pdf_identifier=identifier,
                pdf_tags=tags,
                pdf_variant="pdf/a-3a" if tags else None,
                uncompressed_pdf=not packed,
            )
        self._listen()
        return bytes(pdf)

    def _listen(self) -> None:
        """Refuse when something was not fetched, not understood or not drawn."""
        if self.fetcher.refused:
            raise Refused("fetch", self.fetcher.refused[0])
        if said := self.warnings.said:
            code = "glyph" if any("notdef" in line for line in said) else "engine"
            raise Refused(code, said[0])


@contextmanager
def _failures() -> Iterator[None]:
    """Name what the engine raises."""
    try:
        yield
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        raise Refused("engine", f"{type(error).__name__}: {error}"[:300]) from error


def rules(about: About, chosen: Mapping[str, Fit | None]) -> str:
    """Write the styles of the facts that stand in boxes: family, size, width."""
    return "".join(_rule(about, name, fit) for name, fit in chosen.items() if fit)


def _rule(about: About, name: str, fit: Fit) -> str:
    fact = about.facts[name]
    chain = ",".join(f'"{family}"' for family in fit.chain)
    flow = "nowrap" if fit.lines == 1 else "normal"
    return (
        f".f-{name}{{font-family:{chain};font-size:{fit.size:g}pt;font-weight:{fact.weight};"
        f"letter-spacing:{fit.spacing:g}em;line-height:{fact.leading:g};white-space:{flow};"
        f"font-variant-numeric:lining-nums;padding-left:{fit.spacing:g}em;max-width:{fit.width:g}mm}}"
    )


def _seal_of_ground(template: Template) -> str:
    """Hash what the art is made of."""
    about = template.about
    whole = hashlib.sha256(repr((about.size, about.under, about.placed)).encode())
    for name in sorted(template.files):
        if name.rpartition(".")[2] in KINDS:
            whole.update(f"{name}:{len(template.files[name])}:".encode() + template.files[name])
    return whole.hexdigest()


def _ground(about: About) -> tuple[str, str]:
    """Write the art beneath the text: one picture as large as the page, or each where it lies."""
    if not about.placed:
        return f'<img src="template:{about.under}">', "img{display:block;width:100%}"
    html = "".join(
        f'<img id="p{n}" src="template:{one.file}">' for n, one in enumerate(about.placed)
    )
    places = (
        f"#p{n}{{left:{one.x:g}mm;top:{one.y:g}mm;width:{one.width:g}mm;height:{one.height:g}mm}}"
        for n, one in enumerate(about.placed)
    )
    return html, "img{position:absolute}" + "".join(places)


def _identifier(template: Template, given: Facts) -> bytes:
    stated = json.dumps(given, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{template.sha256}{stated}".encode()).hexdigest()[:32].encode()


def _over(pdf: bytes, art: bytes) -> bytes:
    """Lay the text over the art; the art is no part of what a reader is read."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as page, pikepdf.open(io.BytesIO(art)) as ground:
        drawn = page.copy_foreign(ground.pages[0].as_form_xobject())
        for leaf in page.pages:
            leaf.add_resource(drawn, pikepdf.Name.XObject, pikepdf.Name.Ground)
            leaf.contents_add(b"/Artifact BMC q /Ground Do Q EMC", prepend=True)
        page.save(out, deterministic_id=True)
    return out.getvalue()
