"""The door for everybody: pages kept as files, answered before the application, without session or database.

Below its addresses nobody is signed in: the session's cookie is left outside, so that every reader gets the same page
and no page costs a look at an account. What lies in no file goes on to the application.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import HTTP_STATUS_CODES, dump_cookie, parse_accept_header, parse_cookie

from skillhub.kernel.clock import now
from skillhub.kernel.compression import LEVEL
from skillhub.kernel.settings import Settings
from skillhub.kernel.shelf import content
from skillhub.kernel.web import LANGUAGES, THEMES, guard_files

KEPT = ("language", "theme")  # what a stranger chose
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
}
FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=30"
UNTHEMED = b'data-bs-theme="auto"'


@dataclass(frozen=True, slots=True)
class Asked:
    """What a stranger asks for: the parts of the address, the language and colours, when, and from where."""

    parts: tuple[str, ...]
    language: str
    moment: datetime
    theme: str = "auto"
    query: str = ""
    reader: str = ""  # the address of the machine


@dataclass(frozen=True, slots=True)
class Found:
    """A file to answer with; `mark` names its version. At a lasting address it never changes."""

    path: Path
    mark: str
    lasting: bool = False
    saved_as: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to answer with, which nobody keeps."""

    status: int
    body: bytes


Find = Callable[[Asked], Found | Page | None]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Public:
    """Answers what strangers ask below one address; everything else is the application's."""

    def __init__(self, app: Wsgi, settings: Settings, finders: Mapping[str, Find]) -> None:
        self.app, self.finders, self.secure = app, finders, settings.secure_cookies
        guarded: dict[str, str] = {}
        guard_files(settings)(guarded, "", "")
        self.guards = list(guarded.items())

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer from a file, or pass on."""
        path = environ["PATH_INFO"]
        find = self.finders.get(path[1:].partition("/")[0])
        if find is None:
            return self.app(environ, start)
        chosen = _without_session(environ)
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and not self._is_open_line(environ):
            parts = tuple(path.encode("latin-1").decode(errors="replace").strip("/").split("/"))
            found = find(_asked(environ, parts, chosen))
            if isinstance(found, Page):
                return self._say(environ, start, found)
            body = content(found.path) if found else None
            if found and body is not None:
                return self._send(environ, start, found, body, chosen.get("theme", ""))
        return self.app(environ, start)

    def _is_open_line(self, environ: Mapping[str, Any]) -> bool:
        """Tell whether the application must first send the reader to the safe address."""
        safe = "https" in {environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO")}
        return self.secure and not safe

    def _say(self, environ: dict[str, Any], start: Any, page: Page) -> Iterable[bytes]:
        body = page.body
        headers = [
            ("Content-Type", KINDS[".html"]),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex"),
            ("Vary", "Accept-Encoding"),
            *self.guards,
        ]
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body = gzip.compress(body, LEVEL, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(body))))
        start(f"{page.status} {HTTP_STATUS_CODES[page.status]}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _send(
        self, environ: dict[str, Any], start: Any, found: Found, body: bytes, theme: str
    ) -> Iterable[bytes]:
        mark = f'W/"{found.mark}"'
        headers = [
            ("ETag", mark),
            ("Cache-Control", FOR_EVER if found.lasting else A_MOMENT),
            ("Vary", "Accept-Encoding, Cookie" + ("" if found.lasting else ", Accept-Language")),
            *self.guards,
        ]
        if mark in environ.get("HTTP_IF_NONE_MATCH", ""):
            start("304 Not Modified", headers)
            return []
        ending = found.path.suffix
        if theme in THEMES and ending == ".html":  # a reader's own choice is not in the file
            body = body.replace(UNTHEMED, f'data-bs-theme="{theme}"'.encode(), 1)
        else:
            encoding, body = _small(found.path, environ.get("HTTP_ACCEPT_ENCODING", ""), body)
            headers += [("Content-Encoding", encoding)] if encoding else []
        if found.saved_as:
            name = quote(found.saved_as, safe="")
            headers.append(("Content-Disposition", f"attachment; filename*=UTF-8''{name}"))
        headers += [("Content-Type", KINDS[ending]), ("Content-Length", str(len(body)))]
        start("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _asked(environ: Mapping[str, Any], parts: tuple[str, ...], chosen: Mapping[str, str]) -> Asked:
    theme = chosen.get("theme", "")
    return Asked(
        parts,
        _language(environ, chosen),
        now(),
        theme if theme in THEMES else "auto",
        environ.get("QUERY_STRING", ""),
        environ.get("REMOTE_ADDR") or "127.0.0.1",
    )


def _without_session(environ: dict[str, Any]) -> dict[str, str]:
    """Leave only the cookies that hold no secret, and give them."""
    sent = environ.pop("HTTP_COOKIE", "")
    if not sent:
        return {}
    chosen = {k: v for k, v in parse_cookie(sent).items() if k in KEPT}
    if chosen:
        pairs = (dump_cookie(k, v, path=None).partition(";")[0] for k, v in chosen.items())
        environ["HTTP_COOKIE"] = "; ".join(pairs)
    return chosen


def language_of(environ: Mapping[str, Any]) -> str:
    """Give the language of whoever asks: as chosen, else as the browser says."""
    return _language(environ, parse_cookie(environ.get("HTTP_COOKIE", "")))


def _language(environ: Mapping[str, Any], chosen: Mapping[str, str]) -> str:
    own = chosen.get("language", "")
    return own if own in LANGUAGES else _best(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(maxsize=1024)
def _best(accepted: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or "en"


def _small(path: Path, accepted: str, body: bytes) -> tuple[str, bytes]:
    for name, ending in ENCODINGS:
        if name in accepted and (packed := content(path.with_name(path.name + ending))):
            return name, packed
    return "", body
