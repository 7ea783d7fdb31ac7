"""The reading copy: a footer on each page, upright at the bottom of what is seen."""

import io
import subprocess

import pikepdf
import pytest
from pikepdf import Array

from spip_portal.vault import marking, pdf_marking
from tests.vault.papers import (
    ACCEPTED,
    Change,
    first_page,
    layered,
    pdf,
    scanned,
    signature_field,
    text_of,
    written,
)

FOOTER = "Copie remise à Amina Diallo (Le Relais des Côtes), document 1a2b3c4d"
LONG = f"{FOOTER} – {'Association des amis de la réinsertion par le logement ' * 4}"


def both(*changes: Change) -> Change:
    def change(document):
        for one in changes:
            one(document)

    return change


def drawn(content: bytes) -> tuple[int, int, bytes]:
    """The first page as one sees it, in grey: width, height, points."""
    command = ["pdftoppm", "-cropbox", "-gray", "-r", "72", "-singlefile"]
    image = subprocess.run(command, input=content, capture_output=True, check=True)
    _kind, size, _depth, points = image.stdout.split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, points


def ink(content: bytes) -> tuple[float, float, float, float]:
    """Where the page is not white, as shares of what is seen: left, top, right,
    bottom."""
    width, height, points = drawn(content)
    dark = [divmod(place, width) for place, grey in enumerate(points) if grey < 200]
    rows, columns = [row for row, _ in dark], [column for _, column in dark]
    return (
        min(columns) / width,
        min(rows) / height,
        max(columns) / width,
        max(rows) / height,
    )


def rough(document: pikepdf.Pdf) -> None:
    """A page that leaves the state of drawing as it found it not."""
    page = document.pages[0]
    page.Contents = document.make_stream(b"q 9 0 0 9 300 300 cm q 1 0 0 rg")


def rougher(document: pikepdf.Pdf) -> None:
    """It undoes what it never did, then moves all that follows."""
    page = document.pages[0]
    page.Contents = document.make_stream(b"Q Q 0.1 0 0 0.1 900 900 cm q")


def without_media_box(document: pikepdf.Pdf) -> None:
    del document.pages[0].obj["/MediaBox"]


def hung_on_a_branch(document: pikepdf.Pdf) -> None:
    """Size, turn and fonts said once, for all pages."""
    page, tree = document.pages[0].obj, document.Root.Pages
    for key, value in (("/MediaBox", Array([0, 0, 400, 600])), ("/Rotate", 90)):
        if key in page:
            del page[key]
        tree[key] = value
    tree["/Resources"] = page["/Resources"]
    del page["/Resources"]


def empty_page(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Contents = Array([])


SHAPES: dict[str, Change] = {
    "upright": both(),
    "turned by 90": first_page(Rotate=90),
    "turned by 180": first_page(Rotate=180),
    "turned by 270": first_page(Rotate=270),
    "turned by -90": first_page(Rotate=-90),
    "cropped": first_page(CropBox=Array([100, 200, 500, 700])),
    "cropped and turned": first_page(CropBox=Array([100, 200, 500, 700]), Rotate=90),
    "cropped outside": first_page(CropBox=Array([5000, 5000, 6000, 6000])),
    "written upside down": first_page(MediaBox=Array([612, 792, 0, 0])),
    "below zero": first_page(MediaBox=Array([-300, -400, 300, 400])),
    "larger units": first_page(MediaBox=Array([0, 0, 200, 280]), UserUnit=3),
    "without a size": without_media_box,
    "narrow": first_page(MediaBox=Array([0, 0, 150, 700])),
    "wide": first_page(MediaBox=Array([0, 0, 2400, 800])),
    "rough": rough,
    "rougher": rougher,
    "empty": empty_page,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_footer_is_upright_at_the_bottom_of_what_is_seen(shape):
    copy = pdf_marking.mark(pdf(SHAPES[shape]), FOOTER)
    assert text_of(copy) == FOOTER
    left, top, right, bottom = ink(copy)
    assert left < 0.1
    assert top > 0.8
    assert right < 0.99
    assert 0.9 < bottom < 0.999


@pytest.mark.parametrize("size", [(612, 792), (150, 700), (2400, 800), (90, 90)])
def test_a_long_name_is_whole_on_the_page(size):
    copy = pdf_marking.mark(pdf(first_page(MediaBox=Array([0, 0, *size]))), LONG)
    assert text_of(copy) == " ".join(LONG.split())
    assert ink(copy)[2] < 0.99


def test_what_was_on_the_page_is_still_there_and_each_page_is_marked():
    copy = pdf_marking.mark(pdf(written("Texte du jugement"), pages=3), FOOTER)
    assert text_of(copy) == f"Texte du jugement {FOOTER} " * 2 + (
        f"Texte du jugement {FOOTER}"
    )


def test_fonts_that_hang_on_a_branch_still_serve():
    content = pdf(both(written("Texte du jugement"), hung_on_a_branch))
    copy = pdf_marking.mark(content, FOOTER)
    assert text_of(copy) == f"Texte du jugement {FOOTER}"


def test_the_footer_is_read_over_a_dark_scan():
    """The halo keeps it legible: white and dark side by side at the bottom."""

    def night(document):
        page = document.pages[0]
        page.Contents = document.make_stream(b"0 g 0 0 612 792 re f")

    width, height, points = drawn(pdf_marking.mark(pdf(night), FOOTER))
    bottom = points[width * int(height * 0.95) :]
    assert max(bottom) > 200
    assert text_of(pdf_marking.mark(pdf(scanned), FOOTER)) == FOOTER


@pytest.mark.parametrize("what", sorted(set(ACCEPTED) - {"500 pages"}))
def test_each_pdf_that_is_accepted_can_be_marked(what):
    copy = pdf_marking.mark(ACCEPTED[what](), FOOTER)
    assert FOOTER in text_of(copy, "-l", "1")


def test_a_signed_pdf_keeps_its_pages_in_the_copy():
    """The signature holds for the original, which is kept, and no longer for it."""
    copy = pdf_marking.mark(pdf(both(written(), signature_field)), FOOTER)
    assert text_of(copy) == f"Texte de la page {FOOTER}"


def test_layers_stay():
    with pikepdf.open(io.BytesIO(pdf_marking.mark(pdf(layered), FOOTER))) as copy:
        assert "/OCProperties" in copy.Root


def test_letters_that_the_font_lacks_lose_their_accent():
    copy = pdf_marking.mark(pdf(), "Łucja Kovačević-Œuvré (10 €)")
    assert text_of(copy) == "?ucja Kovacevic-Œuvré (10 €)"


def test_the_same_input_gives_the_same_copy_by_a_child_process():
    content = pdf(written(), pages=2)
    first = marking.marked(content, FOOTER)
    assert first == marking.marked(content, FOOTER) == pdf_marking.mark(content, FOOTER)


def test_what_cannot_be_marked_is_not_shown_unmarked():
    with pytest.raises(marking.MarkingError):
        marking.marked(b"%PDF-1.4\nrien\n%%EOF\n", FOOTER)
