from collections.abc import Iterator

from django.utils.translation import gettext as _

from spip_portal import registry
from spip_portal.drafts import services
from spip_portal.registry import HomeBlock


def home_blocks(user) -> Iterator[HomeBlock]:
    if not user.is_active:
        return
    kept = services.all_of(user)
    if kept:
        yield HomeBlock(
            _("Saisies à reprendre"), "drafts/home.html", {"drafts": kept}, order=1
        )


def register() -> None:
    registry.register("home_blocks", home_blocks)
