"""Forums of the département, as the coordination and the direction keep them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.models import Forum, Organisation
from spip_portal.accounts.models import User


@transaction.atomic
def add_forum(*, by: User, **values: Any) -> Forum:
    """`save_forum` names the values."""
    if by.spip is None or not (by.is_coordinator or by.is_manager):
        raise PermissionDenied
    return save_forum(forum=Forum(spip=by.spip), by=by, **values)


@transaction.atomic
def save_forum(
    *,
    forum: Forum,
    by: User,
    agents: Iterable[User],
    organisations: Iterable[Organisation],
    **fields: Any,
) -> Forum:
    if forum.pk:
        _check_editable(forum, by)
        forum.sequence += 1
    for name, value in fields.items():
        setattr(forum, name, value)
    forum.save()
    forum.agents.set(agents)
    forum.organisations.set(organisations)
    return forum


@transaction.atomic
def delete_forum(*, forum: Forum, by: User) -> None:
    """For one written by mistake: a forum missed is kept, and counted as such."""
    _check_editable(forum, by)
    forum.delete()


def _check_editable(forum: Forum, by: User) -> None:
    if not Forum.objects.editable_by(by).filter(pk=forum.pk).exists():
        raise PermissionDenied
