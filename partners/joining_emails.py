"""What the mails say while somebody joins without an invitation. No personal name: who
asks is read in the portal alone."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.emails import keepers_of
from partners.links import join_request_url, registration_url
from partners.models import JoinRequest, Membership, Partnership, Registration
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.templatetags.portal import long_date
from spip_portal.ui.urls import absolute


def send_resume_link(registration: Registration, step: str) -> None:
    notice = Notice(
        subject=_("Reprenez l’inscription de votre structure"),
        paragraphs=[
            _(
                "Vous avez commencé l’inscription d’une structure sur le portail du "
                "SPIP. Ce lien la reprend où vous l’avez laissée, depuis n’importe "
                "quel appareil : gardez-le pour vous."
            ),
            _("Sans nouvelle saisie, le brouillon s’effacera le %(day)s.")
            % {"day": long_date(registration.expires_at)},
            _("Si vous n’avez rien commencé, ne faites rien."),
        ],
        label=_("Reprendre l’inscription"),
        url=registration_url(registration, step),
        why=_("votre adresse a été donnée pendant l’inscription d’une structure."),
    )
    email = registration.linked_email
    key = f"registration-draft:{registration.uuid}:{email}"
    send_notice(key=key, to=email, notice=notice)


def send_join_link(join_request: JoinRequest) -> None:
    """It names no structure: some may not be shown to whoever asks."""
    notice = Notice(
        subject=_("Confirmez votre demande à rejoindre une structure"),
        paragraphs=[
            _(
                "Une demande à rejoindre une structure inscrite sur le portail du SPIP "
                "vient d’être faite avec votre adresse."
            ),
            _(
                "Suivez le lien pour la confirmer : la structure la recevra ensuite. "
                "Il est valable jusqu’au %(day)s."
            )
            % {"day": long_date(join_request.expires_at)},
            _("Si vous n’avez rien demandé, ne faites rien : la demande s’effacera."),
        ],
        label=_("Confirmer ma demande"),
        url=join_request_url(join_request),
        why=_("votre adresse a été donnée pour rejoindre une structure."),
    )
    # Sent again within the minute, it is the same mail.
    key = f"join:{join_request.uuid}:{join_request.expires_at:%Y%m%d%H%M}"
    send_notice(key=key, to=join_request.email, notice=notice)


def send_join_request(join_request: JoinRequest) -> None:
    """To the référents, or to the coordination of each service that has validated the
    structure when it has none."""
    organisation = join_request.organisation
    referents = Membership.objects.live().referents().filter(organisation=organisation)
    users = User.objects.filter(is_active=True, memberships__in=referents).distinct()
    page = absolute(reverse("partners:my_organisation"))
    why = _("vous êtes référent de cette structure.")
    if users:
        _tell_of_request(join_request, users, page, why)
        return
    for partnership in organisation.partnerships.validated():
        _tell_of_request(
            join_request,
            keepers_of(partnership.spip_id),
            _page_of(partnership),
            _("vous suivez les partenariats du service."),
        )


def _page_of(partnership: Partnership) -> str:
    return absolute(reverse("partners:partnership", args=[partnership.uuid]))


def _tell_of_request(
    join_request: JoinRequest, users: Iterable[User], url: str, why: str
) -> None:
    notice = Notice(
        subject=_("Une personne demande à rejoindre une structure"),
        paragraphs=[
            _(
                "Une personne demande à rejoindre « %(structure)s » sur le portail. "
                "Son nom et son métier se lisent dans le portail, où vous acceptez ou "
                "refusez sa demande."
            )
            % {"structure": join_request.organisation}
        ],
        label=_("Voir la demande"),
        url=url,
        why=why,
    )
    for user in users:
        key = f"join-request:{join_request.uuid}:{user.pk}"
        send_notice(key=key, to=user.email, notice=notice)


def send_join_refused(join_request: JoinRequest) -> None:
    notice = Notice(
        subject=_("Votre demande à rejoindre une structure n’est pas acceptée"),
        paragraphs=[
            _(
                "La structure que vous demandiez à rejoindre sur le portail du SPIP "
                "n’a pas accepté votre demande. Pour en connaître la raison, "
                "adressez-vous à elle."
            )
        ],
        why=_("vous avez demandé à rejoindre une structure."),
    )
    key = f"join-refused:{join_request.uuid}"
    send_notice(key=key, to=join_request.email, notice=notice)
