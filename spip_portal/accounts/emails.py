"""What the portal tells people about their account. Never a person followed."""

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _

from spip_portal.accounts.models import FactorReset, Posting, User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.urls import absolute


def _why() -> str:
    return _("vous avez un compte sur le portail.")


def send_account_locked(user: User) -> None:
    notice = Notice(
        subject=_("Votre compte est bloqué pendant une heure"),
        paragraphs=[
            _(
                "Dix essais de connexion à votre compte ont échoué. Par prudence, plus "
                "personne ne peut s’y connecter pendant une heure."
            ),
            _(
                "Si ces essais ne viennent pas de vous, prévenez votre service et "
                "changez de mot de passe."
            ),
        ],
        label=_("Changer de mot de passe"),
        url=absolute(reverse("account_reset_password")),
        why=_why(),
    )
    send_notice(key=f"locked:{uuid.uuid4()}", to=user.email, notice=notice)


def send_posting_confirmed(posting: Posting) -> None:
    notice = Notice(
        subject=_("Votre accès au portail est ouvert"),
        paragraphs=[
            _("La direction de votre service a confirmé votre affectation : %(what)s.")
            % {"what": posting},
            _(
                "À votre première visite, choisissez votre mot de passe par « Mot de "
                "passe oublié », puis activez la double authentification."
            ),
        ],
        label=_("Ouvrir le portail"),
        url=absolute(reverse("account_login")),
        why=_("votre service vous a ouvert un compte."),
    )
    key = f"posting:{posting.pk}:confirmed"
    send_notice(key=key, to=posting.user.email, notice=notice)


def send_factor_reset_started(reset: FactorReset) -> None:
    notice = Notice(
        subject=_("Réinitialisation de votre double authentification demandée"),
        paragraphs=[
            _(
                "Quelqu’un de votre structure ou de votre service a demandé que votre "
                "second facteur soit effacé. Une autre personne doit encore confirmer."
            ),
            _("Si vous n’avez rien demandé, appelez le service sans attendre."),
        ],
        why=_why(),
    )
    send_notice(key=f"reset:{reset.uuid}:started", to=reset.user.email, notice=notice)


def send_factor_reset_done(reset: FactorReset) -> None:
    notice = Notice(
        subject=_("Votre double authentification a été réinitialisée"),
        paragraphs=[
            _(
                "Votre second facteur est effacé et vos sessions sont fermées. À votre "
                "prochaine connexion, vous en activerez un nouveau."
            ),
            _("L’accès aux dossiers et aux documents reste fermé pendant 24 heures."),
            _("Si vous n’avez rien demandé, appelez le service sans attendre."),
        ],
        label=_("Se connecter"),
        url=absolute(reverse("account_login")),
        why=_why(),
    )
    send_notice(key=f"reset:{reset.uuid}:done", to=reset.user.email, notice=notice)
