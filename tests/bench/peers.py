"""The press and its peers on one page, alternately, in processor milliseconds a file: run by test_press with our fonts.

Every way prints the same facts of different people over the same art. What a way may keep between two files, it keeps:
typst its compiler and fonts, reportlab its fonts, the press its plate. The naive way begins anew each time.
"""

import gc
import io
import json
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import jinja2
import markupsafe
import psutil
import segno
import typst
import weasyprint
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from weasyprint.text.fonts import FontConfiguration

from skillhub.certificates import rules as certificates
from skillhub.certificates.queries import FOLDER
from skillhub.kernel import fonts
from skillhub.kernel.paper import complete, load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.preflight import fits
from skillhub.kernel.press import qr
from skillhub.kernel.press.page import rules

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文建国志海"
MILLIMETRE = 72 / 25.4
STEP = re.compile(r"([MLCaz])([^MLCaz]*)")
NUMBER = re.compile(r"-?\d*\.?\d+")


def people(template, many, seed=4):
    """Give the facts of different people, the same in every run."""
    chance = random.Random(seed)
    for n in range(many):
        name = chance.choice(FAMILY) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
        code = certificates.code_of(chance.getrandbits(certificates.CODE_BITS)).lower()
        own = {"holder_name": name, "number": certificates.number_of("NS-2026", "CNC", n)}
        own["verify_url"] = f"https://skills.example.org/v/{code}"
        yield complete(template.about, template.about.example | own)


class Naive:
    """One plain WeasyPrint call each, as anybody would print the page.

    Its fonts are found by fontconfig, which is the quicker way and takes knowing; or they are `loaded` by @font-face,
    as on any page of the web, and each call copies the files it names.
    """

    def __init__(self, template, loaded=False):
        self.folder, self.about = FOLDER / template.code, template.about
        given = complete(template.about, template.about.example)
        chosen = {name: fit for name, fit in fits(template.about, given).items() if fit}
        self.style = rules(template.about, chosen)
        if loaded:
            chains = {family for fit in chosen.values() for family in fit.chain[:1]}
            self.style += "".join(
                f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};src:url("{face.path.as_uri()}")}}'
                for face in fonts.faces()
                if face.family in chains and not face.italic
            )

    def __call__(self, facts):
        environment = jinja2.Environment(autoescape=True)
        environment.filters["qr"] = lambda text: markupsafe.Markup(segno.make(text).svg_inline())
        page = environment.from_string((self.folder / "page.html").read_text()).render(**facts)
        page = page.replace("<body>", f'<body><img src="{self.about.under}">')
        faces = FontConfiguration()
        own = (self.folder / "page.css").read_text() + self.style
        style = weasyprint.CSS(string=own, font_config=faces)
        html = weasyprint.HTML(string=page, base_url=f"{self.folder}/")
        return html.write_pdf(stylesheets=[style], font_config=faces)


class Stamped:
    """The press: a plate once, then a tail for each."""

    def __init__(self, template):
        self.template, self.press = template, Press()

    def __call__(self, facts):
        return b"".join(self.press.stamped(self.template, facts))


class Typst:
    """Typst with the art as SVG and the code as SVG, by segno or by our own encoder."""

    def __init__(self, template, code):
        self.code = code
        lines = [
            "#set page(width: 297mm, height: 210mm, margin: 25mm)",
            f"#set page(background: image({json.dumps(template.about.under)}, width: 100%))",
            '#set text(font: ("Cormorant Garamond", "Noto Serif SC"), lang: "zh")',
            "#let given = json(bytes(sys.inputs.facts))",
            "#align(center)[",
            *(f"#text(size: {f.size}pt)[#given.{n}]\\" for n, f in self._placed(template)),
            "#image(bytes(sys.inputs.code), width: 24mm)",
            "]",
        ]
        self.names = [name for name, _ in self._placed(template)]
        self.folder = tempfile.TemporaryDirectory()
        page, art = Path(self.folder.name) / "page.typ", template.about.under
        page.write_text("\n".join(lines))
        (page.parent / art).write_bytes(template.files[art])
        self.compiler = typst.Compiler(
            str(page), font_paths=[str(fonts.FOLDER)], ignore_system_fonts=True
        )

    def _placed(self, template):
        example = template.about.example
        return [
            (n, f)
            for n, f in template.about.facts.items()
            if f.size and isinstance(example.get(n), str)
        ]

    def __call__(self, facts):
        told = json.dumps({name: facts[name] for name in self.names}, ensure_ascii=False)
        return self.compiler.compile(
            sys_inputs={"facts": told, "code": self.code(facts["verify_url"])}
        )


def slow_code(text):
    return (
        segno.make(text, error="m")
        .svg_inline()
        .replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"')
    )


class Reportlab:
    """Reportlab: the same texts centred, the paths of the art drawn step by step, the code as rectangles."""

    def __init__(self, template):
        for name in ("NotoSerifSC-Regular", "NotoSerifSC-Bold"):
            pdfmetrics.registerFont(TTFont(name, fonts.FOLDER / f"{name}.ttf"))
        self.template = template
        art = template.files[template.about.under].decode()
        self.paths = [STEP.findall(path) for path in re.findall(r'<path[^>]* d="([^"]*)"', art)]

    def __call__(self, facts):
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(297 * MILLIMETRE, 210 * MILLIMETRE), invariant=1)
        canvas.saveState()
        canvas.scale(MILLIMETRE, MILLIMETRE)
        for path in self.paths:
            self._draw(canvas, path)
        canvas.restoreState()
        height = 180 * MILLIMETRE
        for name, fact in self.template.about.facts.items():
            if fact.size and isinstance(facts[name], str):
                canvas.setFont(
                    "NotoSerifSC-Bold" if fact.weight > 500 else "NotoSerifSC-Regular", fact.size
                )
                canvas.drawCentredString(148 * MILLIMETRE, height, facts[name])
                height -= fact.size * 1.3
        for row, start, end in qr.runs(facts["verify_url"])[1]:
            canvas.rect(600 + 2 * start, 200 - 2 * row, 2 * (end - start), 2, stroke=0, fill=1)
        canvas.save()
        return out.getvalue()

    @staticmethod
    def _draw(canvas, steps):
        path = canvas.beginPath()
        for step, numbers in steps:
            values = [float(n) for n in NUMBER.findall(numbers)]
            if step == "C":
                for at in range(0, len(values) - 5, 6):
                    path.curveTo(*values[at : at + 6])
            elif step == "z":
                path.close()
            elif step in "ML":  # the few arcs are left out
                {"M": path.moveTo, "L": path.lineTo}[step](*values[:2])
        canvas.drawPath(path, stroke=1, fill=0)


def spent(press=None):
    """Give the processor seconds of this process, of those it ended, and of the engine of its press."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    total = sum(one.ru_utime + one.ru_stime for one in used)
    if press is not None and press._process is not None and press._process.alive:
        total += sum(psutil.Process(press._process.child.pid).cpu_times()[:2])
    return total


def rounds(template, times, sizes):
    """Let every way print in turn, `times` rounds; gives milliseconds a file by way, and the last files' lengths."""
    ways = {
        "naive": Naive(template),
        "naive, @font-face": Naive(template, loaded=True),
        "stamp": Stamped(template),
        "typst": Typst(template, slow_code),
        "typst, fast code": Typst(template, qr.svg),
        "reportlab": Reportlab(template),
    }
    crowd = people(template, times * sum(sizes.values()) + len(ways))
    took, lengths = {name: [] for name in ways}, {}
    for print_one in ways.values():
        print_one(next(crowd))
    for _ in range(times):
        for name, print_one in ways.items():
            some = [next(crowd) for _ in range(sizes[name])]
            press = getattr(print_one, "press", None)
            gc.collect()  # nobody tidies up after another
            gc.freeze()
            before = spent(press)
            for facts in some:
                file = print_one(facts)
            took[name].append((spent(press) - before) * 1000 / len(some))
            lengths[name] = len(file)
    ways["stamp"].press.close()
    gc.unfreeze()
    return {name: statistics.median(each) for name, each in took.items()}, lengths


def on_request(template, many):
    """Print one after the other, as asked for by visitors: milliseconds of each."""
    with Press() as press:
        press.stamped(template, next(people(template, 1, seed=5)))
        each = []
        for facts in people(template, many):
            before = time.process_time()
            press.stamped(template, facts)
            each.append((time.process_time() - before) * 1000)
    return sorted(each)


def main():
    sizes = {
        "naive": 2,
        "naive, @font-face": 2,
        "stamp": 150,
        "typst": 8,
        "typst, fast code": 8,
        "reportlab": 3,
    }
    found = {}
    for kind, code in (("heavy", "award"), ("light", "plain")):
        median, lengths = rounds(load_template(FOLDER / code), int(sys.argv[1]), sizes)
        found[kind] = {"milliseconds": median, "bytes": lengths}
    each = on_request(load_template(FOLDER / "award"), 600)
    found["on request"] = {"p50": each[len(each) // 2], "p99": each[len(each) * 99 // 100]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
