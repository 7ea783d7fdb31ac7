"""Mails of the case area: a link and an opaque reference, never a person, never what
the document is."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import BrokenGlass, Share
from spip_portal.accounts.models import User
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.ui.urls import absolute


def send_document_waiting(share: Share, recipient: User) -> None:
    notice = Notice(
        subject=_("Un document vous attend"),
        paragraphs=[
            _(
                "Un service pénitentiaire d’insertion et de probation a partagé avec "
                "vous, à votre nom, un ou plusieurs documents."
            ),
            _("Vous pouvez les lire sur le portail après connexion."),
            _("Référence du partage : %(reference)s") % {"reference": share.uuid},
        ],
        label=_("Voir mes documents"),
        url=absolute(reverse("cases:shared_documents")),
        why=_("un agent du service vous a désigné comme destinataire."),
    )
    key = f"share:{share.uuid}:{recipient.pk}"
    send_notice(key=key, to=recipient.email, notice=notice)


def send_share_ended(share: Share, recipient: User) -> None:
    notice = Notice(
        subject=_("Un partage a pris fin"),
        paragraphs=[
            _("Le service a mis fin à un partage de documents qui vous était adressé."),
            _("Référence du partage : %(reference)s") % {"reference": share.uuid},
            _("Si vous en aviez gardé une copie, vous devez la détruire."),
        ],
        label=_("Voir mes documents"),
        url=absolute(reverse("cases:shared_documents")),
        why=_("vous étiez destinataire de ce partage."),
    )
    key = f"share-ended:{share.uuid}:{recipient.pk}"
    send_notice(key=key, to=recipient.email, notice=notice)


def send_glass_broken(glass: BrokenGlass, manager: User) -> None:
    """Who, for what reason and on which case is read on the page, after signing in."""
    notice = Notice(
        subject=_("Un accès motivé vient d’être ouvert"),
        paragraphs=[
            _(
                "Un agent de votre service vient d’ouvrir, pour quelques heures et en "
                "donnant un motif, un dossier dont le suivi ne lui est pas confié."
            ),
            _("Le motif se lit sur le portail, après connexion."),
        ],
        label=_("Voir les accès motivés"),
        url=absolute(reverse("cases:broken_glass")),
        why=_("la direction est informée de chaque accès motivé."),
    )
    key = f"glass:{glass.uuid}:{manager.pk}"
    send_notice(key=key, to=manager.email, notice=notice)
