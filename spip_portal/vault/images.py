"""Pictures: what they are by their first bytes, and drawn anew in a child process."""

import subprocess
import sys
from pathlib import Path

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

CHILD = str(Path(__file__).with_name("image_drawing.py"))
IMAGE_MAX_BYTES = 2 * 1024 * 1024
MEMORY_BYTES = 1024**3
CPU_SECONDS = 10
WALL_SECONDS = 20
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def media_type_of(content: bytes) -> str | None:
    """By the first bytes, never by a name."""
    return next((t for t, sign in SIGNATURES.items() if content.startswith(sign)), None)


def redrawn(content: bytes) -> bytes | None:
    """The same picture, of the same type, and nothing else that the file held. None
    for one that cannot be read whole, within limits of size, memory and time."""
    try:
        child = subprocess.run(  # noqa: S603  our own file, no shell, bytes on stdin
            [sys.executable, "-I", CHILD, str(MEMORY_BYTES), str(CPU_SECONDS)],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        return None
    same_type = media_type_of(child.stdout) == media_type_of(content)
    return child.stdout if same_type else None


def explain_image(reason: str) -> str:
    """Why, and how to make it acceptable."""
    sentences = {
        "too_large": _("Cette image dépasse %(size)s : réduisez-la.")
        % {"size": filesizeformat(IMAGE_MAX_BYTES)},
        "not_image": _("Ce fichier n’est ni un PNG ni un JPEG : convertissez-le."),
        "unreadable": _(
            "Cette image est abîmée ou trop grande (4 000 pixels de côté au plus) : "
            "enregistrez-la de nouveau."
        ),
    }
    return sentences[reason]
