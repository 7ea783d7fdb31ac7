"""What the mails say of a page that nobody has confirmed: to the référents, and to the
coordination once documents are closed."""

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.emails import keepers_of
from partners.models import Organisation
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.templatetags.portal import long_date
from spip_portal.ui.urls import absolute

LAST = 9  # months


def send_review_reminder(organisation: Organisation, months: int) -> None:
    """Each person once for this threshold since the last confirmation."""
    referents = organisation.memberships.live().referents()
    notice = _to_referents(organisation, months)
    for user in User.objects.filter(is_active=True, memberships__in=referents):
        _send(organisation, months, user, notice)
    if months == LAST:
        _tell_coordination(organisation, months)


def _to_referents(organisation: Organisation, months: int) -> Notice:
    subjects = {
        6: _("La page de votre structure est-elle à jour ?"),
        8: _("Confirmez la page de votre structure avant l’arrêt des accès"),
        9: _("L’accès aux documents est arrêté pour votre structure"),
    }
    return Notice(
        subject=subjects[months],
        paragraphs=[
            _("La page de « %(structure)s » n’a pas été vérifiée depuis le %(day)s.")
            % {
                "structure": organisation,
                "day": long_date(organisation.reviewed_at),
            },
            _consequence(organisation, months),
            _(
                "Relisez la page et la liste des membres, puis choisissez « Tout est à "
                "jour »."
            ),
        ],
        label=_("Vérifier ma structure"),
        url=absolute(reverse("partners:my_organisation")),
        why=_("vous êtes référent de cette structure."),
    )


def _consequence(organisation: Organisation, months: int) -> str:
    if months == LAST:
        return _(
            "Depuis neuf mois sans réponse, ses membres n’ont plus accès aux documents "
            "du service. L’accès reprend dès que la page est confirmée."
        )
    return _(
        "Sans confirmation avant le %(day)s, l’accès de ses membres aux documents du "
        "service s’arrêtera."
    ) % {"day": long_date(organisation.answer_due_at)}


def _tell_coordination(organisation: Organisation, months: int) -> None:
    for partnership in organisation.partnerships.validated():
        notice = Notice(
            subject=_("Une structure n’a pas répondu depuis neuf mois"),
            paragraphs=[
                _(
                    "La page de « %(structure)s » n’a pas été vérifiée depuis le "
                    "%(day)s : ses membres n’ont plus accès aux documents du service. "
                    "L’accès reprend dès qu’un référent la confirme."
                )
                % {
                    "structure": organisation,
                    "day": long_date(organisation.reviewed_at),
                }
            ],
            label=_("Voir le partenariat"),
            url=absolute(reverse("partners:partnership", args=[partnership.uuid])),
            why=_("vous suivez les partenariats du service."),
        )
        for user in keepers_of(partnership.spip_id):
            _send(organisation, months, user, notice)


def _send(organisation: Organisation, months: int, user: User, notice: Notice) -> None:
    since = f"{organisation.reviewed_at:%Y%m%d%H%M%S}"
    key = f"review:{organisation.uuid}:{since}:{months}:{user.pk}"
    send_notice(key=key, to=user.email, notice=notice)
