"""Keep what is typed as it is typed, so that no time-out, cut or refusal loses it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from spip_portal.accounts.models import User
from spip_portal.drafts.models import Draft
from spip_portal.vault import envelope

PURPOSE = "draft"
Typed = dict[str, list[str]]  # the values of each field, in the order of the form


@dataclass(frozen=True)
class Kept:
    """A draft, opened. `page` is its address, `label` the page's heading."""

    page: str
    label: str
    typed: Typed
    saved_at: datetime


def save(*, user: User, page: str, label: str, typed: Typed) -> None:
    """Raises ValidationError when it is longer than any form of the portal."""
    kept = {"page": page, "label": label, "typed": typed}
    content = json.dumps(kept, ensure_ascii=False)
    if len(content) > Draft.MOST_CHARACTERS:
        raise ValidationError(_("Cette saisie est trop longue pour être gardée."))
    sealed = envelope.seal(content.encode(), purpose=PURPOSE, context=_context(user))
    Draft.objects.update_or_create(
        user=user, page_hash=_hash(page), defaults={"sealed": sealed}
    )


def kept_for(user: User, page: str) -> Kept | None:
    draft = Draft.objects.visible_to(user).filter(page_hash=_hash(page)).first()
    return _opened(user, draft) if draft else None


def all_of(user: User) -> list[Kept]:
    return [_opened(user, draft) for draft in Draft.objects.visible_to(user)[:20]]


def forget(*, user: User, page: str) -> None:
    Draft.objects.visible_to(user).filter(page_hash=_hash(page)).delete()


def purge() -> int:
    deleted, _each = Draft.objects.forgotten(timezone.now()).delete()
    return deleted


def _opened(user: User, draft: Draft) -> Kept:
    content = envelope.unseal(
        bytes(draft.sealed), purpose=PURPOSE, context=_context(user)
    )
    return Kept(**json.loads(content), saved_at=draft.saved_at)


def _context(user: User) -> bytes:
    """A row moved to another account does not open."""
    return user.uuid.bytes


def _hash(page: str) -> str:
    return hashlib.sha256(page.encode()).hexdigest()
