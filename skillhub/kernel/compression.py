"""Fewer bytes on the way: pages without secrets by gzip, files by the copies that lie beside them."""

from __future__ import annotations

import gzip
from typing import Any

from flask import Flask, Response, g, request, session
from whitenoise import WhiteNoise

LEAST = 1024
LEVEL = 6
A_MOMENT = 0.001  # seconds: a copy takes over its file's time, rounded


def set_up_compression(app: Flask) -> None:
    """Compress what strangers read.

    A page with a form's token, or with anything of a signed-in person, stays as it is: the length of a compressed
    page betrays a secret that stands beside words an attacker chose (BREACH).
    """
    app.after_request(_compress)


class Files(WhiteNoise):
    """The files beside the application; a compressed copy that is older than its file is not used."""

    def add_cache_headers(self, headers: Any, path: str, url: str) -> None:
        """Let a browser ask each time whether a program is still the same: an old one must not meet a new page."""
        super().add_cache_headers(headers, path, url)
        if path.endswith(".js"):
            headers["Cache-Control"] = "no-cache"

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        known = dict(stat_cache or {})
        for copy in (f"{path}.gz", f"{path}.br"):
            if copy in known and known[copy].st_mtime < known[path].st_mtime - A_MOMENT:
                del known[copy]
        return super().get_static_file(path, url, stat_cache=known or None)


def _compress(response: Response) -> Response:
    if response.mimetype != "text/html" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not _may_shrink(response):
        return response
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.content_encoding = "gzip"
    return response


def _may_shrink(response: Response) -> bool:
    if "csrf_token" in g or "_user_id" in session:
        return False
    wanted = request.accept_encodings.quality("gzip") > 0 and not response.content_encoding
    return wanted and not response.is_streamed and len(response.get_data()) >= LEAST
