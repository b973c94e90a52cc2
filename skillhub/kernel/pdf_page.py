"""Inside the press: one page from a template and facts, checked for what the engine only logs."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import pikepdf
import pypdfium2
import segno
import weasyprint
from jinja2 import StrictUndefined, TemplateError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError
from markupsafe import Markup
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from skillhub.kernel.paper import About, Facts, Template, complete, items
from skillhub.kernel.preflight import Fit, fits

LOOP = {"index", "index0", "first", "last", "length"}
KINDS = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
QUIET = logging.WARNING
MOST_HTML = 300_000
HALF_PIXEL = 0.5


class Refused(Exception):
    """The page is not printed; `code` names why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


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


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with texts, lists, `if` and `for`, and nothing to call but the template's own macros."""

    intercepted_binops = frozenset({"*", "**", "/", "//", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self.filters = {"qr": qr, "escape": self.filters["escape"]}
        self.globals = {}
        self.tests = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow the counters of a loop."""
        return isinstance(obj, LoopContext) and attr in LOOP

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow the template's own macros."""
        return isinstance(obj, Macro)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Allow the nth of a list; nothing when it is shorter."""
        if isinstance(obj, list) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else ""
        return super().getitem(obj, argument)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse arithmetic that can make much of little."""
        raise SecurityError(f"no {operator} in a template")


class Warnings(logging.Handler):
    """Collect what the engine logs instead of raising."""

    def __init__(self) -> None:
        super().__init__(QUIET)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.said.append(record.getMessage()[:300])


def qr(text: str) -> Markup:
    """Draw a QR code (level M) as one vector path, with its quiet zone."""
    code = segno.make(text, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, svgns=True, nl=False, border=0, omitsize=True)
    return Markup(out.getvalue().decode())  # noqa: S704  (made here, of modules only)


class Printer:
    """One engine kept warm: fonts, parsed styles and drawn art are shared by all pages."""

    def __init__(self) -> None:
        self.fetcher = OwnFiles()
        self.fonts = FontConfiguration()
        self.sandbox = Sandbox()
        self.warnings = Warnings()
        self.art: dict[str, bytes] = {}
        self.styles: dict[str, weasyprint.CSS] = {}
        self.pages: dict[str, Any] = {}
        logger = logging.getLogger("weasyprint")
        logger.setLevel(QUIET)
        logger.addHandler(self.warnings)

    def print(self, template: Template, facts: Facts) -> bytes:
        """Make the PDF; raises Refused with the reason."""
        self.fetcher.files, self.fetcher.refused = template.files, []
        self.warnings.said = []
        given = complete(template.about, facts)
        chosen = fits(template.about, given)
        if long := [name for name, found in chosen.items() if found is None]:
            raise Refused("overflow", ", ".join(long))
        identifier = _identifier(template, given)
        styles = [self._style(template), self._css(rules(template.about, chosen))]
        document = self._lay_out(self._html(template, given), styles)
        _check_layout(document, template.about, chosen)
        pdf = self._write(document, identifier)
        if template.about.under:
            pdf = _over(pdf, self._art(template))
        _check_text(pdf, template.about, given)
        return pdf

    def _html(self, template: Template, given: Facts) -> str:
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

    def _art(self, template: Template) -> bytes:
        """Draw the art beneath the text once for a template."""
        version = template.sha256
        if version not in self.art:
            page = "@page{margin:0;size:%s} img{display:block;width:100%%}" % (
                _page_size(template)
            )
            html = f'<body><img src="template:{template.about.under}"></body>'
            document = self._lay_out(html, [self._css(page + "body{margin:0}")])
            self.art[version] = self._write(document, b"art", tags=False)
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
        self, document: weasyprint.Document, identifier: bytes, tags: bool = True
    ) -> bytes:
        with _failures():
            pdf = document.write_pdf(pdf_identifier=identifier, pdf_tags=tags)
        self._listen()
        return bytes(pdf)

    def _listen(self) -> None:
        """Refuse when something was not fetched, not understood or not drawn."""
        if self.fetcher.refused:
            raise Refused("fetch", self.fetcher.refused[0])
        if said := self.warnings.said:
            code = "glyph" if any("notdef" in line for line in said) else "engine"
            raise Refused(code, said[0])


class _failures:
    """Name what the engine raises."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, Exception) and not isinstance(error, MemoryError | Refused):
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
        f"letter-spacing:{fact.spacing:g}em;line-height:{fact.leading:g};white-space:{flow};"
        f"font-variant-numeric:lining-nums;max-width:{fit.width:g}mm}}"
    )


def _page_size(template: Template) -> str:
    text = template.files["page.css"].decode()
    return "A4 landscape" if "A4 landscape" in text else "A4 portrait"


def _identifier(template: Template, given: Facts) -> bytes:
    stated = json.dumps(given, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{template.sha256}{stated}".encode()).hexdigest()[:32].encode()


def _over(pdf: bytes, art: bytes) -> bytes:
    """Lay the text over the art."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as page, pikepdf.open(io.BytesIO(art)) as ground:
        for leaf in page.pages:
            leaf.add_underlay(ground.pages[0])
        page.save(out, deterministic_id=True)
    return out.getvalue()


def _check_layout(
    document: weasyprint.Document, about: About, chosen: Mapping[str, Fit | None]
) -> None:
    if len(document.pages) != about.pages:
        raise Refused("pages", f"{len(document.pages)} for {about.pages}")
    for page in document.pages:
        boxes = list(_boxes(page._page_box))
        for name, fit in chosen.items():
            if fit:
                _check_box(boxes, name, fit)
        rooms = {id(box.element): box for box in reversed(boxes) if _is(box, "room")}
        _check_rooms(list(rooms.values()))


def _check_box(boxes: list[Any], name: str, fit: Fit) -> None:
    for box in boxes:
        if not _is(box, f"f-{name}"):
            continue
        lines = [b for b in _boxes(box) if type(b).__name__ == "LineBox"]
        wide = max((_ink(line) for line in lines), default=0)
        if len(lines) > fit.lines or wide > fit.width / 25.4 * 96 + HALF_PIXEL:
            raise Refused("overflow", name)


def _ink(line: Any) -> float:
    return float(sum(child.margin_width() for child in line.children))


def _check_rooms(rooms: list[Any]) -> None:
    """Refuse when one part of the page grows into another."""
    for one, other in combinations(rooms, 2):
        across = _overlap(one.position_x, one.margin_width(), other.position_x, other.margin_width())
        down = _overlap(one.position_y, one.margin_height(), other.position_y, other.margin_height())
        if min(across, down) > HALF_PIXEL:
            raise Refused("overflow", f"{_class(one)} / {_class(other)} ({down / 96 * 25.4:.1f} mm)")


def _overlap(start: float, length: float, other: float, far: float) -> float:
    return min(start + length, other + far) - max(start, other)


def _class(box: Any) -> str:
    return f"{box.element.tag}.{box.element.get('class', '')}"


def _is(box: Any, name: str) -> bool:
    if box.element is None or type(box).__name__ in ("LineBox", "TextBox"):
        return False
    return name in box.element.get("class", "").split()


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def _check_text(pdf: bytes, about: About, given: Facts) -> None:
    """Read the page back: the facts that prove it must stand on it."""
    with_text = pypdfium2.PdfDocument(pdf)
    printed = "".join(page.get_textpage().get_text_bounded() for page in with_text)
    with_text.close()
    squeezed = _squeeze(printed)
    for name in about.prove:
        for text in items(given[name]):
            if _squeeze(text) not in squeezed:
                raise Refused("text", f"{name}: {text}"[:200])


_squeeze: Callable[[str], str] = lambda text: "".join(text.split())  # noqa: E731
