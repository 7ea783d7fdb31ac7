"""What the network's mails say. No personal name but the reader's own structure."""

import uuid
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.links import invitation_url
from partners.models import Clearance, Invitation, Membership, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.templatetags.portal import long_date
from spip_portal.ui.urls import absolute


def _page(route: str, *args: object) -> str:
    return absolute(reverse(route, args=args))


def _once(event: str) -> str:
    """The key of a mail that a change of state sends: the service has locked the row,
    so a second click changes nothing and comes not here."""
    return f"{event}:{uuid.uuid4()}"


# -- Joining -------------------------------------------------------------------------


def send_registration_link(invitation: Invitation) -> None:
    notice = Notice(
        subject=_("Confirmez l’inscription de votre structure"),
        paragraphs=[
            _(
                "Une demande de partenariat vient d’être remplie sur le portail au nom "
                "de « %(structure)s », avec votre adresse comme contact."
            )
            % {"structure": invitation.organisation},
            _(
                "Suivez le lien pour la confirmer : vous deviendrez le référent de la "
                "structure, et le service examinera la demande. Le lien est valable "
                "jusqu’au %(day)s."
            )
            % {"day": long_date(invitation.expires_at)},
            _("Si vous n’avez rien demandé, ne faites rien : la demande s’effacera."),
        ],
        label=_("Confirmer l’inscription"),
        url=invitation_url(invitation),
        why=_("votre adresse a été donnée comme contact d’une structure."),
    )
    key = f"registration:{invitation.uuid}"
    send_notice(key=key, to=invitation.email, notice=notice)


def send_invitation(invitation: Invitation) -> None:
    notice = Notice(
        subject=_("Rejoignez « %(structure)s » sur le portail du SPIP")
        % {"structure": invitation.organisation},
        paragraphs=[
            _(
                "« %(structure)s » travaille avec le service pénitentiaire d’insertion "
                "et de probation par ce portail, et vous y invite."
            )
            % {"structure": invitation.organisation},
            _("Le lien est valable jusqu’au %(day)s et ne sert qu’une fois.")
            % {"day": long_date(invitation.expires_at)},
        ],
        label=_("Rejoindre la structure"),
        url=invitation_url(invitation),
        why=_("votre structure vous a invité à la rejoindre sur le portail."),
    )
    # Sent again within the minute, it is the same mail.
    key = f"invitation:{invitation.uuid}:{invitation.expires_at:%Y%m%d%H%M}"
    send_notice(key=key, to=invitation.email, notice=notice)


# -- Partnership ---------------------------------------------------------------------


def keepers_of(spip_id: int) -> Iterable[User]:
    """The coordination of the service, or its direction where there is none."""
    for role in (Role.COORDINATOR, Role.MANAGER):
        users = User.objects.posted(spip_id, role)
        if users:
            return users
    return []


def send_partnership_submitted(partnership: Partnership) -> None:
    notice = Notice(
        subject=_("Une structure demande à devenir partenaire"),
        paragraphs=[
            _("« %(structure)s » (%(kind)s, %(city)s) attend votre décision.")
            % {
                "structure": partnership.organisation,
                "kind": partnership.organisation.kind,
                "city": partnership.organisation.city,
            }
        ],
        label=_("Examiner la demande"),
        url=_page("partners:partnership", partnership.uuid),
        why=_("vous suivez les partenariats du service."),
    )
    for user in keepers_of(partnership.spip_id):
        key = _once("partnership:submitted")
        send_notice(key=key, to=user.email, notice=notice)


def send_partnership_validated(partnership: Partnership) -> None:
    _tell_referents(
        partnership,
        subject=_("Votre partenariat est validé"),
        paragraphs=[
            _("« %(spip)s » a validé le partenariat avec « %(structure)s ».")
            % _names(partnership),
            _(
                "Vous pouvez maintenant inviter vos collègues et lire les conventions "
                "et les actions du réseau. La page de votre structure dit ce qui "
                "manque encore pour recevoir des documents."
            ),
        ],
    )


def send_partnership_refused(partnership: Partnership) -> None:
    _tell_referents(
        partnership,
        subject=_("Votre demande de partenariat n’est pas acceptée"),
        paragraphs=[
            _("« %(spip)s » n’a pas accepté la demande de « %(structure)s ».")
            % _names(partnership),
            _("Motif : %(reason)s") % {"reason": partnership.reason},
            _("Corrigez la page de votre structure, puis renvoyez la demande."),
        ],
    )


def send_partnership_suspended(partnership: Partnership) -> None:
    _tell_referents(
        partnership,
        subject=_("Votre partenariat est suspendu"),
        paragraphs=[
            _("« %(spip)s » a suspendu le partenariat avec « %(structure)s ».")
            % _names(partnership),
            _("Motif : %(reason)s") % {"reason": partnership.reason},
            _("Les documents partagés par ce service ne sont plus accessibles."),
        ],
    )


def send_partnership_reactivated(partnership: Partnership) -> None:
    _tell_referents(
        partnership,
        subject=_("Votre partenariat est rétabli"),
        paragraphs=[
            _("« %(spip)s » a rétabli le partenariat avec « %(structure)s ».")
            % _names(partnership)
        ],
    )


def _names(partnership: Partnership) -> dict[str, object]:
    return {"spip": partnership.spip, "structure": partnership.organisation}


def _tell_referents(
    partnership: Partnership, *, subject: str, paragraphs: list[str]
) -> None:
    notice = Notice(
        subject=subject,
        paragraphs=paragraphs,
        label=_("Voir ma structure"),
        url=_page("partners:my_organisation"),
        why=_("vous êtes référent de cette structure."),
    )
    members = partnership.organisation.memberships.live().referents()
    for membership in members.filter(user__is_active=True).select_related("user"):
        key = _once(f"partnership:{partnership.state}")
        send_notice(key=key, to=membership.user.email, notice=notice)


# -- Members -------------------------------------------------------------------------


def send_member_designated(clearance: Clearance) -> None:
    _tell_member(
        clearance.membership,
        event="designated",
        subject=_("Acceptez la charte de confidentialité"),
        paragraphs=[
            _("« %(structure)s » vous désigne pour recevoir des documents du service.")
            % {"structure": clearance.membership.organisation},
            _(
                "Avant le premier, lisez et acceptez la charte, puis activez la double "
                "authentification si ce n’est pas fait."
            ),
        ],
        label=_("Lire la charte"),
        url=_page("partners:charter"),
    )


def send_designation_withdrawn(clearance: Clearance) -> None:
    _tell_member(
        clearance.membership,
        event="withdrawn",
        subject=_("Vous ne recevez plus de documents du service"),
        paragraphs=[
            _("« %(structure)s » a mis fin à votre désignation.")
            % {"structure": clearance.membership.organisation},
            _("Le secret sur ce que vous avez lu demeure."),
        ],
    )


def send_clearance_suspended(clearance: Clearance) -> None:
    _tell_member(
        clearance.membership,
        event="suspended",
        subject=_("Votre habilitation est suspendue"),
        paragraphs=[
            _("Le service a suspendu votre habilitation à recevoir des documents."),
            _("Pour en connaître la raison, appelez le service."),
        ],
    )


def send_clearance_reactivated(clearance: Clearance) -> None:
    _tell_member(
        clearance.membership,
        event="reactivated",
        subject=_("Votre habilitation est rétablie"),
        paragraphs=[
            _("Vous pouvez de nouveau recevoir des documents du service."),
        ],
    )


def send_member_promoted(membership: Membership) -> None:
    _tell_member(
        membership,
        event="promoted",
        subject=_("Vous êtes référent de votre structure"),
        paragraphs=[
            _("Vous invitez vos collègues et tenez la page de « %(structure)s ».")
            % {"structure": membership.organisation}
        ],
    )


def send_membership_ended(membership: Membership) -> None:
    notice = Notice(
        subject=_("Votre accès au titre de votre structure a pris fin"),
        paragraphs=[
            _("Vous n’êtes plus membre de « %(structure)s » sur le portail.")
            % {"structure": membership.organisation},
            _(
                "Ce qui vous était partagé n’est plus accessible. Le secret sur ce que "
                "vous avez lu demeure."
            ),
        ],
        why=_("vous étiez membre de cette structure."),
    )
    key = _once("membership:ended")
    send_notice(key=key, to=membership.user.email, notice=notice)


def _tell_member(
    membership: Membership,
    *,
    event: str,
    subject: str,
    paragraphs: list[str],
    label: str = "",
    url: str = "",
) -> None:
    notice = Notice(
        subject=subject,
        paragraphs=paragraphs,
        label=label or _("Voir ma structure"),
        url=url or _page("partners:my_organisation"),
        why=_("vous êtes membre de cette structure."),
    )
    key = _once(f"membership:{event}")
    send_notice(key=key, to=membership.user.email, notice=notice)
