from django.db import models
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    """The rubrics of an issue, in their order. Values are those that providers name in
    `registry.NewsletterItem.section`; any other goes last."""

    NETWORK = "network", _("Vie du réseau")
    AGREEMENTS = "agreements", _("Conventions et protocoles signés")
    ACTIONS = "actions", _("Actions collectives")
    RIGHTS = "rights", _("Accès aux droits")
    MEETINGS = "meetings", _("Plénières et groupes de travail")
    MISSIONS = "missions", _("Missions du SPIP")
    OTHER = "other", _("À lire aussi")


class Source(models.TextChoices):
    """How somebody came to receive the letter: always by an act of their own."""

    FORM = "form", _("formulaire public, adresse confirmée")
    ACCOUNT = "account", _("bouton de son compte")


class IssueState(models.TextChoices):
    """Computed (`IssueQuerySet.with_state`), never stored."""

    DRAFT = "draft", _("brouillon")
    SENDING = "sending", _("en cours d’envoi")
    SENT = "sent", _("envoyé")
