"""A bad PDF is refused with a reason, a good one is kept byte for byte."""

import io
import secrets
import subprocess
import sys
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from spip_portal.vault import inspection, services
from spip_portal.vault.confined import child_of
from spip_portal.vault.models import StoredFile


def pdf(change=None, pages: int = 1, **save) -> bytes:
    """A real PDF made by the test, with one thing changed."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer, **save)
    return buffer.getvalue()


def root(**entries):
    def change(document):
        for key, value in entries.items():
            document.Root[Name(f"/{key}")] = value

    return change


def action(kind: str, **more):
    return Dictionary(S=Name(f"/{kind}"), **more)


def annotation(**entries):
    def change(document):
        note = Dictionary(Type=Name("/Annot"), Rect=[0, 0, 9, 9], **entries)
        document.pages[0].Annots = Array([document.make_indirect(note)])

    return change


def attach(document):
    document.attachments["joint.txt"] = b"texte"


ACTIVE = "programme ou une action"
REFUSED = {
    "JavaScript at opening": (root(OpenAction=action("JavaScript", JS="1")), ACTIVE),
    "JavaScript by name": (
        root(Names=Dictionary(JavaScript=Dictionary(Names=Array([])))),
        ACTIVE,
    ),
    "launch a program": (root(OpenAction=action("Launch", F="cmd.exe")), ACTIVE),
    "submit a form": (annotation(A=action("SubmitForm")), ACTIVE),
    "import data": (annotation(A=action("ImportData")), ACTIVE),
    "go to a remote file": (annotation(A=action("GoToR")), ACTIVE),
    "an action deep inside": (
        annotation(AA=Dictionary(E=Array([Dictionary(Next=action("JavaScript"))]))),
        ACTIVE,
    ),
    "an attached file": (attach, "fichiers joints"),
    "a file as a note": (
        annotation(Subtype=Name("/FileAttachment")),
        "fichiers joints",
    ),
    "an XFA form": (root(AcroForm=Dictionary(XFA=Array([]))), "XFA"),
    "rich media": (annotation(Subtype=Name("/RichMedia")), "vidéo"),
    "a film": (annotation(Subtype=Name("/Movie")), "vidéo"),
}
ACCEPTED = {
    "plain": pdf(),
    "500 pages": pdf(pages=500),
    "linearised": pdf(linearize=True),
    "object streams": pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "opens on a page": pdf(root(OpenAction=action("GoTo", D=Array([0, Name("/Fit")])))),
    "a link": pdf(
        annotation(Subtype=Name("/Link"), A=action("URI", URI="https://x.fr"))
    ),
    "a plain form": pdf(root(AcroForm=Dictionary(Fields=Array([])))),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_an_ordinary_pdf_is_accepted(what):
    assert inspection.inspect(ACCEPTED[what]).refusal == ""


@pytest.mark.parametrize("what", REFUSED)
def test_a_dangerous_pdf_is_refused_with_its_reason(what):
    change, reason = REFUSED[what]
    refusal = inspection.inspect(pdf(change)).refusal
    assert reason in refusal
    assert "Imprimer au format PDF" in refusal


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 a text document", "pas un PDF"),
        (b"junk %PDF-1.7 %%EOF", "pas un PDF"),
        (pdf() + b"x" * 2000, "pas un PDF"),
        (b"%PDF-1.7\n" + secrets.token_bytes(300) + b"\n%%EOF", "abîmé"),
        (pdf(pages=501), "500 pages"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "mot de passe"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "mot de passe"),
    ],
    ids=[
        "zip",
        "late header",
        "cut end",
        "damaged",
        "too long",
        "locked",
        "restricted",
    ],
)
def test_a_file_that_cannot_be_shared_is_refused(content, reason):
    assert reason in inspection.inspect(content).refusal


def bomb(size: int) -> bytes:
    """A small file whose cross-reference stream unpacks to `size` bytes."""
    packed = zlib.compress(bytes(size))
    entries = b"/Type/XRef/Size 1/W[1 2 1]/Root 1 0 R/Filter/FlateDecode"
    head = b"%%PDF-1.5\n1 0 obj<<%s/Length %d>>stream\n" % (entries, len(packed))
    return head + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


MEASURE = """
import os, subprocess, sys
away = subprocess.DEVNULL
child = subprocess.Popen(sys.argv[1:], stdout=away, stderr=away)
print(os.wait4(child.pid, 0)[2].ru_maxrss)
"""


def test_a_bomb_is_refused_and_never_gets_the_memory_it_wants():
    allowed = 256 * 1024**2
    packed = bomb(4 * allowed)
    assert len(packed) < 2 * 1024**2
    assert inspection.inspect(packed).refusal
    command = [
        sys.executable,
        "-I",
        str(child_of("pdf_structure.py")),
        str(allowed),
        "15",
    ]
    # By a small process: a child is counted the memory of whoever starts it.
    done = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, *command],
        input=packed,
        capture_output=True,
        check=True,
    )
    assert int(done.stdout) * 1024 < allowed


@pytest.mark.django_db
def test_a_deposit_waits_in_quarantine_until_a_worker_has_looked():
    good, bad = services.store(content=pdf()), services.store(content=pdf(attach))
    assert {good.state, bad.state} == {StoredFile.State.QUARANTINED}
    assert services.inspect_waiting() == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.pages, good.refusal) == ("available", 1, "")
    assert bad.state == "refused"
    assert "fichiers joints" in bad.refusal
    assert services.inspect_waiting() == 0


@pytest.mark.django_db
def test_an_accepted_file_comes_back_byte_for_byte():
    content = pdf(linearize=True)
    stored = services.store(content=content)
    services.inspect_waiting()
    stored.refresh_from_db()
    assert b"".join(services.open_stream(stored)) == content
