"""Where on a page of a PDF things stand, read from the file itself, in mm from the left and upper edge."""

import io
from decimal import Decimal

import pikepdf
import pypdfium2

MM = 25.4 / 72


def letters(pdf, page=0):
    """Every character with the left and upper edge of its box."""
    with pypdfium2.PdfDocument(pdf) as document:
        leaf = document[page]
        height, text = leaf.get_height(), leaf.get_textpage()
        boxes = (
            (text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars())
        )
        return [(sign, box[0] * MM, (height - box[3]) * MM) for sign, box in boxes if sign.strip()]


def words(pdf, page=0):
    """The characters of a page, in order."""
    return "".join(sign for sign, *_ in letters(pdf, page))


def size(pdf, page=0):
    """Width and height of a page, to a hundredth."""
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(round(side * MM, 2) for side in document[page].get_size())


def lines(pdf, page=0):
    """Every straight line that is drawn, with its ends, through all transformations and forms."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        leaf = document.pages[page]
        height = float(leaf.mediabox[3])
        found = list(_lines(leaf, leaf.obj.Resources, pikepdf.Matrix()))
    return [tuple((x * MM, (height - y) * MM) for x, y in ends) for ends in found]


def _lines(stream, resources, matrix):
    kept, at = [], None
    for operands, operator in pikepdf.parse_content_stream(stream):
        numbers = [float(o) for o in operands if isinstance(o, int | float | Decimal)]
        match str(operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop()
            case "cm":
                matrix = pikepdf.Matrix(*numbers) @ matrix
            case "m":
                at = matrix.transform(numbers)
            case "l":
                yield at, matrix.transform(numbers)
                at = matrix.transform(numbers)
            case "Do":
                yield from _within(resources.XObject[str(operands[0])], matrix)


def _within(form, matrix):
    if form.get("/Subtype") == "/Form":
        own = pikepdf.Matrix(*map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
        yield from _lines(form, form.get("/Resources", {}), own @ matrix)


def pictures(pdf, page=0):
    """Count what is drawn beside words and codes: pictures, and forms that are laid beneath them."""
    with pypdfium2.PdfDocument(pdf) as document:
        kinds = [one.type for one in document[page].get_objects(max_depth=6)]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        grounds = _grounds(document.pages[page].obj.Resources)
    return kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE) + grounds


def _grounds(resources):
    forms = resources.get("/XObject", {})
    within = [f.Resources for f in forms.values() if "/Resources" in f]
    return int("/Ground" in forms) + sum(map(_grounds, within))
