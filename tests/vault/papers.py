"""PDF files made by the tests: the ordinary ones of an office, and hostile ones."""

import io
import secrets
import subprocess
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

Change = Callable[[Pdf], None]
# Written in two halves, so that no antivirus takes this file for what it describes.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(change: Change | None = None, pages: int = 1, **save) -> bytes:
    """A real PDF made by the test, with one thing changed."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    buffer = io.BytesIO()
    # The same bytes each time, but a password wants chance.
    document.save(buffer, deterministic_id="encryption" not in save, **save)
    return buffer.getvalue()


def made(change: Change | None = None, **how) -> Callable[[], bytes]:
    """The same, once it is asked for: most runs ask for few of them."""
    return partial(pdf, change, **how)


def given(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def written(text: str = "Texte de la page") -> Change:
    """Each page bears a line of text, in a font of the reader's own."""

    def change(document):
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        for page in document.pages:
            page.Resources = Dictionary(Font=Dictionary(F1=font))
            line = f"BT /F1 12 Tf 72 500 Td ({text}) Tj ET".encode("latin-1")
            page.Contents = document.make_stream(line)

    return change


def root(**entries) -> Change:
    def change(document):
        for key, value in entries.items():
            document.Root[Name(f"/{key}")] = value

    return change


def first_page(**entries) -> Change:
    def change(document):
        for key, value in entries.items():
            document.pages[0][Name(f"/{key}")] = value

    return change


def action(kind: str, **more) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **more)


def annotation(**entries) -> Change:
    def change(document):
        note = Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **entries)
        document.pages[0].Annots = Array([document.make_indirect(note)])

    return change


def attach(document: Pdf) -> None:
    document.attachments["joint.txt"] = b"texte"


def signature_field(document: Pdf) -> None:
    """What a signing tool leaves: a field, its signature, the range that it covers."""
    signature = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/ETSI.CAdES.detached"),
        ByteRange=Array([0, 840, 960, 240]),
        Contents=String(secrets.token_bytes(60)),
        M=String("D:20260112093000+01'00'"),
    )
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            Rect=[0, 0, 0, 0],
            T=String("Signature"),
            V=document.make_indirect(signature),
        )
    )
    document.pages[0].Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def scanned(document: Pdf) -> None:
    """A page that is a photograph of paper, as copiers make them."""
    photograph = io.BytesIO()
    Image.new("L", (620, 877), 230).save(photograph, "JPEG", quality=60)
    image = Stream(
        document,
        photograph.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=620,
        Height=877,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page = document.pages[0]
    page.Resources = Dictionary(XObject=Dictionary(Im0=document.make_indirect(image)))
    page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")


def layered(document: Pdf) -> None:
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("Calque")))
    document.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(ON=Array([layer]))
    )


def outlined(document: Pdf) -> None:
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Premier chapitre", 0))


def described(document: Pdf) -> None:
    with document.open_metadata() as metadata:
        metadata["dc:title"] = "Titre"


def updated(content: bytes) -> bytes:
    """The same file with a second revision after its end, as editors append them."""
    place, revision = len(content), b"9 0 obj\n<</Added true>>\nendobj\n"
    start = content.rindex(b"startxref") + len(b"startxref")
    before = int(content[start:].split()[0])
    end = b"xref\n9 1\n%010d 00000 n \ntrailer\n<</Size 10/Root 1 0 R/Prev %d>>\n" % (
        place,
        before,
    )
    return b"%s%s%sstartxref\n%d\n%%%%EOF\n" % (
        content,
        revision,
        end,
        place + len(revision),
    )


MIB = 1024**2


def bomb(size: int) -> bytes:
    """A small file whose cross-reference stream unpacks to `size` zeros, whole MiB."""
    packer = zlib.compressobj(wbits=-15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (size % 65521) << 16 | 1
    last = b"\x03\x00"
    packed = b"\x78\x9c" + block * (size // MIB) + last + checksum.to_bytes(4)
    entries = b"/Type/XRef/Size 1/W[1 2 1]/Root 1 0 R/Filter/FlateDecode"
    head = b"%%PDF-1.5\n1 0 obj<<%s/Length %d>>stream\n" % (entries, len(packed))
    return head + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


def _nested(document: Pdf) -> None:
    """Deeper than any writer goes; the program is at the bottom."""
    value = action("JavaScript", JS="1")
    for _ in range(60):
        value = Dictionary(Next=value)
    document.Root.OpenAction = value


def _hidden(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
    note.A = document.make_indirect(
        Dictionary(S=document.make_indirect(Name.JavaScript), JS="1")
    )
    document.pages[0].Annots = Array([document.make_indirect(note)])


def _unreferenced(document: Pdf) -> None:
    """No page leads to it; some readers look at every object all the same."""
    document.Root.Odd = document.make_indirect(action("Launch", F="cmd.exe"))


def _with_stream(content: bytes) -> Change:
    def change(document):
        document.pages[0].Contents = document.make_stream(content)

    return change


def _many_objects(document: Pdf) -> None:
    document.Root.Many = Array(
        document.make_indirect(Dictionary()) for _ in range(200_001)
    )


def text_of(content: bytes, *options: str) -> str:
    """What poppler reads on the page, in the order in which it is seen."""
    done = subprocess.run(
        ["pdftotext", "-layout", *options, "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return " ".join(done.stdout.decode().split())


OBJECT_STREAMS = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
PLAIN = pdf()

ACCEPTED: dict[str, Callable[[], bytes]] = {
    "plain": given(PLAIN),
    "several pages of text": made(written(), pages=3),
    "500 pages": made(pages=500),
    "signed": made(signature_field),
    "linearised": made(written(), linearize=True),
    "object streams": made(written(), **OBJECT_STREAMS),
    "scanned": made(scanned),
    "PDF 1.3": made(force_version="1.3"),
    "PDF 2.0": made(force_version="2.0"),
    "a second revision": given(updated(PLAIN)),
    "uncompressed": made(written(), compress_streams=False),
    "layers": made(layered),
    "bookmarks": made(outlined),
    "metadata": made(described),
    "turned pages": made(first_page(Rotate=90)),
    "a cropped page": made(first_page(CropBox=Array([50, 50, 400, 600]))),
    "opens on a page": made(
        root(OpenAction=action("GoTo", D=Array([0, Name("/Fit")])))
    ),
    "a link": made(annotation(Subtype=Name.Link, A=action("URI", URI="https://x.fr"))),
    "a comment": made(annotation(Subtype=Name.Text, Contents=String("À relire"))),
    "a highlight": made(annotation(Subtype=Name.Highlight, QuadPoints=[0] * 8)),
    "a plain form": made(root(AcroForm=Dictionary(Fields=Array([])))),
    "a language": made(root(Lang=String("fr-FR"))),
    "spaces after the end": given(PLAIN + b" " * 900),
}

ACTIVE = "programme ou une action"
JOINED = "fichiers joints"
MEDIA = "vidéo"
LOCKED = "mot de passe"
NO_PDF = "pas un PDF"
VIRUS = "antivirus"
_SCRIPT = {"JS": "app.alert(1)"}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    # -- Programs and actions
    "JavaScript at opening": (
        made(root(OpenAction=action("JavaScript", **_SCRIPT))),
        ACTIVE,
    ),
    "JavaScript by name": (
        made(root(Names=Dictionary(JavaScript=Dictionary(Names=Array([]))))),
        ACTIVE,
    ),
    "JavaScript when a page opens": (
        made(first_page(AA=Dictionary(O=action("JavaScript", **_SCRIPT)))),
        ACTIVE,
    ),
    "JavaScript when the file closes": (
        made(root(AA=Dictionary(WC=action("JavaScript", **_SCRIPT)))),
        ACTIVE,
    ),
    "JavaScript of a field": (
        made(
            root(
                AcroForm=Dictionary(
                    Fields=Array([Dictionary(AA=Dictionary(K=action("JavaScript")))])
                )
            )
        ),
        ACTIVE,
    ),
    "JavaScript in an object stream": (
        made(root(OpenAction=action("JavaScript", **_SCRIPT)), **OBJECT_STREAMS),
        ACTIVE,
    ),
    "JavaScript written in another way": (
        lambda: pdf(root(OpenAction=action("JavaScript", **_SCRIPT))).replace(
            b"/JavaScript", b"/Java#53cript"
        ),
        ACTIVE,
    ),
    "a name kept elsewhere": (made(_hidden), ACTIVE),
    "a script without its kind": (made(annotation(A=Dictionary(**_SCRIPT))), ACTIVE),
    "nested sixty times": (made(_nested), ACTIVE),
    "no page leads to it": (made(_unreferenced), ACTIVE),
    "launch a program": (made(root(OpenAction=action("Launch", F="cmd.exe"))), ACTIVE),
    "submit a form": (made(annotation(A=action("SubmitForm"))), ACTIVE),
    "reset a form": (made(annotation(A=action("ResetForm"))), ACTIVE),
    "import data": (made(annotation(A=action("ImportData"))), ACTIVE),
    "go to a remote file": (made(annotation(A=action("GoToR"))), ACTIVE),
    "go to an embedded file": (made(annotation(A=action("GoToE"))), ACTIVE),
    "play a rendition": (made(annotation(A=action("Rendition"))), ACTIVE),
    "an action deep inside": (
        made(
            annotation(AA=Dictionary(E=Array([Dictionary(Next=action("JavaScript"))])))
        ),
        ACTIVE,
    ),
    # -- Files inside
    "an attached file": (made(attach), JOINED),
    "an attached file, linearised": (made(attach, linearize=True), JOINED),
    "a file as a note": (made(annotation(Subtype=Name("/FileAttachment"))), JOINED),
    "an associated file": (made(root(AF=Array([]))), JOINED),
    "a file of a page": (
        made(first_page(AF=Array([Dictionary(Type=Name("/Filespec"))]))),
        JOINED,
    ),
    "a file without its kind": (
        made(annotation(FS=Dictionary(EF=Dictionary()))),
        JOINED,
    ),
    "an XFA form": (made(root(AcroForm=Dictionary(XFA=Array([])))), "XFA"),
    # -- Sound and pictures that move
    "rich media": (made(annotation(Subtype=Name("/RichMedia"))), MEDIA),
    "a film": (made(annotation(Subtype=Name("/Movie"))), MEDIA),
    "a sound": (made(annotation(Subtype=Name("/Sound"))), MEDIA),
    "a screen": (made(annotation(Subtype=Name("/Screen"))), MEDIA),
    "3D": (made(annotation(Subtype=Name("/3D"))), MEDIA),
    # -- Locked
    "a password": (made(encryption=pikepdf.Encryption(owner="a", user="b")), LOCKED),
    "restricted": (made(encryption=pikepdf.Encryption(owner="a", user="")), LOCKED),
    "an old cipher": (
        made(encryption=pikepdf.Encryption(owner="a", user="b", R=4)),
        LOCKED,
    ),
    # -- Not a whole PDF
    "empty": (given(b""), NO_PDF),
    "a text document": (given(b"PK\x03\x04 word/document.xml"), NO_PDF),
    "a program": (given(b"MZ\x90\x00" + bytes(200)), NO_PDF),
    "a page of the web": (given(b"<html><script>1</script></html>"), NO_PDF),
    "a picture": (given(b"\x89PNG\r\n\x1a\n" + bytes(40)), NO_PDF),
    "PostScript": (given(b"%!PS-Adobe-3.0\n%%EOF\n"), NO_PDF),
    "something before": (given(b"junk " + PLAIN), NO_PDF),
    "a mark before": (given(b"\xef\xbb\xbf" + PLAIN), NO_PDF),
    "a page of the web before": (given(b"<script>1</script>\n" + PLAIN), NO_PDF),
    "an archive after": (given(PLAIN + b"PK\x03\x04" + bytes(2000)), NO_PDF),
    "cut": (given(PLAIN[:-7]), NO_PDF),
    "head and end only": (given(b"%PDF-1.7\n%%EOF\n"), "abîmé"),
    "damaged": (given(b"%PDF-1.7\n" + secrets.token_bytes(300) + b"\n%%EOF"), "abîmé"),
    # -- Too much of it
    "501 pages": (made(pages=501), "500 pages"),
    "too many objects": (made(_many_objects, **OBJECT_STREAMS), "trop lourd"),
    "a bomb": (partial(bomb, 1536 * 1024**2), ""),
    # -- What clamd knows
    "a virus in a comment": (given(PLAIN + b"%" + EICAR + b"\n%%EOF\n"), VIRUS),
    "a virus in a page": (made(_with_stream(EICAR), compress_streams=False), VIRUS),
    "a virus in a packed page": (made(_with_stream(EICAR)), VIRUS),
}
