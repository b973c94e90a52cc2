"""What a file says of itself (XMP): that it is PDF/A-3a and PDF/UA-1, and what its document information says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?'?")
START = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
    'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>"
)
END = '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
FIELDS = {
    "/Title": '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>',
    "/Author": "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>",
    "/Subject": (
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>'
    ),
    "/Keywords": "<pdf:Keywords>%s</pdf:Keywords>",
    "/Producer": "<pdf:Producer>%s</pdf:Producer>",
    "/Creator": "<xmp:CreatorTool>%s</xmp:CreatorTool>",
    "/CreationDate": "<xmp:CreateDate>%s</xmp:CreateDate>",
    "/ModDate": "<xmp:ModifyDate>%s</xmp:ModifyDate>",
}
DATES = ("/CreationDate", "/ModDate")


def claims(said: Mapping[str, str]) -> bytes:
    """Write the claims of a file whose document information says this (`/Title`, `/Author` …)."""
    parts = [
        pattern % escape(moment(said[name]) if name in DATES else said[name])
        for name, pattern in FIELDS.items()
        if name in said
    ]
    return "".join([START, *parts, END]).encode()


def moment(date: str) -> str:
    """Write a date of the document information as XMP writes it; raises ValueError when it is none."""
    found = DATE.fullmatch(date)
    if found is None:
        raise ValueError(date)
    year, month, day, hour, minute, second, zulu, zone, more = found.groups()
    text = "-".join(part for part in (year, month, day) if part)
    if hour is None:
        return text
    text += f"T{hour}:{minute or '00'}:{second or '00'}"
    return text + ("Z" if zulu else f"{zone}:{more or '00'}" if zone else "")
