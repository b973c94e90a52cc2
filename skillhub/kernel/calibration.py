"""The test sheet of a printer: rulers from the edges of the paper, and crosses that belong on known places.

All lengths are millimetres from the left and upper edge. The cross stands where the two rulers meet; the second one is
a known length to its right; three more, in the other corners, show whether the paper is pulled askew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skillhub.kernel.areas import Area
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.kernel.paper import Template, load_template, template_of

CROSS = 20  # from the left and from the top
RULER = 100  # from the cross to the one on its right
LEAST = 140  # a smaller sheet has no room for it
ARM = 5
INK = 'fill="none" stroke="#000" stroke-width=".12"'


def sheet_for(folder: Path, paper: Area) -> Template:
    """Make the test sheet of a size from the template in a folder; raises BadInput for paper that is too small."""
    if min(paper.width, paper.height) < LEAST:
        text = N_(
            "The test sheet needs paper of %(least)s mm at least each way. Print it on larger paper."
        )
        raise BadInput(say(text, least=LEAST))
    template = load_template(folder)
    size = f"{paper.width:f}mm {paper.height:f}mm"
    files = dict(template.files) | {
        "art.svg": _art(float(paper.width), float(paper.height)).encode()
    }
    files["about.toml"] = f'size = "{size}"\nunder = "art.svg"\n'.encode() + files["about.toml"]
    files["page.css"] = f"@page {{ size: {size}; margin: 0 }}\n".encode() + files["page.css"]
    return template_of(template.code, files)


def _art(width: float, height: float) -> str:
    """Draw the rulers and crosses, a unit to a millimetre."""
    strokes = "".join([*_ruler(width, across=True), *_ruler(height, across=False)])
    corners = ((CROSS + RULER, CROSS), (width - CROSS, height - CROSS), (CROSS, height - CROSS))
    crosses = "".join(f"M{x - ARM} {y}h{2 * ARM}M{x} {y - ARM}v{2 * ARM}" for x, y in corners)
    circles = "".join(
        f'<circle cx="{x}" cy="{y}" r="2" {INK}/>' for x, y in ((CROSS, CROSS), corners[0])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
        f'<path {INK} d="{strokes}{crosses}"/>{circles}{"".join(_numbers(width, height))}</svg>'
    )


def _ruler(length: float, across: bool) -> Iterator[str]:
    """Draw a ruler from one edge to the other: a stroke each millimetre, longer at five and at ten."""
    yield f"M0 {CROSS}h{length:g}" if across else f"M{CROSS} 0v{length:g}"
    for at in range(1, int(length) + 1):
        long = 3.2 if at % 10 == 0 else 2.2 if at % 5 == 0 else 1.4
        yield f"M{at} {CROSS}v-{long}" if across else f"M{CROSS} {at}h-{long}"


def _numbers(width: float, height: float) -> Iterator[str]:
    """Write every tenth millimetre beside its stroke."""
    style = 'font-family="Noto Serif SC" font-size="2.2" fill="#000"'
    for at in range(10, int(width), 10):
        yield f'<text x="{at + 0.4}" y="{CROSS - 3.4}" {style}>{at}</text>'
    for at in range(30, int(height), 10):
        yield f'<text x="{CROSS - 7.4}" y="{at - 0.5}" {style}>{at}</text>'
