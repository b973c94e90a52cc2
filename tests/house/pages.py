"""Reading the forms of a page, as a browser would before it sends them."""

from html.parser import HTMLParser
from urllib.parse import urlsplit


class _Forms(HTMLParser):
    """The forms of one page: where each goes, and its fields with their kinds and values."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self._select = self._textarea = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self.forms.append(
                (given.get("action") or "", (given.get("method") or "get").lower(), {})
            )
        elif not self.forms:
            return
        fields = self.forms[-1][2]
        if tag == "input" and name:
            self._input(fields, name, given)
        elif tag == "select" and name:
            self._select = name
            fields[name] = ("select", "")
        elif tag == "option" and self._select:
            if "selected" in given or not fields[self._select][1]:
                fields[self._select] = ("select", given.get("value") or "")
        elif tag == "textarea" and name:
            self._textarea = name
            fields[name] = ("textarea", "")

    @staticmethod
    def _input(fields, name, given):
        kind = given.get("type") or "text"
        if kind in {"checkbox", "radio"} and "checked" not in given:
            fields.setdefault(
                name, (kind if kind == "radio" else "unticked", given.get("value") or "")
            )
            return
        if "required" not in given and kind not in {"hidden", "password"}:
            kind = "optional"
        fields[name] = (kind, given.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data):
        if self._textarea:
            kind, value = self.forms[-1][2][self._textarea]
            self.forms[-1][2][self._textarea] = (kind, value + data)


def fields_of(page, address):
    """Give the fields of the form that posts to an address: name to (kind, value)."""
    reader = _Forms()
    reader.feed(page)
    sent = [form for form in reader.forms if form[1] == "post" and "/sign-out" not in form[0]]
    for action, _, fields in sent:
        if urlsplit(action).path in ("", address):
            return fields
    return {}
