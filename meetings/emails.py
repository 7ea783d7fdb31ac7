"""What the portal writes to the people a service invites: one content for all, and for
each their greeting, their link, their letter."""

from django.utils.translation import gettext as _

from meetings import ics, letters
from meetings.enums import Purpose
from meetings.links import reply_url
from meetings.models import Invitation, Meeting
from spip_portal.outbox.content import Attachment, Content, Recipient, mailbox
from spip_portal.outbox.rendering import render_mail
from spip_portal.ui.templatetags.portal import long_date


def invitation(meeting: Meeting) -> Content:
    return _content(
        meeting,
        subject=_("%(title)s, le %(day)s : dites-nous si vous venez"),
        paragraphs=[
            _(
                "Le %(spip)s vous invite à la réunion ci-dessous. La convocation est "
                "jointe à ce message, avec le rendez-vous à ouvrir dans votre agenda."
            ),
            _("Votre réponse se donne en ligne, sans compte ni mot de passe."),
        ],
        label=_("Répondre à l’invitation"),
    )


def update(meeting: Meeting) -> Content:
    return _content(
        meeting,
        subject=_("%(title)s : du nouveau pour la réunion du %(day)s"),
        paragraphs=[
            _(
                "Voici la date et le lieu à retenir : ils remplacent ceux que vous "
                "aviez reçus. La nouvelle convocation est jointe, avec le rendez-vous "
                "à ouvrir de nouveau dans votre agenda."
            ),
            _(
                "Une réponse ne vaut que pour la date où elle a été donnée : si la "
                "date ou l’heure a changé, répondez de nouveau, en ligne, sans compte."
            ),
        ],
        label=_("Voir ou changer ma réponse"),
    )


def cancellation(meeting: Meeting) -> Content:
    paragraphs = [_("Le %(spip)s annule la réunion ci-dessous : elle n’aura pas lieu.")]
    if meeting.cancellation_reason:
        paragraphs.append(_("Motif : %(reason)s"))
    paragraphs.append(
        _("Le fichier joint retire le rendez-vous de votre agenda quand vous l’ouvrez.")
    )
    return _content(
        meeting,
        subject=_("%(title)s : la réunion du %(day)s est annulée"),
        paragraphs=paragraphs,
    )


def reminder(meeting: Meeting) -> Content:
    return _content(
        meeting,
        subject=_("%(title)s, le %(day)s : votre réponse est attendue"),
        paragraphs=[
            _(
                "Le %(spip)s n’a pas encore reçu votre réponse à l’invitation "
                "ci-dessous. Elle se donne en ligne, sans compte ni mot de passe."
            ),
        ],
        label=_("Répondre à l’invitation"),
    )


CONTENTS = {
    Purpose.INVITATION: invitation,
    Purpose.UPDATE: update,
    Purpose.CANCELLATION: cancellation,
}


def recipient(invited: Invitation, attachments: list[Attachment]) -> Recipient:
    named = _("Bonjour %(name)s,") % {"name": invited.name}
    greeting = named if invited.name else _("Bonjour,")
    merge = {"greeting": greeting, "link": reply_url(invited)}
    return Recipient(invited.email, merge, attachments)


def attachments(invited: Invitation) -> list[Attachment]:
    """The calendar entry, and the letter unless the meeting is cancelled."""
    is_cancelled = invited.meeting.is_cancelled
    method = "CANCEL" if is_cancelled else "REQUEST"
    calendar = Attachment(
        ics.FILE_NAME,
        f"text/calendar; method={method}; charset=utf-8",
        ics.addressed(invited, url=reply_url(invited)),
    )
    if is_cancelled:
        return [calendar]
    paper = Attachment(letters.FILE_NAME, "application/pdf", letters.letter(invited))
    return [paper, calendar]


def _content(
    meeting: Meeting, *, subject: str, paragraphs: list[str], label: str = ""
) -> Content:
    facts = {
        "title": meeting.title,
        "day": long_date(meeting.starts_at),
        "spip": meeting.spip.name,
        "reason": meeting.cancellation_reason,
    }
    context = {
        "subject": subject % facts,
        "paragraphs": [paragraph % facts for paragraph in paragraphs],
        "meeting": meeting,
        "label": label,
    }
    subject, text, html = render_mail("meeting", context)
    headers = {"Reply-To": mailbox(meeting.spip.email)} if meeting.spip.email else {}
    return Content(subject, text, html, headers=headers)
