from aiosmtpd.smtp import Envelope
from django.utils import timezone

from spip_portal.demo import mailbox
from spip_portal.demo.models import ReceivedMail
from spip_portal.outbox.content import Attachment
from spip_portal.outbox.mime import Mailing
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message


def received_mail(
    *,
    to: str = "lea@asso.example",
    subject: str = "Un document vous attend",
    text: str = "Bonjour,\n\nLisez-le : https://portail.example/documents/1/\n",
    html: str = "<p>Bonjour,</p>",
    attachments: tuple[Attachment, ...] = (),
) -> ReceivedMail:
    """As it arrives: the outbox's own bytes, through the mailbox's own door."""
    campaign = Campaign(subject=subject, text=text, html=html, headers={})
    files = [
        CampaignAttachment(
            filename=each.filename,
            content_type=each.content_type,
            content=each.content,
        )
        for each in attachments
    ]
    number = ReceivedMail.objects.count()
    message = Message(recipient=to, message_id=f"<{number}@spip.example>")
    letter = Mailing(campaign, files).letter(message, now=timezone.localtime())
    envelope = Envelope()
    envelope.mail_from, envelope.rcpt_tos = letter.sender, [to]
    envelope.original_content = letter.data
    mailbox.keep(envelope)
    return ReceivedMail.objects.latest("pk")
