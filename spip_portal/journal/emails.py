"""What the journal says to those who keep watch over it, outside of the portal."""

from django.utils.translation import gettext as _

from spip_portal.journal.models import Seal, Verification
from spip_portal.outbox.notices import Notice
from spip_portal.ui.templatetags.portal import long_datetime
from spip_portal.ui.urls import absolute

WHY = "Vous gardez le témoin du journal des accès de ce portail."


def anchor(seal: Seal, fingerprint: str) -> Notice:
    """The last seal of the day: kept elsewhere, it shows whether a seal was taken."""
    return Notice(
        subject=_("Témoin du journal des accès, sceau n° %(number)s")
        % {"number": seal.number},
        paragraphs=[
            _("Conservez ce message hors du portail et de ses sauvegardes."),
            _("Sceau n° %(number)s, posé le %(when)s.")
            % {"number": seal.number, "when": long_datetime(seal.sealed_at)},
            _("Empreinte : %(fingerprint)s") % {"fingerprint": fingerprint},
            _(
                "Pour vérifier que rien n’a été retiré depuis : "
                "manage.py verify_journal --anchor suivi de cette empreinte."
            ),
        ],
        why=_(WHY),
    )


def alarm(verification: Verification) -> Notice:
    return Notice(
        subject=_("Le journal des accès ne répond plus à ses sceaux"),
        paragraphs=[
            _("La vérification du %(when)s a trouvé des écarts : %(count)s.")
            % {
                "when": long_datetime(verification.at),
                "count": verification.problems,
            },
            _("Le premier : %(problem)s") % {"problem": verification.first_problem},
            _(
                "Gardez la base et ses sauvegardes en l’état, et comparez avec vos "
                "témoins : manage.py verify_journal."
            ),
        ],
        why=_(WHY),
        label=_("Voir le journal"),
        url=absolute("/journal/"),
    )
