"""Mails of the case area: a link and an opaque reference, never a person, never what
the document is."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Opening, Share
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
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


def send_many_openings(reader: User, spip_id: int, once: str) -> None:
    """To the direction: neither a document nor a case, only whose account it is."""
    notice = Notice(
        subject=_("Alerte : un compte ouvre beaucoup de documents"),
        paragraphs=[
            _(
                "Le compte de %(reader)s a ouvert %(many)s documents en dix minutes. "
                "Les suivants lui sont refusés pour l’instant."
            )
            % {"reader": reader, "many": Opening.MANY},
            _(
                "Appelez cette personne. Si ce n’est pas elle, faites désactiver son "
                "compte : ses sessions se ferment aussitôt."
            ),
        ],
        label=_("Ouvrir le portail"),
        url=absolute(reverse("pages:home")),
        why=_("vous dirigez le service qui suit ces dossiers."),
    )
    live = Posting.objects.live().filter(spip=spip_id, role=Role.MANAGER)
    for manager in User.objects.filter(postings__in=live, is_active=True).distinct():
        key = f"openings:{once}:{manager.pk}"
        send_notice(key=key, to=manager.email, notice=notice)
