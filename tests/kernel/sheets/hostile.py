"""Files made to hurt whoever opens them; built in memory, named by what they try."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>"
)
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{KIND}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def page(rows: str, before: str = "", after: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


HEAD = f'<row r="1">{cell("A1", "Name")}{cell("B1", "Score")}</row>'
GOOD = page(HEAD + f'<row r="2">{cell("A2", "Li")}<c r="B2"><v>3</v></c></row>')


def xlsx(sheet: str = GOOD, **more: str | bytes) -> bytes:
    """A small workbook; `more` are further parts, `__` for a slash and `_dot_` for a dot."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"></sst>',
    }
    parts |= {name.replace("__", "/").replace("_dot_", "."): text for name, text in more.items()}
    return zipped(list(parts.items()))


def zipped(parts: list[tuple[str, str | bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts:
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def swollen(mebi: int, declared: int | None = None, flags: int = 0) -> bytes:
    """A workbook whose shared strings unpack to so many MiB, whatever its directory declares."""
    chunk = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = chunk.compress(b" " * 2**20) + chunk.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    small = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", GOOD),
    ]
    entries = [(n, _deflate(t.encode()), len(t), zlib.crc32(t.encode())) for n, t in small]
    opened = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = opened.compress(f'<sst xmlns="{MAIN}"><si><t>'.encode())
    head += opened.flush(zlib.Z_FULL_FLUSH)
    size = mebi * 2**20 if declared is None else declared
    entries.append(("xl/sharedStrings.xml", head + one * mebi + end, size, 0))
    return raw_zip(entries, flags)


def raw_zip(entries: list[tuple[str, bytes, int, int]], flags: int = 0) -> bytes:
    body, directory = b"", b""
    for name, packed, size, crc in entries:
        sizes = struct.pack("<IIIHH", crc, len(packed), size, len(name), 0)
        middle = struct.pack("<HHHHH", 20, flags, 8, 0, 33)
        place = struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += b"PK\1\2" + struct.pack("<H", 20) + middle + sizes + place + name.encode()
        body += b"PK\3\4" + middle + sizes + name.encode() + packed
    count = len(entries)
    tail = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + tail


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def ods(rows: str) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped([("mimetype", kind), ("content.xml", content)])


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 11))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HTML = b"<html><body><table><tr><td>Name</td></tr></table></body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def one_cell(place: str) -> bytes:
    number = "".join(filter(str.isdigit, place))
    return xlsx(page(HEAD + f'<row r="{number}">{cell(place, "x")}</row>'))


def repeated(rows: int, columns: int) -> bytes:
    value = '<table:table-cell office:value-type="string" table:number-columns-repeated="{}">'
    body = value.format(columns) + "<text:p>x</text:p></table:table-cell>"
    return ods(f'<table:table-row table:number-rows-repeated="{rows}">{body}</table:table-row>')


FILES = {
    "a cell in the last corner": (lambda: one_cell("XFD1048576"), "a.xlsx"),
    "a cell in the last row": (lambda: one_cell("A1048576"), "a.xlsx"),
    "a cell in the last column": (lambda: one_cell("XFD2"), "a.xlsx"),
    "a cell beyond the last corner": (lambda: one_cell("ZZZ99999999"), "a.xlsx"),
    "a wide table to the last row": (lambda: one_cell("Z1048576"), "a.xlsx"),
    "a million empty rows": (
        lambda: xlsx(page("".join(f'<row r="{i}"/>' for i in range(1, 2**20)))),
        "a.xlsx",
    ),
    "shared strings of 1 GiB": (lambda: swollen(1024), "a.xlsx"),
    "shared strings of 1 GiB that declare 1 kB": (lambda: swollen(1024, 1000), "a.xlsx"),
    "shared strings of 300 MiB": (lambda: swollen(300), "a.xlsx"),
    "encrypted parts": (lambda: swollen(1, 1000, flags=1), "a.xlsx"),
    "billion laughs in the sheet": (
        lambda: xlsx(page(f'<row r="1">{cell("A1", "&a10;")}</row>', LAUGHS)),
        "a.xlsx",
    ),
    "billion laughs in the shared strings": (
        lambda: xlsx(
            page('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
            xl__sharedStrings_dot_xml=f'{LAUGHS}<sst xmlns="{MAIN}"><si><t>&a10;</t></si></sst>',
        ),
        "a.xlsx",
    ),
    "quadratic blow-up": (
        lambda: xlsx(page(f'<row r="1">{cell("A1", "&a;" * 50_000)}</row>', QUADRATIC)),
        "a.xlsx",
    ),
    "an entity that reads a file": (
        lambda: xlsx(page(f'<row r="1">{cell("A1", "&a;")}</row>', XXE)),
        "a.xlsx",
    ),
    "a web page as .xlsx": (lambda: HTML, "a.xlsx"),
    "a web page as .xls": (lambda: HTML, "a.xls"),
    "a web page as .csv": (lambda: HTML, "a.csv"),
    "a workbook cut in half": (lambda: xlsx()[:700], "a.xlsx"),
    "a workbook without its last byte": (lambda: xlsx()[:-30], "a.xlsx"),
    "a workbook called .csv": (xlsx, "a.csv"),
    "a workbook called .xls": (xlsx, "a.xls"),
    "an old workbook called .xlsx": (lambda: OLE + b"\0" * 5000, "a.xlsx"),
    "an old workbook of zeros": (lambda: OLE + b"\0" * 5000, "a.xls"),
    "an old workbook of noise": (lambda: OLE + bytes(range(256)) * 40, "a.xls"),
    "text called .xlsx": (lambda: b"Name,Score\nLi,3\n", "a.xlsx"),
    "a PDF called .xlsx": (lambda: b"%PDF-1.7\n" * 50, "a.xlsx"),
    "a picture called .csv": (lambda: b"\x89PNG\r\n\x1a\n" * 50, "a.csv"),
    "a program called .xls": (lambda: b"MZ\x90\0" * 500, "a.xls"),
    "macros": (lambda: xlsx(xl__vbaProject_dot_bin=b"x"), "a.xlsx"),
    "a macro ending": (xlsx, "a.xlsm"),
    "no ending": (xlsx, "a"),
    "a part that climbs out": (lambda: xlsx(**{"..__..__etc__passwd": "x"}), "a.xlsx"),
    "a part at the root": (lambda: xlsx(__etc__passwd="x"), "a.xlsx"),
    "a part on drive C": (lambda: xlsx(**{"C:\\x_dot_xml": "x"}), "a.xlsx"),
    "a zip in the zip": (lambda: xlsx(xl__inner_dot_zip=xlsx()), "a.xlsx"),
    "a part that is there twice": (
        lambda: xlsx(XL__workbook_dot_xml=BOOK),
        "a.xlsx",
    ),
    "ten thousand parts": (lambda: xlsx(**{f"xl__{i}": "" for i in range(10_000)}), "a.xlsx"),
    "an archive of other things": (lambda: zipped([("word/document.xml", "<x/>")]), "a.xlsx"),
    "an empty archive": (lambda: zipped([]), "a.xlsx"),
    "no sheet behind the name": (
        lambda: zipped([("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", RELS)]),
        "a.xlsx",
    ),
    "broken markup": (lambda: xlsx(page("<row r='1'><c r='A1'><v>1</v>")), "a.xlsx"),
    "a hundred thousand tags deep": (
        lambda: xlsx(page("<row>" + "<x>" * 100_000 + "</x>" * 100_000 + "</row>")),
        "a.xlsx",
    ),
    "a shared string that is not there": (
        lambda: xlsx(page('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>')),
        "a.xlsx",
    ),
    "a repeated cell over a whole .ods": (lambda: repeated(1_048_576, 16_384), "a.ods"),
    "a repeated row of an .ods": (lambda: repeated(1_048_576, 200), "a.ods"),
    "an .ods without markup": (lambda: zipped([("content.xml", "no")]), "a.ods"),
    "nothing": (lambda: b"", "a.csv"),
    "only zeros": (lambda: b"\0" * 10_000, "a.csv"),
    "33 MB of text": (lambda: b"a,b\n" * (33 * 2**18), "a.csv"),
    "300 000 rows of text": (lambda: b"Name,Score\n" + b"Li,3\n" * 300_000, "a.csv"),
    "20 000 columns of text": (lambda: b"Name,Score" + b",x" * 20_000, "a.csv"),
    "one endless cell": (lambda: b"Name,Score\n" + b"x" * 2**20, "a.csv"),
    "a quotation mark never closed": (lambda: b'Name,Score\n"Li,3\nWu,4\n', "a.csv"),
    "noise": (lambda: bytes(range(256)) * 100, "a.csv"),
    "bytes of no encoding": (lambda: b"Name,Score\n\x81\x20\xff\x20,3\n", "a.txt"),
}
