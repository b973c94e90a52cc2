"""Printing against one plain WeasyPrint call for each page, and the stranger's page against a plain "hello"."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import pytest
from flask import Flask

from skillhub.app import create_app
from skillhub.certificates import queries, works
from skillhub.competitions.models import Competition
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.certificates import awarded

pytestmark = pytest.mark.bench
PAPERS, PLAIN = 120, 12
REQUESTS = 1500
LEAST_PRINTING, LEAST_VERIFYING = 3.0, 0.40  # times the plain call; share of hello's requests

# The same page as anybody would print it: render the template, hand it to WeasyPrint, each time from the beginning.
PLAIN_CALL = """
import json, resource, sys
import jinja2, segno, weasyprint
from skillhub.kernel.paper import complete, load_template
from pathlib import Path
job = json.load(sys.stdin)
folder = Path(job["folder"])
about = load_template(folder).about
def drawn(text):
    import markupsafe
    return markupsafe.Markup(segno.make(text).svg_inline())
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
start = cpu()
for facts in job["facts"]:
    environment = jinja2.Environment(autoescape=True)
    environment.filters["qr"] = drawn
    page = environment.from_string((folder / "page.html").read_text()).render(**complete(about, facts))
    style = weasyprint.CSS(string=(folder / "page.css").read_text())
    art = f'<img src="{about.under}">' if about.under else ""
    page = page.replace("<body>", "<body>" + art)
    weasyprint.HTML(string=page, base_url=str(folder) + "/").write_pdf(stylesheets=[style])
print(json.dumps({"seconds": cpu() - start}))
"""


@pytest.fixture
def app(tmp_path):
    app = create_app(read_settings(tmp_path / "instance"))
    bring_up(app)
    with app.app_context():
        names = [f"选手{n} {awarded.NAMES[n % 6]}" for n in range(PAPERS)]
        awarded.competition(make.organisation("root", kind="union"), names)
        yield app
        db.session.remove()
        db.engine.dispose()


def processor_time():
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def test_printing(app, capsys):
    cup = db.session.query(Competition).one()
    before = processor_time()
    assert awarded.issue(cup).issued == PAPERS
    ours = PAPERS / (processor_time() - before)

    facts = [row.facts for row in awarded.all_of(cup)][:PLAIN]
    job = {"folder": str(queries.FOLDER / "award"), "facts": facts}
    done = subprocess.run(
        [sys.executable, "-c", PLAIN_CALL],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    plain = PLAIN / json.loads(done.stdout)["seconds"]
    with capsys.disabled():
        print(
            f"\ncertificates a CPU second, numbered, checked and kept: {ours:.1f}; "
            f"one plain WeasyPrint call each: {plain:.2f}; ratio {ours / plain:.1f}"
        )
    assert ours / plain >= LEAST_PRINTING


def test_joining(app, tmp_path, capsys):
    cup = db.session.query(Competition).one()
    awarded.issue(cup)
    before = processor_time()
    list(works.Printing(cup, None, "name", tmp_path / "all.pdf", OPERATOR).steps())
    with capsys.disabled():
        print(
            f"\ncertificates joined into one PDF a CPU second: {PAPERS / (processor_time() - before):.0f}"
        )


def rate(app, address):
    """Ask for a page again and again through the whole stack; requests a second of processor time."""
    client = app.test_client()
    assert client.get(address).status_code == 200
    before = time.process_time()
    for _ in range(REQUESTS):
        client.get(address).close()
    return REQUESTS / (time.process_time() - before)


def test_verifying(app, capsys):
    cup = db.session.query(Competition).one()
    awarded.issue(cup, [cup.events[0]])
    code = awarded.all_of(cup)[0].code.lower()
    hello = Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "<!doctype html><title>hello</title><p>hello")
    plain, ours = rate(hello, "/"), rate(app, f"/v/{code}")
    with capsys.disabled():
        print(
            f"\nverify page: {ours:.0f} requests a CPU second; hello: {plain:.0f}; ratio {ours / plain:.2f}"
        )
    assert ours / plain >= LEAST_VERIFYING
