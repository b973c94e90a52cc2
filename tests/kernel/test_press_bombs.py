"""Small templates that would eat the machine: each is stopped in time, by name, and the next page prints."""

import contextlib
import time

import pytest

from skillhub.kernel.pdf import Limits, Press, RenderRefused
from tests.kernel.paper_samples import FACTS, sample

SHORT = Limits(seconds=2, patience=5, memory=256)
USES = "".join(f'<g id="n{n}">' + f'<use href="#n{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
BOMBS = {
    "a cell over a hundred million columns": ('<table><td colspan="99999999">x</table>', ""),
    "a cell over a hundred million rows": ('<table><td rowspan="99999999">x</table>', ""),
    "a grid of ten million": (
        "<div>x</div>",
        "div { display: grid; grid-template-columns: repeat(9999999, 1px) }",
    ),
    "thousands of pages": ("<p>x</p>" * 20_000, "p { break-after: page }"),
    "one-pixel pages": ("x " * 9_000, "@page { size: 1px 1px; margin: 0 }"),
    "drawings that draw drawings": (
        f'<svg xmlns="http://www.w3.org/2000/svg"><g id="n0"><rect/></g>{USES}<use href="#n8"/></svg>',
        "",
    ),
    "nested without end": ("<div>" * 3_000, ""),
    "type beyond measure": ("<p>x</p>", "p { font-size: 1e30px }"),
    "a page beyond measure": ("<p>x</p>", "@page { size: 1e9px 1e9px }"),
    "columns beyond count": ("<p>x y</p>", "p { column-count: 99999999 }"),
    "a margin beyond measure": ("<p>x</p>", "p { margin-top: 1e30px }"),
    "loops within loops": ("{% for a in members %}" * 12 + "x" + "{% endfor %}" * 12, ""),
    "a macro that calls itself": ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", ""),
    "a counter beyond measure": (
        "<p>x</p>",
        "p { counter-increment: a 999999999 } p::after { content: counter(a, lower-roman) }",
    ),
    "a pattern of patterns": (
        '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><pattern id="p" width="0.001" '
        'height="0.001"><rect/></pattern><rect width="900" height="900" fill="url(#p)"/></svg>',
        "",
    ),
    "one endless table": ("<table>" + "<tr><td>x" * 15_000 + "</table>", ""),
}
MEMBERS = FACTS | {"members": ["甲" * 9] * 30}


@pytest.fixture(scope="module")
def press():
    with Press(SHORT) as press:
        press.render(sample(), FACTS)
        yield press


@pytest.mark.slow
@pytest.mark.parametrize(("body", "css"), BOMBS.values(), ids=BOMBS)
def test_ends_in_time(press, body, css):
    press.render(sample(), FACTS)
    start = time.monotonic()
    with contextlib.suppress(RenderRefused):
        press.render(sample(body, css), MEMBERS)
    assert time.monotonic() - start < SHORT.patience + 1
    assert press.render(sample(), FACTS).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("a cell over a hundred million columns", {"memory", "timeout", "crash"}),
        ("drawings that draw drawings", {"timeout", "memory"}),
        ("type beyond measure", {"engine", "overflow", "text", "pages"}),
    ],
)
def test_names_the_limit(press, name, codes):
    body, css = BOMBS[name]
    with pytest.raises(RenderRefused) as refused:
        press.render(sample(body, css), MEMBERS)
    assert refused.value.code in codes
    assert press.render(sample(), FACTS).startswith(b"%PDF")
