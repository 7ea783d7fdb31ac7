from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What an agent does in a service; it stands on a posting, never on a person."""

    CPIP = "cpip", _("CPIP")
    COORDINATOR = "coordinator", _("Coordination partenariale")
    MANAGER = "manager", _("Direction")
    AUDITOR = "auditor", _("Audit (délégation à la protection des données)")


PARTNER = "partner"  # the role of whoever acts under no posting
