"""Is this file one that we dare show to others? Asked in a child process."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from spip_portal.vault.antivirus import is_clean
from spip_portal.vault.confined import run_child
from spip_portal.vault.images import explain_image, media_type_of, redrawn
from spip_portal.vault.models import StoredFile

CPU_SECONDS = 15


@dataclass(frozen=True)
class Verdict:
    pages: int | None
    refusal: str  # empty: accepted


def looks_like_pdf(content: bytes) -> bool:
    """`%PDF-` at byte 0 and `%%EOF` within the last 1 024 bytes."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


def inspect(content: bytes, media_type: str = StoredFile.MediaType.PDF) -> Verdict:
    """Its structure first, then clamd. Raises NoAnswerError when clamd is away."""
    verdict = _inspect_structure(content, media_type)
    if verdict.refusal or is_clean(content):
        return verdict
    return Verdict(verdict.pages, explain("infected"))


def _inspect_structure(content: bytes, media_type: str) -> Verdict:
    if media_type == StoredFile.MediaType.PDF:
        return _inspect_pdf(content)
    is_sound = media_type_of(content) == media_type and redrawn(content) is not None
    return Verdict(None, "" if is_sound else explain_image("unreadable"))


def _inspect_pdf(content: bytes) -> Verdict:
    if not looks_like_pdf(content):
        return Verdict(None, explain("not_pdf"))
    said = run_child("pdf_structure.py", content, cpu_seconds=CPU_SECONDS)
    try:
        answer = json.loads(said or b"")
    except json.JSONDecodeError:
        return Verdict(None, explain("too_heavy"))
    refusal = explain(answer["reason"]) if answer["reason"] else ""
    return Verdict(answer["pages"], refusal)


def explain(reason: str) -> str:
    """What the person who uploaded must read: why, and how to make it acceptable."""
    reprint = _("Refaites-en une copie avec « Imprimer au format PDF ».")
    sentences = {
        "not_pdf": _("Ce fichier n’est pas un PDF, ou il est incomplet."),
        "unreadable": _("Ce PDF est abîmé et ne s’ouvre pas."),
        "encrypted": _("Ce PDF est protégé par un mot de passe."),
        "too_many_pages": _("Ce PDF dépasse 500 pages : déposez-le en parties."),
        "active": _("Ce PDF contient un programme ou une action automatique."),
        "attachment": _("Ce PDF contient d’autres fichiers joints."),
        "form": _("Ce PDF contient un formulaire dynamique (XFA)."),
        "media": _("Ce PDF contient du son, de la vidéo ou de la 3D."),
        "too_heavy": _("Ce PDF est trop lourd à vérifier."),
        "infected": _("L’antivirus refuse ce fichier : faites vérifier votre poste."),
    }
    if reason == "infected":  # a copy of it would be no better
        return sentences[reason]
    return f"{sentences[reason]} {reprint}"
