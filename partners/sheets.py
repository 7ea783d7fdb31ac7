"""A mission on paper."""

import base64

from django.urls import reverse

from partners.models import Mission
from partners.services.missions import image_url, read_image
from spip_portal.pdf import render_pdf
from spip_portal.ui import rich_text
from spip_portal.ui.urls import absolute


def mission_sheet(mission: Mission, *, by) -> bytes:
    """A tagged PDF, dated by the version of its text."""
    context = {
        "mission": mission,
        "version": mission.versions.first(),
        "body": rich_text.shown(
            mission.body, site=absolute("").rstrip("/"), images=_images(mission, by)
        ),
        "url": absolute(reverse("partners:mission", args=[mission.slug])),
    }
    return render_pdf("pdf/mission.html", context)


def _images(mission: Mission, by) -> dict[str, str]:
    """Each address with its `data:` one: the PDF engine fetches nothing else."""
    found = {}
    shown = {address for address, _alternative in rich_text.images_of(mission.body)}
    for image in mission.images.available().select_related("file"):
        if image_url(image) in shown:
            data = base64.b64encode(b"".join(read_image(by=by, image=image))).decode()
            found[image_url(image)] = f"data:{image.file.media_type};base64,{data}"
    return found
