"""Certificates for all medallists of one WorldSkills trade, through the commands, as one PDF."""

from __future__ import annotations

import csv

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner

from skillhub.cli import main
from tests.conftest import REALDATA

FILE = REALDATA / "worldskills_2009_trades_01_15.csv"
pytestmark = pytest.mark.realdata
TITLES = '["Gold", "Silver", "Bronze", "Medallion for Excellence"]'
WS2009 = """
[competition]
code = "ws2009"
name = "WorldSkills Calgary 2009"
year = 2009
tier = "international"
checking = "off"
events = "from_sheet"
[defaults]
components = [{ code = "score", name = "Score", max = "600", weight = "1" }]
ranking = { keys = ["total desc"], remaining_tie = "share", decimals = 0 }
awards = { scheme = "scale", window = "2", centre = "500", titles = TITLES }
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path / "instance"))

    def command(*words):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done.stdout

    return command


def embedded(pdf):
    """Say of every font of a PDF whether it is embedded."""
    named = (o for o in pdf.objects if isinstance(o, pikepdf.Dictionary))
    return [
        any(key in o for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        for o in named
        if o.get("/Type") == "/FontDescriptor"
    ]


def test_a_page_for_every_medallist_of_a_trade(run, tmp_path):
    (tmp_path / "ws.toml").write_text(WS2009.replace("TITLES", TITLES), encoding="utf-8")
    run("competition", "load", tmp_path / "ws.toml")
    pairs = {"event": "skill_number", "entry": "country_iso", "organisation": "country_iso"}
    words = [word for name, column in pairs.items() for word in ("--map", f"{name}={column}")]
    run("marks", "import", "ws2009", FILE, *words, "--create-entries")
    run("results", "finalise", "ws2009", "--event", "01", "--as", "admin")
    run("awards", "confer", "ws2009", "--event", "01", "--as", "admin")
    run("certificates", "issue", "ws2009", "--event", "01", "--as", "admin")
    run(
        "certificates",
        "print",
        "ws2009",
        "--event",
        "01",
        "-o",
        tmp_path / "all.pdf",
        "--order",
        "rank",
    )

    with FILE.open(encoding="utf-8", newline="") as file:
        medals = [
            row for row in csv.DictReader(file) if row["skill_number"] == "01" and row["medal"]
        ]
    pages = pypdfium2.PdfDocument(tmp_path / "all.pdf")
    assert len(pages) == len(medals) > 0
    left = {(row["country_iso"], row["medal"].casefold()) for row in medals}
    for page in pages:
        text = page.get_textpage().get_text_bounded()
        (code,) = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil().convert("L"))
        told = dict(
            line.split(": ", 1)
            for line in run("certificates", "verify", "--names", code.text).splitlines()
        )
        assert told["state"] == "valid"
        assert told["number"] in text
        assert told["holder_name"] in text
        left.remove((told["holder_name"], told["award_en"].casefold()))
    pages.close()
    assert not left
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        fonts = embedded(pdf)
    assert fonts and all(fonts)
