"""What accounts offer to the first page (spip_portal.registry)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from spip_portal import registry
from spip_portal.accounts.models import FactorReset, Posting
from spip_portal.registry import HomeBlock


def register() -> None:
    registry.register("home_blocks", home_blocks)


def home_blocks(user) -> Iterator[HomeBlock]:
    """Postings and lost second factors that wait for this person's confirmation."""
    if not user.is_active or not (user.is_manager or user.is_coordinator):
        return
    waiting = {
        "postings": Posting.objects.confirmable_by(user).count(),
        "resets": FactorReset.objects.confirmable_by(user).count(),
    }
    if any(waiting.values()):
        title = _("Comptes à confirmer")
        yield HomeBlock(title, "accounts/home_confirmations.html", waiting, order=15)
