"""Pages that open without a network: the program that keeps them in the browser, and which of them it may keep.

The program (a service worker, static/js/worker.js) asks for the list of a build: the SHA-256 of every file that such a
page is made of. A page says of which build it is and for whom it was drawn; it is kept beside the files of its own
build or not at all, so that an old script never meets a new page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from re import escape

from flask import Response, request, url_for

from skillhub.kernel.access import current_actor
from skillhub.kernel.settings import ROOT

STATIC = ROOT / "static"
PROGRAM = "js/worker.js"
FILES = (  # what the pages are made of
    "css/components.css",
    "css/table.css",
    "css/tokens.css",
    "css/work.css",
    "img/favicon.svg",
    "img/icons.svg",
    "img/logo.svg",
    "img/marks.svg",
    "js/table/*.js",
    "js/theme.js",
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/jspreadsheet/index.js",
    "vendor/jspreadsheet/jspreadsheet.css",
    "vendor/jsuites/jsuites.js",
)
PAGES = r"/competitions/[0-9]+/events/[0-9]+/table(/[0-9]+)?"
DOORS = ("security.login", "security.logout")  # whoever goes through one leaves nothing behind
KEEP = "X-Keep"


def build() -> str:
    """Give what changes whenever one of the files does."""
    return sha256(json.dumps(_digests()).encode()).hexdigest()[:16]


def keepable(page: str) -> Response:
    """Let the browser keep a page for the person who asked for it."""
    return Response(page, headers={KEEP: f"{build()} {current_actor().user_id}"})


def program(files: str) -> Response:
    """Give the program that keeps the pages, told where it stands and where the list of `files` is."""
    told = {
        "files": url_for("static", filename=""),
        "list": files,
        "pages": f"^{escape(request.script_root)}{PAGES}$",
        "doors": [url_for(door) for door in DOORS],
    }
    return _told(f"const PLACE = {json.dumps(told)};\n{_text(PROGRAM)}", "text/javascript")


def files() -> Response:
    """Give the addresses of the files of this build, each with its SHA-256."""
    digests = _digests()
    addresses = {url_for("static", filename=name): digests[name] for name in digests}
    return _told(json.dumps({"build": build(), "files": addresses}), "application/json")


def _told(text: str, mimetype: str) -> Response:
    answer = Response(text, mimetype=mimetype)
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(sha256(text.encode()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _digests() -> dict[str, str]:
    return {path.relative_to(STATIC).as_posix(): _digest(path, *_stamp(path)) for path in _paths()}


def _paths() -> Iterator[Path]:
    for name in FILES:
        yield from sorted(STATIC.glob(name))


def _stamp(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=128)
def _digest(path: Path, *stamp: int) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
