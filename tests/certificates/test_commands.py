"""The commands about certificates, from a mark sheet to a paper that verifies."""

import csv
import io
import zipfile

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner

from skillhub.cli import main

CUP = """
[competition]
code = "cup"
name = "北岸市职业技能大赛"
name_en = "Northside Skills"
year = 2026
tier = "city"
checking = "off"
[defaults]
components = [{ code = "score", name = "Score", max = "100", weight = "1" }]
ranking = { keys = ["total desc"], remaining_tie = "share", decimals = 0 }
awards = { scheme = "counts", titles = [[["金牌", "Gold"], 1], [["银牌", "Silver"], 1], [["铜牌", "Bronze"], 1]] }
[[event]]
code = "CNC"
name = "数控铣"
"""
MARKS = "event,entry,name,organisation,score\nCNC,1,李伟,北岸,90\nCNC,2,Ana Ruiz,南岸,80\nCNC,3,王小明,北岸,70\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("SKILLHUB_PUBLIC_URL", "https://skills.example.org")

    def command(*words, status=0):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == status, done.output
        return done

    return command


@pytest.fixture
def awarded(run, tmp_path):
    (tmp_path / "cup.toml").write_text(CUP, encoding="utf-8")
    (tmp_path / "marks.csv").write_text(MARKS, encoding="utf-8")
    run("competition", "load", tmp_path / "cup.toml")
    columns = ("event", "entry", "name", "organisation", "score")
    pairs = [word for name in columns for word in ("--map", f"{name}={name}")]
    run(
        "marks",
        "import",
        "cup",
        tmp_path / "marks.csv",
        *pairs,
        "--create-entries",
    )
    run("results", "finalise", "cup", "--as", "admin")
    run("awards", "confer", "cup", "--as", "admin")


def decoded(page):
    return zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil().convert("L"))[0].text


def test_issue_print_verify(run, awarded, tmp_path):
    done = run("certificates", "issue", "cup", "--as", "admin", "--signed-by", "林致远=Chair")
    assert "cup: 3 issued, 3 in force" in done.stdout
    assert (
        "cup: 0 issued, 3 in force" in run("certificates", "issue", "cup", "--as", "admin").stdout
    )

    run("certificates", "print", "cup", "-o", tmp_path / "all.pdf", "--order", "rank")
    pdf = pypdfium2.PdfDocument(tmp_path / "all.pdf")
    assert len(pdf) == 3
    for page, name in zip(pdf, ("李伟", "Ana Ruiz", "王小明"), strict=True):
        assert "".join(name.split()) in "".join(page.get_textpage().get_text_bounded().split())
        told = run("certificates", "verify", "--names", decoded(page)).stdout
        assert "state: valid" in told
        assert f"holder_name: {name}" in told
        masked = run("certificates", "verify", decoded(page)).stdout
        assert name not in masked, "asked as a stranger asks, it answers as the public page does"
    pdf.close()

    run("certificates", "print", "cup", "-o", tmp_path / "all.zip", "--order", "name")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "00001_李伟_金牌.pdf" in archive.namelist()
    run("certificates", "print", "cup", "-o", tmp_path / "folder")
    assert len(list((tmp_path / "folder").iterdir())) == 3

    rows = list(
        csv.DictReader(io.StringIO(run("certificates", "list", "cup", "--format", "csv").stdout))
    )
    assert [row["state"] for row in rows] == ["issued"] * 3
    slip = rows[0]["number"][:-1] + ("2" if rows[0]["number"][-1] != "2" else "3")
    assert "mistyped" in run("certificates", "verify", slip, status=1).stderr
    assert "unknown" in run("certificates", "verify", "hello", status=1).stderr


def test_a_file_that_comes_back_is_checked(run, awarded, tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_SIGNING_KEY", "demo")
    run("certificates", "issue", "cup", "--as", "admin")
    run("certificates", "print", "cup", "-o", tmp_path / "folder")
    run("certificates", "print", "cup", "-o", tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as whole:
        assert len(whole.pages) == 3
        assert [list(page.obj.get("/Annots", [])) for page in whole.pages] == [[], [], []]
    path = next((tmp_path / "folder").iterdir())
    told = run("certificates", "check", path).stdout
    assert "signature: unchanged since it was signed by us" in told
    assert "warning: a demonstration key, which proves nothing" in told
    assert "state: valid" in told
    assert "byte for byte" in told
    path.write_bytes(path.read_bytes() + b"% more")
    told = run("certificates", "check", path, status=1).stdout
    assert "SOMETHING WAS ADDED" in told
    assert "not the one we kept" in told


def test_nothing_to_issue_is_a_failure(run, tmp_path):
    (tmp_path / "cup.toml").write_text(CUP, encoding="utf-8")
    run("competition", "load", tmp_path / "cup.toml")
    assert "Confer" in run("certificates", "issue", "cup", "--as", "admin", status=1).output
    assert (
        "Issue them first"
        in run("certificates", "print", "cup", "-o", tmp_path / "a.pdf", status=1).output
    )
    assert not (tmp_path / "a.pdf").exists()
    assert "award, completion" in run(
        "certificates", "issue", "cup", "--template", "none", "--as", "admin", status=1
    ).output.replace("completion, award", "award, completion")
