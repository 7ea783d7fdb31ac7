"""What the coordination writes of the missions: texts, their versions, their images."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import (
    Agreement,
    Charge,
    CollectiveAction,
    Mission,
    MissionImage,
    MissionVersion,
)
from partners.services.writing import check_unchanged, locked, row_uuid, service_of
from spip_portal import registry
from spip_portal.accounts.models import User
from spip_portal.ui import rich_text
from spip_portal.ui.slugs import french_slug
from spip_portal.vault import services as vault
from spip_portal.vault.images import media_type_of

# Addresses of pages beside those of the missions.
RESERVED_SLUGS = frozenset({"ajouter", "images", "ordre"})
STEP = 10


# -- Texts ----


@transaction.atomic
def add_mission(*, by: User, title: str, **values) -> Mission:
    """The page's address comes from the first title, and stays; it comes last."""
    spip = service_of(by)
    last = Mission.objects.filter(spip=spip).last_position()
    mission = Mission(
        spip=spip, slug=_free_slug(title), version=0, position=last + STEP
    )
    return _write(mission, by, title=title, **values)


@transaction.atomic
def save_mission(*, mission: Mission, by: User, seen: int, **values) -> Mission:
    """`seen`: the version that was on the page. ValidationError, code "changed", when
    another one was written since: nothing is overwritten unseen."""
    current = locked(mission, Mission.objects.editable_by(by))
    check_unchanged(current.version, seen)
    return _write(current, by, **values)


@transaction.atomic
def restore_version(*, mission: Mission, by: User, number: int) -> Mission:
    """An old text comes back as a new version; none is lost."""
    current = locked(mission, Mission.objects.editable_by(by))
    old = current.versions.filter(number=number).first()
    if old is None or old.number == current.version:
        raise PermissionDenied
    return _write(
        current,
        by,
        title=old.title,
        summary=old.summary,
        body=old.body,
        published_at=current.published_at,
        contact=current.contact,
        agreements=current.agreements.all(),
        actions=current.actions.all(),
        restores=old.number,
    )


def _write(
    mission: Mission,
    by: User,
    *,
    title: str,
    summary: str,
    body: str,
    published_at: datetime | None,
    contact: Charge | None = None,
    agreements: Iterable[Agreement] = (),
    actions: Iterable[CollectiveAction] = (),
    restores: int | None = None,
) -> Mission:
    """The one door by which a text comes in, cleaned."""
    mission.title, mission.summary = title, summary
    mission.body = _clean_body(mission, body)
    mission.published_at, mission.contact = published_at, contact
    mission.version += 1
    mission.save()
    mission.agreements.set(agreements)
    mission.actions.set(actions)
    MissionVersion.objects.create(
        mission=mission,
        number=mission.version,
        title=title,
        summary=summary,
        body=mission.body,
        written_by=by,
        restores=restores,
    )
    return mission


def _clean_body(mission: Mission, body: str) -> str:
    cleaned = rich_text.clean(rich_text.from_text(body))
    if not cleaned:
        raise ValidationError({"body": _("Écrivez un texte.")})
    if names := registry.gather("text_guards", rich_text.text_of(cleaned)):
        raise ValidationError({"body": names})
    known = {image_url(image) for image in mission.images.all()} if mission.pk else {}
    for address, alternative in rich_text.images_of(cleaned):
        if address not in known:
            raise ValidationError(
                {"body": _("Une image du texte n’a pas été déposée sur cette page.")}
            )
        if not alternative.strip():
            raise ValidationError(
                {"body": _("Une image du texte n’a pas de texte de remplacement.")}
            )
    return cleaned


def _free_slug(title: str) -> str:
    base = french_slug(title)[:45] or "mission"
    slug, number = base, 1
    while slug in RESERVED_SLUGS or Mission.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


# -- Order ----


@transaction.atomic
def move_mission(*, mission: Mission, by: User, is_up: bool) -> None:
    """One place up or down among the missions of the service. At the end already, it
    stays."""
    editable = Mission.objects.editable_by(by).select_for_update(of=("self",))
    rows = list(editable.order_by("position", "title", "pk"))
    if mission not in rows:
        raise PermissionDenied
    rank = rows.index(mission)
    other = max(0, rank - 1) if is_up else min(len(rows) - 1, rank + 1)
    rows[rank], rows[other] = rows[other], rows[rank]
    for place, row in enumerate(rows, 1):
        row.position = place * STEP
    Mission.objects.bulk_update(rows, ["position"])


# -- Images ----


def image_url(image: MissionImage) -> str:
    return reverse("partners:mission_image", args=[image.uuid])


@transaction.atomic
def add_image(
    *,
    mission: Mission,
    by: User,
    alternative: str,
    content: bytes,
    key: uuid.UUID | None = None,
) -> MissionImage:
    """In quarantine until a worker has inspected it. `key` is the form's own: posted
    twice, it adds one image."""
    if not Mission.objects.editable_by(by).filter(pk=mission.pk).exists():
        raise PermissionDenied
    media_type = media_type_of(content)
    if media_type is None or not alternative.strip():
        raise ValidationError(_("Il faut une image PNG ou JPEG, et son texte."))
    own_uuid = row_uuid(key, mission)
    known = mission.images.filter(uuid=own_uuid).first()
    return known or MissionImage.objects.create(
        uuid=own_uuid,
        mission=mission,
        file=vault.store(content=content, media_type=media_type),
        alternative=alternative,
        added_by=by,
    )


def read_image(*, by, image: MissionImage) -> Iterator[bytes]:
    """The clear chunks of one that `by`, a visitor too, may see on its page."""
    readable = MissionImage.objects.visible_to(by).available()
    if not readable.filter(pk=image.pk).exists():
        raise PermissionDenied
    return vault.open_stream(image.file)


@transaction.atomic
def remove_image(*, image: MissionImage, by: User) -> None:
    """Its file becomes unreadable for ever; a text that shows it must change first.
    Old versions then show their alternative text."""
    if not MissionImage.objects.editable_by(by).filter(pk=image.pk).exists():
        raise PermissionDenied
    mission = Mission.objects.select_for_update(of=("self",)).get(pk=image.mission_id)
    if image_url(image) in mission.body:
        raise ValidationError(_("Le texte de la page montre cette image."))
    stored = image.file
    image.delete()
    vault.erase(stored=stored)
