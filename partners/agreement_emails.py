"""What the mails about conventions say, to the référents of their parties
and to the coordination."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.emails import keepers_of
from partners.models import Agreement, Membership
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.security.dates import today
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


def send_ending(agreement: Agreement, days: int) -> None:
    """To the coordination and to the référents, each once for this end and this
    threshold, even if somebody is both."""
    signatory = _("vous êtes référent d’une structure signataire.")
    why = dict.fromkeys(referents_of(agreement), signatory)
    for user in keepers_of(agreement.spip_id):
        why[user] = _("vous suivez les partenariats du service.")
    for user, reason in why.items():
        notice = Notice(
            subject=_("Une convention finit bientôt"),
            paragraphs=[_ending(agreement), _consequence(agreement)],
            label=_("Voir la convention"),
            url=page_of(agreement),
            why=reason,
        )
        key = f"agreement-ending:{agreement.uuid}:{days}:{agreement.ends_on}:{user.pk}"
        send_notice(key=key, to=user.email, notice=notice)


def _ending(agreement: Agreement) -> str:
    values = {
        "title": agreement,
        "day": long_date(agreement.ends_on),
        "left": (agreement.ends_on - today()).days,
    }
    if not values["left"]:
        return _("La convention « %(title)s » finit aujourd’hui.") % values
    return (
        ngettext(
            "La convention « %(title)s » finit le %(day)s, dans %(left)d jour.",
            "La convention « %(title)s » finit le %(day)s, dans %(left)d jours.",
            values["left"],
        )
        % values
    )


def _consequence(agreement: Agreement) -> str:
    if agreement.renewal == Agreement.Renewal.TACIT:
        sentence = ngettext(
            "Elle prévoit une reconduction tacite, avec un préavis de %(days)s jour : "
            "inscrivez la nouvelle fin par un avenant, ou dénoncez-la.",
            "Elle prévoit une reconduction tacite, avec un préavis de %(days)s jours : "
            "inscrivez la nouvelle fin par un avenant, ou dénoncez-la.",
            agreement.notice_days,
        )
        return sentence % {"days": agreement.notice_days}
    return _(
        "Après ce jour, elle n’ouvre plus aucun droit, et les documents partagés qui "
        "reposent sur elle ne sont plus accessibles. Préparez son renouvellement."
    )
