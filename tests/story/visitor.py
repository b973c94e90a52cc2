"""Somebody in front of the pages: reads them, follows their links, and presses buttons in their forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

SILENT = {"script", "style", "template", "kbd"}


@dataclass
class Button:
    """A button as it is read, and what it adds to its form."""

    label: str
    sends: tuple[str, str] | None


@dataclass
class Form:
    """One form: where it goes, what stands in it, and its buttons."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    offered: set[str] = field(default_factory=set)  # names of all fields, ticked or not
    buttons: list[Button] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the words of a page, its links and its forms, as far as a person would."""

    def __init__(self):
        super().__init__()
        self.words, self.links, self.forms, self.by_id = [], [], [], {}
        self._silent = 0
        self._form = self._select = self._area = self._button = self._link = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._silent += tag in SILENT
        if tag == "form":
            self._begin_form(given)
        elif tag == "a" and given.get("href"):
            self._link = [given["href"], ""]
            self.links.append(self._link)
        elif tag == "button" or (tag == "input" and given.get("type") == "submit"):
            self._begin_button(given)
        elif tag in {"input", "select", "textarea", "option"}:
            self._field(tag, given, self.by_id.get(given.get("form"), self._form))

    def _begin_form(self, given):
        self._form = Form(given.get("action") or "")
        if (given.get("method") or "get").lower() == "post":
            self.forms.append(self._form)
        self.by_id[given.get("id")] = self._form

    def _begin_button(self, given):
        sends = (given["name"], given.get("value") or "") if given.get("name") else None
        self._button = Button("", sends)
        form = self.by_id.get(given.get("form"), self._form)
        if form and "disabled" not in given and given.get("type") != "button":
            form.buttons.append(self._button)

    def _field(self, tag, given, form):
        name = given.get("name")
        if tag == "option":
            self._option(given)
        elif form is None or not name or "disabled" in given:
            return
        elif tag == "select":
            self._select = (form, name, [])
        elif tag == "textarea":
            self._area = (form, name, [])
        else:
            form.offered.add(name)
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked and given.get("type") != "file":
                form.fields.append(
                    (name, given.get("value") or ("on" if "checked" in given else ""))
                )

    def _option(self, given):
        if self._select:
            self._select[2].append((given.get("value") or "", "selected" in given))

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "a":
            self._link = None
        elif tag == "select" and self._select:
            form, name, options = self._select
            chosen = [value for value, on in options if on] or [v for v, _ in options[:1]]
            form.fields += [(name, value) for value in chosen]
            form.offered.add(name)
            self._select = None
        elif tag == "textarea" and self._area:
            form, name, written = self._area
            form.fields.append((name, "".join(written).removeprefix("\n")))
            form.offered.add(name)
            self._area = None

    def handle_data(self, data):
        if self._area:
            self._area[2].append(data)
        elif not self._silent:
            self.words.append(data)
            if self._button:
                self._button.label += data
            if self._link:
                self._link[1] += data


class Page:
    """One answer: its words without markup, and what can be done on it."""

    def __init__(self, answer):
        self.answer, self.status, self.path = answer, answer.status_code, answer.request.path
        self.html = answer.text if answer.mimetype.startswith("text/") else ""
        self._reader = Reader()
        self._reader.feed(self.html)
        self.words = " ".join(" ".join(self._reader.words).split())

    def __contains__(self, words):
        return words in self.words

    def __str__(self):
        return f"{self.status} {self.path}\n{self.words}"

    def link(self, words):
        """Give where the link with these words leads, the one that says nothing else before others."""
        said = [(href, " ".join(text.split())) for href, text in self._reader.links]
        found = [one for one in said if words in one[1]]
        assert found, f"no link “{words}” on {self}"
        return min(found, key=lambda one: one[1] != words)[0]

    def form_with(self, button, sent):
        """Give the form that has this button and room for what is typed."""
        found = [
            (form, one)
            for form in self._reader.forms
            for one in form.buttons
            if one.label.strip() == button and (set(sent) <= form.offered)
        ]
        assert found, f"no button “{button}” with {set(sent)} on {self}"
        return found[0]

    def buttons(self):
        """List what may be pressed."""
        return [one.label.strip() for form in self._reader.forms for one in form.buttons]

    def number(self, pattern):
        """Give the first number of an address that stands in the page."""
        found = re.search(pattern, self.html)
        assert found, f"no {pattern} on {self}"
        return int(found[1])


class Visitor:
    """A browser in which somebody is signed in, or nobody."""

    def __init__(self, browser):
        self.browser = browser
        self.page = None

    def sees(self, path, *words, status=200):
        """Open a page, and find these words on it."""
        self.page = Page(self.browser.get(path, follow_redirects=True))
        return self._look(words, status)

    def presses(self, button, *words, status=200, among=0, **typed):
        """Fill in the form on this page, press its button, and find these words on the page that follows."""
        form, pressed = self.page.form_with(button, typed)
        kept = [(name, value) for name, value in form.fields if name not in typed]
        filled = [(n, v) for n, given in typed.items() for v in _several(given)]
        sent = {}
        for name, value in [*kept, *filled, *([pressed.sends] if pressed.sends else [])]:
            sent.setdefault(name, []).append(value)
        target = urljoin(self.page.answer.request.url, form.action)
        self.page = Page(self.browser.post(target, data=sent, follow_redirects=True))
        return self._look(words, status)

    def follows(self, link, *words, status=200):
        """Follow a link of this page."""
        target = urljoin(self.page.answer.request.url, self.page.link(link))
        return self.sees(target, *words, status=status)

    def _look(self, words, status):
        assert self.page.status == status, self.page
        for one in words:
            assert one in self.page, f"“{one}” is not on {self.page}"
        return self.page


def _several(given):
    if isinstance(given, (list, tuple)):
        return [str(one) for one in given]
    return [str(given)]
