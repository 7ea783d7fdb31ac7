from urllib.parse import urljoin

from django.conf import settings


def absolute(path: str) -> str:
    """The full address of a page of the portal, for mails and PDF."""
    return urljoin(f"{settings.SITE_URL}/", path)
