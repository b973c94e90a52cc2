"""The jobs the printing process understands: learn a template, print with it, plan and compare what is stamped."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

from skillhub.kernel import fonts
from skillhub.kernel.paper import Template, template_of
from skillhub.kernel.press import check, jail
from skillhub.kernel.press.check import Refused
from skillhub.kernel.press.compile import plan_of
from skillhub.kernel.press.look import looked
from skillhub.kernel.press.page import Printer
from skillhub.kernel.press.plan import packed
from skillhub.kernel.press.plate import NotStamped
from skillhub.kernel.press.shape import Shape

Answer = tuple[dict[str, Any], bytes]


class Work:
    """The engine and the templates it knows."""

    def __init__(self, folder: Path) -> None:
        fonts.faces(folder)
        self.printer = Printer()
        self.templates: dict[str, Template] = {}

    def do(self, words: dict[str, Any], tail: bytes) -> Answer:
        """Do one job within its limits; every failure has a name."""
        jail.bound(words["memory"], words["seconds"])
        try:
            return self._answer(words, tail)
        except NotStamped as reason:
            return {"error": "shape", "detail": str(reason)}, b""
        except Refused as refused:
            return {"error": refused.code, "detail": refused.detail}, b""
        except MemoryError:
            jail.unbound()
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
        template, room = self.templates[words["sha256"]], words.get("room", 0)
        if words["do"] == "plan":
            return packed(plan_of(self.printer, template, Shape.read(words), room))
        if words["do"] == "look":
            pdf, boxes = looked(self.printer, template, words["facts"])
            edge = words.get("edge", 0)  # what somebody drew may take long to look at as well
            return {"boxes": boxes}, check.drawn(pdf, edge) if edge else pdf
        pdf = self.printer.print(template, words["facts"], room)
        if words["do"] == "compare":
            check.alike(tail, pdf)
            check.text(tail, template.about, words["facts"])
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {"resident": jail.resident(), "cpu": used.ru_utime + used.ru_stime}, pdf
