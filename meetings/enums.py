from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MeetingKind(TextChoices):
    PLENARY = "plenary", _("réunion plénière")


class MeetingState(TextChoices):
    DRAFT = "draft", _("brouillon")
    CONVENED = "convened", _("convoquée")
    CANCELLED = "cancelled", _("annulée")


class Answer(TextChoices):
    """What an invitee said; whoever declines is excused."""

    NONE = "none", _("sans réponse")
    YES = "yes", _("participe")
    REPRESENTED = "represented", _("représentation prévue")
    NO = "no", _("ne participe pas")


class Purpose(TextChoices):
    """Why a mail about a meeting leaves."""

    INVITATION = "invitation", _("convocation")
    UPDATE = "update", _("modification")
    CANCELLATION = "cancellation", _("annulation")
