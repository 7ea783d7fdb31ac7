"""What every file that a page of the network offers has in common."""

from django.core.exceptions import PermissionDenied

from spip_portal.vault import services as vault


def take_out(row, editable) -> None:
    """Its file becomes unreadable for ever."""
    if not editable.filter(pk=row.pk).exists():
        raise PermissionDenied
    stored = row.file
    row.delete()
    vault.erase(stored=stored)
