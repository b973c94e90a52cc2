"""The commands about papers that go to a printer: sent, confirmed, spoiled, handed over, and the day's balance."""

import json

import pypdfium2

from tests.certificates.test_commands import awarded, run  # noqa: F401  (the fixtures)


def numbers_of(run):  # noqa: F811
    rows = json.loads(run("certificates", "list", "cup", "--format", "json").stdout)
    return [row["number"] for row in rows]


def listed(run, words):  # noqa: F811
    rows = json.loads(run("copies", "list", words, "--format", "json").stdout)
    return [(row["copy"], row["state"], row["handed_to"]) for row in rows]


def test_from_the_printer_to_the_hand(run, awarded, tmp_path):  # noqa: F811
    run("certificates", "issue", "cup", "--as", "admin")
    first, second, third = numbers_of(run)
    target = tmp_path / "out.pdf"
    done = run(
        "copies",
        "send",
        first,
        second.lower(),
        "-o",
        target,
        "--first-serial",
        "A-1",
        "--as",
        "admin",
    )
    assert "2 papers" in done.stdout
    assert len(pypdfium2.PdfDocument(target)) == 2
    refused = run("copies", "send", first, "-o", target, "--as", "admin", status=1)
    assert "copy 1 was sent on" in refused.output
    assert "Say why they are printed again" in refused.output
    run("copies", "send", first, "-o", target, "--reason", "jam", "--mark", "--as", "admin")
    assert "Copy 2" in pypdfium2.PdfDocument(target)[0].get_textpage().get_text_bounded()
    assert listed(run, first) == [(2, "sent", ""), (1, "spoiled", "")]

    unsure = run("copies", "balance", status=1)
    assert "do not add up" in unsure.output
    run("copies", "confirm", first, "--as", "admin")
    run("copies", "hand", first, second, "--to", "李师傅", "--listed", "--as", "admin")
    assert listed(run, second) == [(1, "handed_over", "李师傅")]
    missing = run("copies", "confirm", third, "--as", "admin", status=1)
    assert "was not sent to a printer" in missing.output
    spoiled = run("copies", "spoil", second, "--why", "torn", "--as", "admin", status=1)
    assert "copy 1 is handed over" in spoiled.output
    rows = json.loads(
        run("copies", "balance", "--format", "json", status=1).stdout.rpartition("]")[0] + "]"
    )
    assert [(row["good"], row["spoiled"], row["open"]) for row in rows] == [(2, 1, 0)]


def test_a_number_that_was_never_issued_is_said_to_be(run, awarded):  # noqa: F811
    unknown = run("copies", "confirm", "CUP-2026-X-00001-A", "--as", "admin", status=1)
    assert "There is no certificate CUP-2026-X-00001-A" in unknown.output
