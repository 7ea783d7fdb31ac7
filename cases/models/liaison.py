"""« Messages de liaison »: what the service and those it shares with write to each
other, under a share, where each reader is known by name before a word is sent."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models
from django.db.models import Count, Max, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.cases import TOLD_FOR, Case
from cases.models.sealing import SealedWords
from cases.models.shares import Share
from partners.models import Membership
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, Verb


class LiaisonMessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever has a part in the share now."""
        return self.filter(share__in=Share.objects.discussed_by(user))

    def changeable_by(self, user):
        """By its author, for a day; the database holds it to the same."""
        return self.visible_to(user).filter(
            written_by=user, written_at__gt=Now() - LiaisonMessage.CHANGEABLE_FOR
        )

    def sent_lately(self):
        """What the readers' mail is for."""
        return self.filter(written_at__gt=Now() - TOLD_FOR)

    def unread_by(self, user):
        """Written by others since `user` last opened that thread, as the journal has
        it; beyond `RECALLED_FOR`, nobody is reminded of them."""
        since = timezone.now() - LiaisonMessage.RECALLED_FOR
        read = Entry.objects.filter(
            share_uuid=models.OuterRef("share__uuid"),
            actor_id=user.pk,
            verb=Verb.READ,
            object_kind=LiaisonMessage.KIND,
            at__gte=models.OuterRef("written_at"),
            at__range=(since, timezone.now()),
        )
        others = self.visible_to(user).exclude(written_by=user)
        return others.filter(~models.Exists(read), written_at__gte=since)

    def threads(self):
        """One line a share: how many messages, and when the last was written."""
        lines = self.order_by().values(
            "share__uuid", "share__created_at", "case__reference"
        )
        return lines.annotate(count=Count("pk"), last_at=Max("written_at")).order_by(
            "-last_at"
        )


class LiaisonMessage(models.Model):
    """Its words are sealed. Changed by its author within a day, then never again;
    nothing is withdrawn."""

    KIND = "messages de liaison"  # of a thread, in the journal
    CHANGEABLE_FOR = timedelta(hours=24)
    RECALLED_FOR = timedelta(days=90)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="liaison_messages")
    share = models.ForeignKey(Share, models.PROTECT, related_name="+", db_index=False)
    written_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("rédigé par")
    )
    # The structure that the author wrote from; nobody's for the service.
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(_("envoyé le"), db_default=Now())
    changed_at = models.DateTimeField(_("modifié le"), null=True)
    sealed_text = models.BinaryField(_("message scellé"))
    text = SealedWords("sealed_text", purpose="liaison")

    objects = LiaisonMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message de liaison")
        verbose_name_plural = _("messages de liaison")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["share", "id"], name="liaison_thread")]
        constraints = [
            models.CheckConstraint(
                condition=Q(changed_at=None)
                | Q(changed_at__gte=models.F("written_at")),
                name="liaison_changed_after",
            )
        ]

    def __str__(self) -> str:
        return f"message {self.uuid}"

    @property
    def locked_at(self) -> datetime:
        return self.written_at + self.CHANGEABLE_FOR

    @property
    def is_locked(self) -> bool:
        return self.locked_at <= timezone.now()


@dataclass(frozen=True)
class Reader:
    """Who would read a message now. `membership` is None for whoever follows the
    case."""

    user: User
    membership: Membership | None


def readers_of(share: Share) -> list[Reader]:
    """The service first, then structure by structure. The database tells them to whom
    has a part in the share, who cannot read the rows that name the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select user_id, membership_id from app.readers_of_share(%s)", [share.pk]
        )
        rows = cursor.fetchall()
    users = User.objects.in_bulk([user for user, _membership in rows])
    named = [membership for _user, membership in rows if membership]
    memberships = Membership.objects.select_related("organisation").in_bulk(named)
    return sorted(
        (Reader(users[user], memberships.get(membership)) for user, membership in rows),
        key=_rank,
    )


def followers_of(share: Share) -> list[User]:
    return [reader.user for reader in readers_of(share) if reader.membership is None]


def _rank(reader: Reader) -> tuple[str, str]:
    structure = str(reader.membership.organisation) if reader.membership else ""
    return structure, str(reader.user)


def mark_of(readers: Iterable[Reader]) -> str:
    """Another one as soon as the list is another: whoever confirms has read it."""
    known = ",".join(sorted(str(reader.user.uuid) for reader in readers))
    return hashlib.sha256(known.encode()).hexdigest()


def audience_of(share: Share, author: User) -> list[Reader]:
    """Who else would read what `author` writes now: nobody when it would not leave the
    service, which has no liaison with itself."""
    readers = readers_of(share)
    if not any(reader.membership for reader in readers):
        return []
    return [reader for reader in readers if reader.user != author]
