"""What the mails about conventions say, to the référents of their parties."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Agreement, Membership
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.templatetags.portal import long_date
from spip_portal.ui.urls import absolute


def referents_of(agreement: Agreement) -> QuerySet[User]:
    """Of every party, each person once."""
    memberships = Membership.objects.live().referents()
    memberships = memberships.filter(
        organisation__agreement_parties__agreement=agreement
    )
    return User.objects.filter(
        is_active=True, pk__in=memberships.values("user")
    ).order_by("pk")


def page_of(agreement: Agreement) -> str:
    return absolute(reverse("partners:agreement", args=[agreement.uuid]))


def send_denounced(agreement: Agreement) -> None:
    """Once a date: denounced again after a correction, it is another mail."""
    day = agreement.denounced_on
    notice = Notice(
        subject=_("Une convention est dénoncée"),
        paragraphs=[
            _("« %(spip)s » dénonce la convention « %(title)s », à effet du %(day)s.")
            % {"spip": agreement.spip, "title": agreement, "day": long_date(day)},
            _(
                "À partir de ce jour, elle n’ouvre plus aucun droit : les documents "
                "partagés qui reposent sur elle ne seront plus accessibles."
            ),
        ],
        label=_("Voir la convention"),
        url=page_of(agreement),
        why=_("vous êtes référent d’une structure signataire."),
    )
    for user in referents_of(agreement):
        key = f"agreement-denounced:{agreement.uuid}:{day}:{user.pk}"
        send_notice(key=key, to=user.email, notice=notice)
