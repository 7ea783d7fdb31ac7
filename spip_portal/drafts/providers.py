from collections.abc import Iterator

from django.utils.translation import gettext as _

from spip_portal import registry
from spip_portal.drafts import services
from spip_portal.drafts.models import Draft
from spip_portal.drafts.services import PURPOSE
from spip_portal.registry import HomeBlock
from spip_portal.vault.rotation import Sealed


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
    registry.register("sealed", sealed)


def sealed(user) -> Iterator[Sealed]:
    """What was typed (spip_portal.vault.rotation)."""
    yield Sealed(
        rows=Draft.objects.select_related("user"),
        fields=("sealed",),
        purpose=PURPOSE,
        read=lambda draft: [bytes(draft.sealed)],
        write=lambda draft, again: setattr(draft, "sealed", again[0]),
        context=lambda draft: draft.user.uuid.bytes,
    )
