"""Pages drawn for files, away from any request: the same templates, in a language and for an address of our choice."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from typing import Any, cast

import brotli
from flask import Flask, current_app, render_template
from flask_babel import force_locale

from skillhub.kernel.messages import Message
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr

# As small as costs nothing: a page is packed once, and while others wait to write.
GZIP, BROTLI = 6, 5


def drawn(template: str, language: str, at: str, **shown: Any) -> bytes:
    """Draw a page as a stranger who reads a language would see it at an address."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # of a proxy
    house = settings.public_url.rstrip("/")
    with (
        app.app_context(),
        app.test_request_context(at, base_url=house),
        force_locale(language),
    ):
        return render_template(template, house=house, **shown).encode()


def said(sentences: Iterable[Message | Mapping[str, Any] | str | None], language: str) -> list[str]:
    """Say sentences in a language."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # of a proxy
    with app.app_context(), app.test_request_context("/"), force_locale(language):
        return [tr(sentence) for sentence in sentences]


def packed(files: dict[str, bytes]) -> dict[str, bytes]:
    """Add a .gz and a .br beside each file."""
    small = dict(files)
    for name, content in files.items():
        small[f"{name}.gz"] = gzip.compress(content, GZIP, mtime=0)
        small[f"{name}.br"] = brotli.compress(content, quality=BROTLI)
    return small
