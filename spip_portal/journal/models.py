from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


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


class Entry(models.Model):
    """One line: who, when, what, under which share, why. INSERT only: the rights of
    `portal_app` and triggers refuse anything else to everyone. Ids, never a name: no
    foreign key, so that a line outlives what it speaks of."""

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
    # A seal covers lines whose transaction is surely over: it must know which.
    xact_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("ligne du journal")
        verbose_name_plural = _("lignes du journal")
        indexes = [
            models.Index(fields=["object_uuid", "-id"], name="entry_object"),
            models.Index(fields=["spip_id", "-id"], name="entry_spip"),
            models.Index(fields=["actor_id", "-id"], name="entry_actor"),
            models.Index(
                fields=["share_uuid", "-id"],
                condition=models.Q(share_uuid__isnull=False),
                name="entry_share",
            ),
        ]
