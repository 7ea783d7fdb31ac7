import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from spip_portal.accounts.models import User
from spip_portal.pages.models import CalendarFeed


@transaction.atomic
def renew_feed(*, user: User) -> str:
    """A new private address, told this once; the one before is closed."""
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"token_hash": digest, "created_at": timezone.now()}
    )
    return token


@transaction.atomic
def revoke_feed(*, user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()
