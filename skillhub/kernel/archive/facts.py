"""The facts of a paper as the file that is attached to it."""

from __future__ import annotations

from skillhub.kernel.canonical import canonical
from skillhub.kernel.paper import Facts, Template


def stated(template: Template, given: Facts) -> bytes:
    """Write the facts that a paper states, and which state of which template printed it, as JSON."""
    facts = {name: value for name, value in given.items() if value}
    words = {"template": template.code, "template_sha256": template.sha256, "facts": facts}
    return canonical(words).encode()
