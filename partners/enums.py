from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """Who may read a convention, an action, an organisation's page."""

    PUBLIC = "public", _("tout public")
    NETWORK = "network", _("réseau partenarial")
    PARTIES = "parties", _("parties seulement")


class Milieu(TextChoices):
    OPEN = "open", _("milieu ouvert")
    CLOSED = "closed", _("milieu fermé")
    BOTH = "both", _("milieux ouvert et fermé")


class Art46Category(TextChoices):
    """Who may hold data on offences: art. 46 of the loi Informatique et libertés and
    its decree. OTHER may not."""

    AUTHORITY = "authority", _("autorité publique")
    PUBLIC_SERVICE = "public_service", _("personne morale gérant un service public")
    REINTEGRATION = (
        "reintegration",
        _("association d’aide à la réinsertion (art. L. 111-1 du code pénitentiaire)"),
    )
    ESSMS = (
        "essms",
        _("établissement ou service social ou médico-social (2°, 4° ou 14°)"),
    )
    OTHER = "other", _("autre : aucune donnée nominative")
