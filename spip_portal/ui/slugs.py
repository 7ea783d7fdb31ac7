"""Words of an address."""

from django.utils.text import slugify


def french_slug(title: str) -> str:
    """« L’hiver » gives l-hiver: alone, Django would join the words."""
    return slugify(title.replace("’", " ").replace("'", " "))
