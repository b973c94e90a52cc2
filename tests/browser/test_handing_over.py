"""The desk in a browser: a hand scanner, a finger that signs, and the same without any script."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def numbers(year):
    """The numbers of three papers that were sent to a printer."""
    command = str(Path(sys.executable).with_name("skillhub"))
    known = {**os.environ, "SKILLHUB_INSTANCE": str(year.folder)}

    def run(*words):
        done = subprocess.run(
            [command, *words], env=known, check=True, capture_output=True, text=True
        )
        return done.stdout

    rows = json.loads(run("certificates", "list", "district2026", "--format", "json"))
    chosen = [row["number"] for row in rows if row["state"] == "issued"][:3]
    run("copies", "send", *chosen, "-o", str(year.folder / "sent.pdf"), "--as", "printer")
    return chosen


def test_a_scanner_finds_a_finger_signs_and_the_field_waits_for_the_next(visit, numbers):
    page = visit("printer", 360, 740)
    page.goto("/copies")
    page.keyboard.type(numbers[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/copies?q=*")
    expect(page.get_by_role("button", name="It is good")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.evaluate(WIDTH) <= 360

    page.get_by_text("Signature", exact=True).click()
    field = page.locator("canvas")
    box = field.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 50, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Handed over").click()
    page.wait_for_url("**/copies")
    expect(page.get_by_text(": handed over")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()

    page.keyboard.type(numbers[0])
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Everything about this paper").click()
    expect(page.get_by_role("img", name="Signature of")).to_be_visible()
    expect(page.get_by_text("signature drawn")).to_be_visible()


def test_without_script_a_name_is_typed(visit, numbers):
    page = visit("printer", 1280, 800, java_script_enabled=False)
    page.goto("/copies")
    page.get_by_role("searchbox").fill(numbers[1])
    page.get_by_role("button", name="Find").click()
    page.get_by_label("To whom").fill("李师傅")
    page.get_by_role("button", name="Handed over").click()
    expect(page.get_by_text(": handed over")).to_be_visible()
