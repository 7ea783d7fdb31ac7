"""The journal of what is said to be older: `journal.services.record` dates from now."""

import uuid
from datetime import datetime

from spip_portal.accounts.enums import PARTNER
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, Verb


def note(
    who: User,
    verb: Verb,
    at: datetime,
    *,
    spip_id: int,
    kind: str,
    about: uuid.UUID,
    share: uuid.UUID | None = None,
    motive: str = "",
) -> None:
    """One line at its own date."""
    Entry.objects.create(
        at=at,
        actor_id=who.pk,
        role=who.role if who.is_agent else PARTNER,
        spip_id=spip_id,
        verb=verb,
        object_kind=kind,
        object_uuid=about,
        share_uuid=share,
        motive=motive,
    )
