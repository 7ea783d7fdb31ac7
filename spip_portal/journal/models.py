from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, Spip
from spip_portal.journal.merkle import moment


class CurrentTransaction(models.Func):
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Verb(models.TextChoices):
    OPEN = "open", _("a ouvert")
    SEARCH = "search", _("a cherché une personne")
    LIST = "list", _("a listé")
    CREATE = "create", _("a créé")
    CHANGE = "change", _("a modifié")
    READ = "read", _("a lu")
    PRINT = "print", _("a imprimé")
    SHARE = "share", _("a partagé")
    COUNTERSIGN = "sign", _("a contresigné le partage")
    REVOKE = "revoke", _("a mis fin au partage")
    EXPORT = "export", _("a exporté")
    ERASE = "erase", _("a effacé")
    REFUSED = "refused", _("s’est vu refuser l’accès")
    SECURITY = "security", _("a agi sur la sécurité d’un compte")


def audited_services(user) -> list[Spip]:
    """The services whose lines `user` may read: the direction its own; the auditor each
    one where they are posted as such."""
    if not user.is_active or user.role not in {Role.MANAGER, Role.AUDITOR}:
        return []
    if user.is_manager:
        return [user.spip]
    postings = Posting.objects.live().filter(user=user, role=Role.AUDITOR)
    return list(Spip.objects.filter(pk__in=postings.values("spip")))


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user, services: list[Spip] | None = None):
        """Lines of the services that `user` audits, save to the direction those of what
        it must not know of; the auditor also those of no service: visitors, and
        partners refused before any service was known.
        `services`: `audited_services(user)`, when the caller has it already."""
        if services is None:
            services = audited_services(user)
        if not services:
            return self.none()
        visible = Q(spip_id__in=[service.pk for service in services])
        if user.role == Role.AUDITOR:
            return self.filter(visible | Q(spip_id=None))
        return self.filter(visible, is_restricted=False)

    def newest_first(self):
        return self.order_by("-at", "-pk")


class Entry(models.Model):
    """One line: who, when, what, under which share, why. INSERT only: the rights of
    `portal_app` and triggers refuse anything else to everyone. Ids, never a name: no
    foreign key, so that a line outlives what it speaks of. One partition a month."""

    at = models.DateTimeField(_("quand"), db_default=Now(), editable=False)
    actor_id = models.BigIntegerField(_("compte"), null=True)
    spip_id = models.BigIntegerField(_("service"), null=True)
    role = models.CharField(_("fonction"), max_length=15, blank=True)
    verb = models.CharField(_("acte"), max_length=10, choices=Verb)
    object_kind = models.CharField(_("objet"), max_length=30, blank=True)
    object_uuid = models.UUIDField(_("référence de l’objet"), null=True)
    share_uuid = models.UUIDField(_("partage"), null=True)
    count = models.PositiveIntegerField(_("nombre d’objets listés"), null=True)
    motive = models.CharField(_("motif"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("adresse réseau"), null=True)
    # Of what the direction must not know of; set by a trigger of the app that holds it.
    is_restricted = models.BooleanField(
        _("cachée à la direction"), db_default=False, editable=False
    )
    # A seal covers lines whose transaction is surely over: it must know which. Set by a
    # trigger (app.journal_xact), so that nobody gives a line another's place.
    xact_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne du journal")
        verbose_name_plural = _("lignes du journal")
        # In the order of the page, each: a list stays as quick in a long journal.
        indexes = [
            models.Index(fields=["object_uuid", "-at", "-id"], name="entry_object"),
            models.Index(fields=["spip_id", "-at", "-id"], name="entry_spip"),
            models.Index(fields=["spip_id", "verb", "-at", "-id"], name="entry_verb"),
            models.Index(fields=["actor_id", "-at", "-id"], name="entry_actor"),
            models.Index(
                fields=["share_uuid", "-at", "-id"],
                condition=Q(share_uuid__isnull=False),
                name="entry_share",
            ),
            models.Index(fields=["xact_id", "id"], name="entry_xact"),
        ]


class SealQuerySet(models.QuerySet):
    def newest(self):
        return self.order_by("-number").first()


class Seal(models.Model):
    """What the journal held at a moment: the Merkle root of the lines whose transaction
    is in [from_xact, below_xact), chained to the seal before and signed. INSERT only.
    Its root stands over those of its parts, one for each month of its lines."""

    number = models.PositiveBigIntegerField(_("numéro"), unique=True)
    from_xact = models.BigIntegerField(_("depuis la transaction"))
    below_xact = models.BigIntegerField(_("avant la transaction"))
    first_line = models.BigIntegerField(_("plus petit numéro de ligne"))
    last_line = models.BigIntegerField(_("plus grand numéro de ligne"))
    count = models.PositiveBigIntegerField(_("nombre de lignes"))
    root = models.CharField(_("racine de Merkle"), max_length=64)
    previous = models.CharField(_("empreinte du sceau précédent"), max_length=64)
    key_id = models.CharField(_("clef"), max_length=32)
    signature = models.CharField(_("signature Ed25519"), max_length=128)
    sealed_at = models.DateTimeField(_("scellé le"))

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("sceau du journal")
        verbose_name_plural = _("sceaux du journal")

    @property
    def statement(self) -> dict[str, object]:
        """What is signed."""
        return {
            "number": self.number,
            "from": self.from_xact,
            "below": self.below_xact,
            "first": self.first_line,
            "last": self.last_line,
            "count": self.count,
            "root": self.root,
            "previous": self.previous,
            "key": self.key_id,
            "at": moment(self.sealed_at),
        }


class SealPart(models.Model):
    """The lines of one month under one seal: what is left of them to verify the seal
    with, once the month is retired."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="parts")
    month = models.CharField(_("mois"), max_length=7)
    count = models.PositiveBigIntegerField(_("nombre de lignes"))
    root = models.CharField(_("racine de Merkle"), max_length=64)

    class Meta:
        verbose_name = _("part d’un sceau")
        verbose_name_plural = _("parts des sceaux")
        ordering = ["seal", "month"]
        constraints = [
            models.UniqueConstraint(fields=["seal", "month"], name="sealpart_once")
        ]

    @property
    def statement(self) -> dict[str, object]:
        return {"month": self.month, "count": self.count, "root": self.root}


class SealKey(models.Model):
    """A public key that has signed seals. A new one is signed by the one before, and
    signs that in turn: whoever trusts one of them can trust all."""

    key_id = models.CharField(_("clef"), max_length=32, unique=True)
    public_key = models.CharField(_("clef publique Ed25519"), max_length=64)
    previous = models.CharField(_("clef précédente"), max_length=32, blank=True)
    endorsement = models.CharField(
        _("signature par la clef précédente"), max_length=128, blank=True
    )
    acceptance = models.CharField(_("signature par elle-même"), max_length=128)
    added_at = models.DateTimeField(_("ajoutée le"), db_default=Now())

    class Meta:
        verbose_name = _("clef de scellement")
        verbose_name_plural = _("clefs de scellement")

    @property
    def statement(self) -> dict[str, object]:
        return {"public": self.public_key, "previous": self.previous}


class Retirement(models.Model):
    """A month of the journal that was dropped after its time, and what it held."""

    month = models.CharField(_("mois"), max_length=7, unique=True)
    count = models.PositiveBigIntegerField(_("nombre de lignes"))
    root = models.CharField(_("racine de ses parts"), max_length=64)
    kept_months = models.PositiveSmallIntegerField(_("mois de conservation"))
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    retired_at = models.DateTimeField(_("retiré le"))
    key_id = models.CharField(_("clef"), max_length=32)
    signature = models.CharField(_("signature Ed25519"), max_length=128)

    class Meta:
        verbose_name = _("mois retiré du journal")
        verbose_name_plural = _("mois retirés du journal")

    @property
    def statement(self) -> dict[str, object]:
        return {
            "month": self.month,
            "count": self.count,
            "root": self.root,
            "kept": self.kept_months,
            "reason": self.reason,
            "key": self.key_id,
            "at": moment(self.retired_at),
        }


class Verification(models.Model):
    """What a whole verification found, for the page of the journal."""

    at = models.DateTimeField(_("faite le"), db_default=Now())
    seals = models.PositiveBigIntegerField(_("sceaux vérifiés"))
    lines = models.PositiveBigIntegerField(_("lignes vérifiées"))
    problems = models.PositiveIntegerField(_("écarts"))
    first_problem = models.TextField(_("premier écart"), blank=True)

    class Meta:
        verbose_name = _("vérification du journal")
        verbose_name_plural = _("vérifications du journal")

    @property
    def is_clean(self) -> bool:
        return self.problems == 0
