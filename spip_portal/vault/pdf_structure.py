"""Run as a child process by `inspection`: a PDF on stdin, one line of JSON on stdout.
Arguments: its limits, memory in bytes and CPU in seconds, which it sets on itself
before it reads anything (the parent has threads: nothing may run between its fork and
its exec).

Deliberately outside Django: the child loads pikepdf and nothing of the portal.
"""

import io
import json
import resource
import sys

import pikepdf

MAX_PAGES = 500
MAX_OBJECTS = 200_000
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/ResetForm",
}
MEDIA = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}


def reason_against(pdf: pikepdf.Pdf) -> str:
    """The first reason to refuse this document; empty when there is none."""
    if len(pdf.pages) > MAX_PAGES:
        return "too_many_pages"
    if "/XFA" in pdf.Root.get("/AcroForm", {}):
        return "form"
    if "/EmbeddedFiles" in pdf.Root.get("/Names", {}) or "/AF" in pdf.Root:
        return "attachment"
    if "/JavaScript" in pdf.Root.get("/Names", {}):
        return "active"
    if len(pdf.objects) > MAX_OBJECTS:
        return "too_heavy"
    reasons = (_reason_against_object(item) for item in pdf.objects)
    return next((reason for reason in reasons if reason), "")


def _reason_against_object(item) -> str:
    """Looks at one indirect object and at what is written inside it directly."""
    pending = [item]
    while pending:
        current = pending.pop()
        if isinstance(current, pikepdf.Array):
            pending.extend(c for c in current if not _is_indirect(c))
        elif isinstance(current, pikepdf.Dictionary | pikepdf.Stream):
            if reason := _reason_against_keys(current):
                return reason
            pending.extend(v for v in current.values() if not _is_indirect(v))
    return ""


def _is_indirect(item) -> bool:
    return bool(getattr(item, "is_indirect", False))


def _reason_against_keys(item) -> str:
    if str(item.get("/S", "")) in ACTIVE_ACTIONS or "/JS" in item:
        return "active"
    kind = str(item.get("/Type", ""))
    if kind in {"/EmbeddedFile", "/Filespec"} or "/EF" in item:
        return "attachment"
    subtype = str(item.get("/Subtype", ""))
    if subtype == "/FileAttachment":
        return "attachment"
    return "media" if subtype in MEDIA else ""


def examine(content: bytes) -> dict:
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return {"pages": None, "reason": "encrypted"}
            return {"pages": len(pdf.pages), "reason": reason_against(pdf)}
    except pikepdf.PasswordError:
        return {"pages": None, "reason": "encrypted"}
    except pikepdf.PdfError:
        return {"pages": None, "reason": "unreadable"}


def limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    limit(*map(int, sys.argv[1:]))
    sys.stdout.write(json.dumps(examine(sys.stdin.buffer.read())))
