"""The language of page.html: Jinja with texts, lists, `if` and `for`, and almost nothing else."""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from skillhub.kernel.press import qr

LOOP = {"index", "index0", "first", "last", "length"}


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with texts, lists, `if` and `for`, and nothing to call but the template's own macros."""

    intercepted_binops = frozenset({"*", "**", "/", "//", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self.filters = {"qr": drawn, "escape": self.filters["escape"]}
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


def drawn(text: str) -> Markup:
    """Draw a QR code (level M) as one vector path, without its quiet zone."""
    return Markup(qr.svg(text))  # noqa: S704  (made here, of modules only)
