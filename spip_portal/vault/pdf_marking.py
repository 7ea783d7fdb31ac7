"""Run as a child process by `marking`: a line of JSON and a PDF on stdin, the same PDF
with a footer on each page on stdout. Arguments: its limits, which it sets on itself
before it reads anything.

The footer is drawn once for each shape of page, as an artifact, upright where the
reader sees the bottom of the page, over whatever is there. The same input gives the
same bytes: a range of the copy can be asked again.

Deliberately outside Django: the child loads pikepdf and nothing of the portal.
"""

import io
import json
import re
import resource
import sys
import textwrap
import unicodedata
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

SIZE, MARGIN, LEADING = 7.0, 12.0, 1.25
SMALLEST = 3.0
LETTER_WIDTH = 0.56  # of the size; Helvetica's average over French text, and a little
LETTER_PAPER = [0.0, 0.0, 612.0, 792.0]  # what readers assume when a page does not say
MARK = Name("/PortalReadingMark")
# A page's operators that save and restore the state of drawing, outside of strings.
STATE = re.compile(rb"(?<![^\s\])>])[qQ](?![^\s\[(</])")


def inherited(page: pikepdf.Dictionary, key: str):
    """What the page says, or the branch of the tree of pages that it hangs on."""
    node: Any = page
    seen = 0
    while node is not None and seen < 100:
        if key in node:
            return node[key]
        node, seen = node.get("/Parent"), seen + 1
    return None


def rectangle(page: pikepdf.Dictionary, key: str) -> list[float] | None:
    """Left, bottom, right, top, whatever the order it is written in."""
    try:
        x0, y0, x1, y1 = (float(side) for side in inherited(page, key))
    except (TypeError, ValueError):
        return None
    return [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]


def visible_box(page: pikepdf.Dictionary) -> list[float]:
    media = rectangle(page, "/MediaBox") or LETTER_PAPER
    if _is_flat(media):
        media = LETTER_PAPER
    crop = rectangle(page, "/CropBox")
    if crop is None:
        return media
    seen = [
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    ]
    return media if _is_flat(seen) else seen


def _is_flat(box: list[float]) -> bool:
    return box[2] <= box[0] or box[3] <= box[1]


def number(value, default: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def turn_of(page: pikepdf.Dictionary) -> int:
    return int(number(inherited(page, "/Rotate"), 0)) % 360


def frame(box: list[float], turn: int) -> tuple[list[float], float]:
    """The matrix that puts the origin at the corner which is seen at bottom left, and
    the width that is seen."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    return {
        90: ([0, 1, -1, 0, right, bottom], high),
        180: ([-1, 0, 0, -1, right, top], wide),
        270: ([0, -1, 1, 0, left, top], high),
    }.get(turn, ([1, 0, 0, 1, left, bottom], wide))


def printable(text: str) -> bytes:
    """In the letters of the reader's own Helvetica; others lose their accent."""
    letters = []
    for letter in text:
        try:
            letters.append(letter.encode("cp1252"))
        except UnicodeEncodeError:
            bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore")
            letters.append(bare or b"?")
    return b"".join(letters)


def lines_in(text: str, width: float) -> tuple[list[str], float]:
    """The text cut to the width, and the size of its letters."""
    size = max(SMALLEST, min(SIZE, width / 40))
    room = max(10, int((width - 2 * MARGIN * size / SIZE) / (size * LETTER_WIDTH)))
    return textwrap.wrap(text, room), size


def drawing(text: str, matrix: list[float], width: float) -> bytes:
    """Dark letters over a white halo, so that they are read on any ground."""
    lines, size = lines_in(text, width)
    edge, leading = MARGIN * size / SIZE, size * LEADING
    shown = [f"1 0 0 1 {edge:.2f} {edge + leading * (len(lines) - 1):.2f} Tm".encode()]
    for line in lines:
        escaped = re.sub(rb"([()\\])", rb"\\\1", printable(line))
        shown.append(b"(%s) Tj 0 %.2f Td" % (escaped, -leading))
    words = b"\n".join(shown)
    place = " ".join(f"{value:.4f}" for value in matrix).encode()
    return b"\n".join(
        (
            b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC",
            b"q %s cm BT /F %.2f Tf" % (place, size),
            b"2 Tr 1 j %.2f w 1 G 1 g" % (size / 4),
            words,
            b"0 Tr 0.25 g",
            words,
            b"ET Q EMC",
        )
    )


def marks(pdf: Pdf, text: str):
    """Draws the footer of a page; pages of the same shape share one drawing."""
    font = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
        )
    )
    drawn: dict[tuple, pikepdf.Object] = {}

    def mark_for(page: pikepdf.Dictionary) -> pikepdf.Object:
        box, turn = visible_box(page), turn_of(page)
        unit = number(page.get("/UserUnit"), 1.0) or 1.0
        shape = (*box, turn, unit)
        if shape not in drawn:
            matrix, width = frame(box, turn)
            matrix = [value / unit for value in matrix[:4]] + matrix[4:]
            form = pdf.make_stream(drawing(text, matrix, width * unit))
            form.Type, form.Subtype = Name.XObject, Name.Form
            form.BBox = Array(box)
            form.Resources = Dictionary(Font=Dictionary(F=font))
            drawn[shape] = form
        return drawn[shape]

    return mark_for


def is_balanced(content: bytes) -> bool:
    """Whether the page gives back the state of drawing as it found it."""
    depth = 0
    for operator in STATE.findall(content):
        depth += 1 if operator == b"q" else -1
        if depth < 0:
            return False
    return depth == 0


def put_over(pdf: Pdf, page: pikepdf.Page, mark: pikepdf.Object) -> None:
    contents = page.obj.get("/Contents")
    named: list[Any] = list(contents) if isinstance(contents, Array) else [contents]
    parts = [part for part in named if isinstance(part, pikepdf.Stream)]
    resources = inherited(page.obj, "/Resources")
    own = Dictionary(dict(resources.items()) if resources is not None else {})
    objects = own.get("/XObject")
    own.XObject = Dictionary(dict(objects.items()) if objects is not None else {})
    if not is_balanced(b"\n".join(part.read_bytes() for part in parts)):
        # Drawn apart, it cannot move what comes after.
        own.XObject[Name("/PortalPage")] = page.as_form_xobject(
            handle_transformations=False
        )
        parts = [pdf.make_stream(b"/PortalPage Do")]
    own.XObject[MARK] = mark
    page.obj.Resources = own
    page.obj.Contents = Array(
        [
            pdf.make_stream(b"q\n"),
            *parts,
            pdf.make_stream(b"\nQ\n%s Do\n" % str(MARK).encode()),
        ]
    )


def mark(content: bytes, text: str) -> bytes:
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
        mark_for = marks(pdf, text)
        for page in pdf.pages:
            put_over(pdf, page, mark_for(page.obj))
        copy = io.BytesIO()
        pdf.save(copy, deterministic_id=True)
        return copy.getvalue()


def limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    limit(*map(int, sys.argv[1:]))
    footer = json.loads(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(mark(sys.stdin.buffer.read(), footer))
