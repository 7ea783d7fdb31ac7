"""What accounts offer to the first page (spip_portal.registry)."""

import base64
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from spip_portal import registry
from spip_portal.accounts.models import FactorReset, Posting
from spip_portal.registry import HomeBlock
from spip_portal.vault.rotation import Sealed


def register() -> None:
    registry.register("home_blocks", home_blocks)
    registry.register("sealed", sealed)


def sealed(user) -> Iterator[Sealed]:
    """Secrets of second factors: sealed one by one inside the JSON of each."""
    yield Sealed(
        rows=Authenticator.objects.all(),
        fields=("data",),
        purpose="mfa",
        read=lambda factor: [
            base64.b64decode(factor.data[name]) for name in _secrets(factor)
        ],
        write=_write_secrets,
    )


def _secrets(factor: Authenticator) -> list[str]:
    return [name for name in ("secret", "seed") if name in factor.data]


def _write_secrets(factor: Authenticator, again: list[bytes]) -> None:
    texts = (base64.b64encode(each).decode() for each in again)
    factor.data = factor.data | dict(zip(_secrets(factor), texts, strict=True))


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
