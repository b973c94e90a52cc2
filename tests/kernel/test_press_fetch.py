"""Whatever a template asks for, nothing is fetched: no request leaves, no file of ours is read."""

import http.server
import io
import threading

import pikepdf
import pytest

from skillhub.kernel.pdf import Press, RenderRefused
from tests.kernel.paper_samples import FACTS, sample

CANARY = b"CANARY-7f3a91"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'

HTML = {
    "image over http": '<img src="{http}" alt="a">',
    "image from a file": '<img src="{file}" alt="a">',
    "srcset and picture": '<picture><source srcset="{http}"><img src="{file}" alt="a"></picture>',
    "object": '<object data="{http}">a</object>',
    "embed": '<embed src="{file}">',
    "attached by a link": '<a rel="attachment" href="{file}">a</a>',
    "attached over http": '<a rel="attachment" href="{http}">a</a>',
    "inline style": '<p style="background:url({http})">a</p>',
    "list mark": '<ul style="list-style-image:url({http})"><li>a</ul>',
    "border image": '<p style="border:1px solid;border-image:url({http}) 1">a</p>',
    "content": "<style>p::after{{content:url({file})}}</style>",
    "style element with import": '<style>@import "{http}";</style>',
    "font face": "<style>@font-face{{font-family:x;src:url({file})}} b{{font-family:x}}</style><b>a</b>",
    "svg in the page": SVG.format('<image href="{http}" width="9" height="9"/>'),
    "svg that uses another": SVG.format('<use xlink:href="{file}#a"/>'),
    "svg with a style sheet": SVG.format("<style>@import url({http});</style><rect/>"),
    "svg in a data address": '<img alt="a" src=\'data:image/svg+xml,'
    + SVG.format('<image href="{http}"/>').replace('"', "%22")
    + "'>",
    "a redirect": '<img src="{redirect}" alt="a">',
}
HEAD = {
    "style sheet over http": '<link rel="stylesheet" href="{http}">',
    "style sheet from a file": '<link rel="stylesheet" href="{file}">',
    "attached in the head": '<link rel="attachment" href="{file}">',
    "another base": '<base href="{http}">',
    "an icon": '<link rel="icon" href="{http}">',
}
CSS = {
    "import": '@import "{http}";',
    "import of a file": '@import url("{file}");',
    "page background": "@page {{ background: url({http}) }}",
    "page corner": "@page {{ @top-left {{ content: url({file}) }} }}",
    "colour profile": '@color-profile x {{ src: url("{file}") }}',
}


class Counting(http.server.BaseHTTPRequestHandler):
    """Answers with the canary, or sends on to it."""

    def do_GET(self):
        self.server.hits.append(self.path)
        if "redirect" in self.path:
            self.send_response(302)
            self.send_header("Location", "/canary.svg")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(CANARY)

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        server.hits = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


@pytest.fixture
def addresses(server, tmp_path):
    secret = tmp_path / "canary.svg"
    secret.write_bytes(CANARY)
    host = f"http://127.0.0.1:{server.server_port}"
    return {
        "http": f"{host}/canary.svg",
        "redirect": f"{host}/redirect.svg",
        "file": secret.as_uri(),
    }


def contents(pdf):
    """Read every stream of a PDF, unpacked."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [o for o in document.objects if isinstance(o, pikepdf.Stream)]
        return b"".join(stream.read_bytes() for stream in streams)


VECTORS = [
    pytest.param(place, text, id=name)
    for place, table in (("body", HTML), ("head", HEAD), ("css", CSS))
    for name, text in table.items()
]


@pytest.mark.parametrize(("place", "text"), VECTORS)
def test_fetches_nothing(press, server, addresses, place, text):
    template = sample(**{place: text.format(**addresses)})
    server.hits.clear()
    printed, code = b"", "fetch"
    try:
        printed = press.render(template, FACTS)
    except RenderRefused as refused:
        code = refused.code
    assert code in {"fetch", "engine"}
    assert server.hits == []
    assert CANARY not in (contents(printed) if printed else b"")


def test_under_may_not_be_a_path(press, addresses):
    about = (
        sample().files["about.toml"].decode().replace("pages = 1", f'under = "{addresses["file"]}"')
    )
    with pytest.raises(RenderRefused):
        press.render(sample(about=about), FACTS)
