"""Signed PDF/A-3a and PDF/UA-1 by stamping, against one plain WeasyPrint call for each: alternately, processor time."""

from __future__ import annotations

import os
import statistics
import time

import pytest
import weasyprint
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import fonts
from skillhub.kernel.archive.check import findings
from skillhub.kernel.paper import complete, load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.preflight import fits
from skillhub.kernel.press.page import OwnFiles, rules
from skillhub.kernel.press.sandbox import Sandbox
from tests.kernel.signing.authority import Authority, signer

pytestmark = pytest.mark.bench
ROUNDS, STAMPED = 8, 25
LEAST = 70  # times the plain call; the goal is 250
KEYS = {
    "unsigned": None,
    "RSA-2048": lambda: rsa.generate_private_key(65537, 2048),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
}
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静强磊洋勇艳建晓文志国明秀丽军"


@pytest.fixture
def template(tmp_path, monkeypatch):
    (tmp_path / "fonts.conf").write_text(fonts.configuration(tmp_path / "cache"))
    monkeypatch.setitem(os.environ, "FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    return load_template(FOLDER / "award")


def facts(template, n):
    name = FAMILY[n % 10] + GIVEN[n // 10 % 19] + GIVEN[n // 7 % 19]
    own = {"holder_name": name, "number": f"NS-2026-CNC-{n:05d}-K"}
    address = f"https://skills.example.org/v/7q4mx2td9kpahc6w{n:011d}"
    return template.about.example | own | {"verify_url": address}


def plain(template, n):
    """Print as anybody would: template, styles and fonts from the beginning."""
    given, files = complete(template.about, facts(template, n)), OwnFiles()
    files.files = template.files
    page = Sandbox().from_string(template.files["page.html"].decode()).render(**given)
    art = f"body{{background:url(template:{template.about.under}) 0 0/100% 100% no-repeat}}"
    styles = template.files["page.css"].decode() + art
    texts = (styles, rules(template.about, fits(template.about, given)))
    sheets = [weasyprint.CSS(string=t, base_url="template:", url_fetcher=files) for t in texts]
    html = weasyprint.HTML(string=page, base_url="template:", url_fetcher=files)
    return html.write_pdf(stylesheets=sheets)


def milliseconds(work):
    started = time.process_time()
    done = work()
    return (time.process_time() - started) * 1000, done


def test_signed_papers_against_plain_ones(template):
    authority, presses = Authority(), {}
    for name, make in KEYS.items():
        key = make and make()
        presses[name] = Press(signer=key and signer(key, authority.certify(key, "Bench")))
        presses[name].stamped(template, facts(template, 0))
    took, n = {"plain": [], **{name: [] for name in KEYS}}, 0
    for _ in range(ROUNDS):
        n += 1
        took["plain"].append(milliseconds(lambda n=n: plain(template, n))[0])
        for name, press in presses.items():
            for _ in range(STAMPED):
                n += 1
                cost, made = milliseconds(
                    lambda n=n, p=press: p.stamped(template, facts(template, n))
                )
                assert made.block
                took[name].append(cost)
            assert findings(made.block + made.tail) == []
            print(f"{name}: {len(made.block)} + {len(made.tail)} bytes")
    usual = {name: statistics.median(costs) for name, costs in took.items()}
    for name, cost in usual.items():
        print(f"{name}: {cost:.2f} ms, {usual['plain'] / cost:.0f} × plain")
    for press in presses.values():
        press.close()
    assert usual["plain"] / usual["RSA-2048"] > LEAST
