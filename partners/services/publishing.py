"""What the coordination publishes: conventions, missions, collective actions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from partners import action_emails
from partners.models import (
    ActionSession,
    Agreement,
    AgreementParty,
    CollectiveAction,
    Mission,
    Organisation,
    Theme,
)
from partners.recurrence import weekly
from partners.services.requests import promote_waiting
from partners.services.sessions import people_concerned
from spip_portal.accounts.models import Spip, User

RESERVED_SLUGS = frozenset({"ajouter"})  # the address of the page that adds one


# -- Conventions ----


@transaction.atomic
def add_agreement(*, by: User, **values: Any) -> Agreement:
    """Record a convention of the service; `save_agreement` names the values."""
    return save_agreement(agreement=Agreement(spip=_service_of(by)), by=by, **values)


@transaction.atomic
def save_agreement(
    *,
    agreement: Agreement,
    by: User,
    parties: Iterable[Organisation],
    lead: Organisation | None,
    themes: Iterable[Theme],
    **fields: Any,
) -> Agreement:
    """Write a convention whole. Its state follows from its dates, and with it every
    share that rests on it."""
    _save(agreement, by, Agreement.objects.editable_by(by), fields)
    agreement.themes.set(themes)
    parties = list(parties)
    agreement.parties.exclude(organisation__in=parties).delete()
    for organisation in parties:
        AgreementParty.objects.update_or_create(
            agreement=agreement,
            organisation=organisation,
            defaults={"is_lead": organisation == lead},
        )
    return agreement


# -- Missions ----


@transaction.atomic
def add_mission(*, by: User, title: str, **values: Any) -> Mission:
    """The page's address comes from the first title, and stays."""
    mission = Mission(spip=_service_of(by), slug=_free_slug(title))
    return save_mission(mission=mission, by=by, title=title, **values)


@transaction.atomic
def save_mission(
    *, mission: Mission, by: User, is_published: bool, **fields: Any
) -> Mission:
    if not is_published:
        fields["published_at"] = None
    elif mission.published_at is None:
        fields["published_at"] = timezone.now()
    _save(mission, by, Mission.objects.editable_by(by), fields)
    return mission


def _free_slug(title: str) -> str:
    base = slugify(title)[:45] or "mission"
    slug, number = base, 1
    while slug in RESERVED_SLUGS or Mission.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


# -- Collective actions ----


@transaction.atomic
def add_action(*, by: User, **values: Any) -> CollectiveAction:
    """A new action is a draft; `save_action` names the values."""
    action = CollectiveAction(spip=_service_of(by))
    return save_action(action=action, by=by, **values)


@transaction.atomic
def save_action(
    *,
    action: CollectiveAction,
    by: User,
    contributors: Iterable[Organisation],
    sessions: Iterable[Mapping[str, Any]],
    **fields: Any,
) -> CollectiveAction:
    """`sessions`: rows of the form, each with `starts_at`, `ends_at`, the session it
    changes as `id` (None for a new one), `DELETE`, and for how many `weeks`."""
    _check_capacity(action, fields.get("capacity"))
    _save(action, by, CollectiveAction.objects.editable_by(by), fields)
    promote_waiting(action=action)
    action.contributors.set(contributors)
    for row in sessions:
        session = row["id"] or ActionSession()
        if session.pk and (session.action_id != action.pk or action.is_announced):
            raise PermissionDenied  # an announced one is moved with a mail
        session.action = action
        if row.get("DELETE"):
            if session.pk:
                session.delete()
            continue
        first, *others = weekly(row["starts_at"], row["ends_at"], row.get("weeks") or 1)
        session.starts_at, session.ends_at = first
        session.save()
        for starts_at, ends_at in others:
            action.sessions.create(starts_at=starts_at, ends_at=ends_at)
    return action


def _check_capacity(action: CollectiveAction, capacity: int | None) -> None:
    """Never below the places given; the lock holds off whoever asks for one now."""
    if action.pk is None or capacity is None:
        return
    CollectiveAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    given = action.requests.accepted().count_places()
    if capacity < given:
        sentence = _("%(count)d places sont déjà données.") % {"count": given}
        raise ValidationError({"capacity": sentence})


@transaction.atomic
def publish_action(*, action: CollectiveAction, by: User) -> None:
    """Shown from now on to its audience."""
    _move_action(action, by, CollectiveAction.State.DRAFT, "published")


@transaction.atomic
def cancel_action(*, action: CollectiveAction, by: User) -> None:
    """Still shown, marked as cancelled; those concerned are told."""
    if _move_action(action, by, CollectiveAction.State.PUBLISHED, "cancelled"):
        for user in people_concerned(action=action):
            action_emails.send_action_cancelled(action, user)


def _move_action(action: CollectiveAction, by: User, source: str, to: str) -> bool:
    """Whether it moved: a second click finds it moved already."""
    editable = CollectiveAction.objects.editable_by(by).filter(pk=action.pk)
    locked = editable.select_for_update(of=("self",)).first()
    if locked is None:
        raise PermissionDenied
    if locked.state != source:
        return False
    locked.state = to
    locked.save(update_fields=["state"])
    return True


# -- Common ----


def _service_of(by: User) -> Spip:
    if by.spip is None or not (by.is_coordinator or by.is_manager):
        raise PermissionDenied
    return by.spip


def _save(row, by: User, editable, fields: Mapping[str, Any]) -> None:
    """Write `fields` on a row of the service of `by`; a new one bears it already."""
    if row.pk and not editable.filter(pk=row.pk).exists():
        raise PermissionDenied
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
