"""The jobs the printing process understands: learn a template, print with it."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

from skillhub.kernel import fonts, pdf_jail
from skillhub.kernel.paper import Template, template_of
from skillhub.kernel.pdf_check import Refused
from skillhub.kernel.pdf_page import Printer

Answer = tuple[dict[str, Any], bytes]


class Work:
    """The engine and the templates it knows."""

    def __init__(self, folder: Path) -> None:
        fonts.faces(folder)
        self.printer = Printer()
        self.templates: dict[str, Template] = {}

    def do(self, words: dict[str, Any], tail: bytes) -> Answer:
        """Do one job within its limits; every failure has a name."""
        pdf_jail.bound(words["memory"], words["seconds"])
        try:
            return self._answer(words, tail)
        except Refused as refused:
            return {"error": refused.code, "detail": refused.detail}, b""
        except MemoryError:
            pdf_jail.unbound()
            return {"error": "memory", "detail": "", "last": True}, b""
        except RecursionError:
            return {"error": "engine", "detail": "nested too deeply", "last": True}, b""

    def _answer(self, words: dict[str, Any], tail: bytes) -> Answer:
        if words["do"] == "learn":
            files, start = {}, 0
            for name, length in words["files"]:
                files[name] = tail[start : start + length]
                start += length
            self.templates[words["sha256"]] = template_of(words["code"], files)
            return {}, b""
        pdf = self.printer.print(self.templates[words["sha256"]], words["facts"])
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {"resident": pdf_jail.resident(), "cpu": used.ru_utime + used.ru_stime}, pdf
