"""Templates made up for the tests of the press."""

from skillhub.kernel.paper import template_of

FAMILIES = '["Noto Serif SC", "HanaMinA", "HanaMinB"]'
ABOUT = f"""
pages = 1
prove = ["holder_name"]
[title]
zh = "样张"
en = "Sample"
[faces.text]
latin = {FAMILIES}
han = {FAMILIES}
[facts]
holder_name = {{ required = true, face = "text", size = 40, least = 20, width = 100, lines = 2 }}
organisation = {{ face = "text", size = 20, least = 20, width = 100, lines = 1, policy = "refuse" }}
course = {{ face = "text", size = 20, least = 10, width = 100, lines = 2, policy = "wrap" }}
members = {{ many = 3, face = "text", size = 20, least = 10, width = 50 }}
"""
CSS = "@page { size: A4 landscape; margin: 10mm } p { margin: 0 }"
PAGE = (
    '<!DOCTYPE html><html lang="zh-Hans"><head><title>t</title>{head}</head>'
    '<body><p class="f-holder_name">{{{{ holder_name }}}}</p>{body}</body></html>'
)
FACTS = {"holder_name": "王建国"}


def sample(body="", css="", head="", files=(), about=ABOUT, page=None):
    """Make a template around a piece of HTML or CSS."""
    text = page or PAGE.format(body=body, head=head)
    named = {"about.toml": about, "page.html": text, "page.css": CSS + css} | dict(files)
    whole = {n: t if isinstance(t, bytes) else t.encode() for n, t in named.items()}
    return template_of("sample", whole)
