"""Mails of the case area: a link and an opaque reference, never a person, never what
the document is."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import (
    AccessRequest,
    BrokenGlass,
    CareReport,
    Incident,
    LiaisonMessage,
    Opening,
    Share,
)
from spip_portal.accounts.enums import Role
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
            _reference(share),
        ],
        label=_("Voir mes documents"),
        url=absolute(reverse("cases:shared_documents")),
        why=_("un agent du service vous a désigné comme destinataire."),
    )
    key = f"share:{share.uuid}:{recipient.pk}"
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
    for manager in User.objects.posted(spip_id, Role.MANAGER):
        key = f"openings:{once}:{manager.pk}"
        send_notice(key=key, to=manager.email, notice=notice)


def send_share_ended(share: Share, recipient: User) -> None:
    notice = Notice(
        subject=_("Un partage a pris fin"),
        paragraphs=[
            _("Le service a mis fin à un partage de documents qui vous était adressé."),
            _reference(share),
            _("Si vous en aviez gardé une copie, vous devez la détruire."),
        ],
        label=_("Voir mes documents"),
        url=absolute(reverse("cases:shared_documents")),
        why=_("vous étiez destinataire de ce partage."),
    )
    key = f"share-ended:{share.uuid}:{recipient.pk}"
    send_notice(key=key, to=recipient.email, notice=notice)


def send_share_to_countersign(share: Share) -> None:
    notice = Notice(
        subject=_("Un partage attend votre contresignature"),
        paragraphs=[
            _(
                "Un CPIP de votre service a décidé un partage que vos règles "
                "soumettent à votre contresignature. Il n’a pas d’effet avant."
            ),
            _reference(share),
        ],
        label=_("Lire et contresigner"),
        url=absolute(reverse("cases:share", args=[share.uuid])),
        why=_("vous faites partie de la direction de ce service."),
    )
    direction = User.objects.posted(share.case.spip, Role.MANAGER)
    for manager in direction.exclude(pk=share.created_by_id):
        key = f"share-countersign:{share.uuid}:{manager.pk}"
        send_notice(key=key, to=manager.email, notice=notice)


def send_share_decided(share: Share, *, is_countersigned: bool) -> None:
    """To the CPIP who decided it."""
    if is_countersigned:
        subject = _("Votre partage est contresigné")
        sentence = _(
            "La direction a contresigné un partage que vous avez décidé : les "
            "destinataires sont prévenus."
        )
    else:
        subject = _("Votre partage n’est pas contresigné")
        sentence = _(
            "La direction n’a pas contresigné un partage que vous avez décidé : il "
            "n’aura pas d’effet. Le motif est sur le portail."
        )
    _tell_decider(share, f"share-decided:{share.uuid}", subject, sentence)


def send_share_ending(share: Share) -> None:
    """Once: renewing is a new decision."""
    _tell_decider(
        share,
        f"share-ending:{share.uuid}",
        _("Un partage prend fin sous quatorze jours"),
        _("Un partage que vous avez décidé prend bientôt fin."),
        _("Si ces documents restent nécessaires, décidez un nouveau partage."),
    )


def send_unread(share: Share, recipient: User) -> None:
    """To the recipient, and to the CPIP once for the share."""
    notice = Notice(
        subject=_("Un document vous attend depuis sept jours"),
        paragraphs=[
            _("Un document partagé avec vous, à votre nom, n’a pas encore été lu."),
            _reference(share),
        ],
        label=_("Voir mes documents"),
        url=absolute(reverse("cases:shared_documents")),
        why=_("un agent du service vous a désigné comme destinataire."),
    )
    key = f"share-unread:{share.uuid}:{recipient.pk}"
    send_notice(key=key, to=recipient.email, notice=notice)
    _tell_unread(share, _("depuis sept jours"), f"share-unread:{share.uuid}")


def send_substitute_called(share: Share, substitute: User) -> None:
    notice = Notice(
        subject=_("Un document attend, vous êtes suppléant"),
        paragraphs=[
            _(
                "Un document partagé avec un collègue de votre structure n’a pas été "
                "lu après deux jours ouvrés. Vous avez été nommé suppléant et pouvez "
                "le lire."
            ),
            _reference(share),
        ],
        label=_("Voir mes documents"),
        url=absolute(reverse("cases:shared_documents")),
        why=_("un agent du service vous a nommé suppléant."),
    )
    key = f"share-substitute:{share.uuid}:{substitute.pk}"
    send_notice(key=key, to=substitute.email, notice=notice)
    since = _("après deux jours ouvrés ; le suppléant est prévenu")
    _tell_unread(share, since, f"share-substitute:{share.uuid}")


def _tell_unread(share: Share, since: str, key: str) -> None:
    _tell_decider(
        share,
        key,
        _("Un document partagé n’est pas lu"),
        _("Un destinataire d’un partage que vous avez décidé n’a pas lu %(since)s.")
        % {"since": since},
    )


def _tell_decider(share: Share, key: str, subject: str, *sentences: str) -> None:
    """To the CPIP who decided the share. Once a `key`."""
    notice = Notice(
        subject=subject,
        paragraphs=[*sentences, _reference(share)],
        label=_("Voir le partage"),
        url=absolute(reverse("cases:share", args=[share.uuid])),
        why=_("vous avez décidé ce partage."),
    )
    send_notice(key=key, to=share.created_by.email, notice=notice)


def _reference(share: Share) -> str:
    return _("Référence du partage : %(reference)s") % {"reference": share.uuid}


def send_access_asked(request: AccessRequest, referent: User) -> None:
    notice = Notice(
        subject=_("Une demande d’accès attend votre réponse"),
        paragraphs=[
            _(
                "Un professionnel demande à lire un document ou un dossier que vous "
                "suivez. Vous décidez sur le portail ; la demande et votre réponse "
                "sont gardées."
            ),
            _("Référence de la demande : %(reference)s") % {"reference": request.uuid},
        ],
        label=_("Répondre"),
        url=absolute(reverse("cases:access_answer", args=[request.uuid])),
        why=_("vous êtes référent du dossier concerné."),
    )
    send_notice(key=f"access-asked:{request.uuid}", to=referent.email, notice=notice)


def send_access_answered(request: AccessRequest) -> None:
    notice = Notice(
        subject=_("Votre demande d’accès a une réponse"),
        paragraphs=[
            _("Le service a répondu à votre demande d’accès."),
            _("Référence de la demande : %(reference)s") % {"reference": request.uuid},
        ],
        label=_("Lire la réponse"),
        url=absolute(reverse("cases:access_requests")),
        why=_("vous avez fait cette demande."),
    )
    send_notice(
        key=f"access-answered:{request.uuid}",
        to=request.asked_by.email,
        notice=notice,
    )


def send_care_report_received(report: CareReport, referent: User) -> None:
    notice = Notice(
        subject=_("Un bilan de fin de prise en charge est arrivé"),
        paragraphs=[
            _("Une structure vous a envoyé un bilan, à lire sur le portail."),
            _("Référence du bilan : %(reference)s") % {"reference": report.uuid},
        ],
        label=_("Lire le bilan"),
        url=absolute(reverse("cases:care_report", args=[report.uuid])),
        why=_("vous êtes référent du dossier concerné."),
    )
    send_notice(key=f"care-report:{report.uuid}", to=referent.email, notice=notice)


def send_liaison_message(message: LiaisonMessage, reader: User) -> None:
    notice = Notice(
        subject=_("Un message vous attend"),
        paragraphs=[
            _("Un message de liaison vous a été écrit sous un partage."),
            _reference(message.share),
        ],
        label=_("Lire le message"),
        url=absolute(reverse("cases:liaison", args=[message.share.uuid])),
        why=_("vous avez part à ce partage."),
    )
    key = f"liaison:{message.uuid}:{reader.pk}"
    send_notice(key=key, to=reader.email, notice=notice)


def send_incident_reported(incident: Incident) -> None:
    _tell_reporter(
        incident,
        "reported",
        _("Votre signalement est enregistré"),
        _("Le service est prévenu. Le récépissé dit quand sa réponse est attendue."),
    )


def send_incident_received(incident: Incident) -> None:
    _tell_reporter(
        incident,
        "received",
        _("Votre signalement est reçu"),
        _("Le service a accusé réception de votre signalement."),
    )


def send_incident_answered(incident: Incident) -> None:
    _tell_reporter(
        incident,
        "answered",
        _("Votre signalement a une réponse"),
        _("Le service a répondu à votre signalement."),
    )


def _tell_reporter(incident: Incident, what: str, subject: str, sentence: str) -> None:
    notice = Notice(
        subject=subject,
        paragraphs=[sentence, _number(incident)],
        label=_("Voir le récépissé"),
        url=_page_of(incident),
        why=_("vous avez fait ce signalement."),
    )
    key = f"incident-{what}:{incident.uuid}"
    send_notice(key=key, to=incident.reported_by.email, notice=notice)


def send_incident_to_answer(incident: Incident, person: User) -> None:
    key = f"incident:{incident.uuid}:{person.pk}"
    send_notice(key=key, to=person.email, notice=_to_answer(incident))


def send_incident_to_service(incident: Incident) -> None:
    """To the mailbox of the service, which somebody reads when others are away."""
    send_notice(
        key=f"incident:{incident.uuid}:service",
        to=incident.spip.email,
        notice=_to_answer(incident),
    )


def _to_answer(incident: Incident) -> Notice:
    subject = _("Un signalement attend votre réponse")
    if incident.is_urgent:
        subject = _("Urgent : un signalement attend votre réponse")
    return Notice(
        subject=subject,
        paragraphs=[
            _("Une structure vous a adressé un signalement, à lire sur le portail."),
            _number(incident),
        ],
        label=_("Lire et répondre"),
        url=_page_of(incident),
        why=_("le service auquel il s’adresse est le vôtre."),
    )


def send_incident_late(incident: Incident, person: User) -> None:
    notice = Notice(
        subject=_("La réponse à un signalement est en retard"),
        paragraphs=[
            _("Un signalement n’a pas reçu de réponse dans le délai annoncé."),
            _number(incident),
        ],
        label=_("Lire et répondre"),
        url=_page_of(incident),
        why=_("le service auquel il s’adresse est le vôtre."),
    )
    key = f"incident-late:{incident.uuid}:{person.pk}"
    send_notice(key=key, to=person.email, notice=notice)


def send_incident_to_nobody(incident: Incident) -> None:
    """To the direction, of a case that it may not open: the structure has that number
    too."""
    notice = Notice(
        subject=_("Un signalement attend, et personne ne peut y répondre"),
        paragraphs=[
            _(
                "Une structure a adressé un signalement à votre service. Ceux qui "
                "suivent le dossier ne sont plus en fonction, et il est restreint : "
                "vous ne pouvez pas l’ouvrir non plus."
            ),
            _(
                "Faites rétablir l’affectation d’un CPIP qui le suivait, et "
                "confirmez-la. D’ici là, si la structure appelle avec ce numéro, "
                "répondez-lui de vive voix."
            ),
            _number(incident),
        ],
        label=_("Voir les affectations"),
        url=absolute(reverse("accounts:postings")),
        why=_("vous faites partie de la direction de ce service."),
    )
    for manager in User.objects.posted(incident.spip, Role.MANAGER):
        key = f"incident-nobody:{incident.uuid}:{manager.pk}"
        send_notice(key=key, to=manager.email, notice=notice)


def _number(incident: Incident) -> str:
    return _("Numéro du signalement : %(number)s") % {"number": incident.uuid}


def _page_of(incident: Incident) -> str:
    return absolute(reverse("cases:incident", args=[incident.uuid]))


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
