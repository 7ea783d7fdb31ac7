from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings


def absolute(path: str) -> str:
    """The full address of a page of the portal, for mails and PDF."""
    return urljoin(f"{settings.SITE_URL}/", path)


def uuid_in(text: str | None) -> UUID | None:
    """The identifier written in an address or a form; None when there is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
