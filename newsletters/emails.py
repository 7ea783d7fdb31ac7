"""What the letter says by mail. Never a person followed."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletters.models import Issue, Subscriber
from spip_portal.accounts.models import User
from spip_portal.outbox.content import Content
from spip_portal.outbox.models import Message
from spip_portal.outbox.notices import Notice, send_notice
from spip_portal.outbox.rendering import render_mail
from spip_portal.outbox.services import queue_mail
from spip_portal.ui.urls import absolute

# Replaced by the outbox in each copy: the letter is laid out once for everybody.
UNSUBSCRIBE = "unsubscribe_url"
UNSUBSCRIBE_SENTINEL = f"[[{UNSUBSCRIBE}]]"
# RFC 8058: the mail reader's own button posts to that address, without a page.
ONE_CLICK_HEADERS = {
    "List-Unsubscribe": f"<{UNSUBSCRIBE_SENTINEL}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


def unsubscribe_url(subscriber: Subscriber) -> str:
    return absolute(reverse("newsletters:unsubscribe", args=[subscriber.uuid]))


def archive_url() -> str:
    return absolute(reverse("newsletters:archive"))


def issue_texts(issue: Issue, *, unsubscribe_url: str) -> tuple[str, str, str]:
    """(subject, text, html) of an issue, sent or not."""
    return render_mail(
        "newsletter_issue",
        {
            "issue": issue,
            "newsletter": issue.newsletter,
            "date": issue.sent_at or timezone.now(),
            "online_url": (
                absolute(issue.get_absolute_url()) if issue.is_sent else archive_url()
            ),
            "unsubscribe_url": unsubscribe_url,
        },
    )


def issue_content(issue: Issue) -> Content:
    """What every subscriber receives, but for the address that unsubscribes them."""
    subject, text, html = issue_texts(issue, unsubscribe_url=UNSUBSCRIBE_SENTINEL)
    return Content(subject, text, html, headers=ONE_CLICK_HEADERS)


def send_test(issue: Issue, to: User) -> Message:
    """At most one a minute: a double click sends one. Whoever proof-reads may not be a
    subscriber, so that the link leads to the page where one subscribes and leaves."""
    subject, text, html = issue_texts(issue, unsubscribe_url=archive_url())
    minute = timezone.now().strftime("%Y%m%d%H%M")
    return queue_mail(
        key=f"newsletter-test:{issue.uuid}:{to.uuid}:{minute}",
        to=to.email,
        subject=_("[Essai] %(subject)s") % {"subject": subject},
        text=text,
        html=html,
    )


def send_confirmation_request(subscriber: Subscriber) -> Message:
    newsletter = subscriber.newsletter
    path = reverse("newsletters:confirm", args=[subscriber.confirmation_token])
    notice = Notice(
        subject=_("Confirmez votre abonnement à « %(name)s »") % {"name": newsletter},
        paragraphs=[
            _(
                "Cette adresse vient d’être inscrite à la lettre « %(name)s » "
                "(%(spip)s)."
            )
            % {"name": newsletter, "spip": newsletter.spip},
            _(
                "Confirmez pour la recevoir. Sans confirmation sous sept jours, votre "
                "adresse sera oubliée."
            ),
        ],
        label=_("Confirmer mon abonnement"),
        url=absolute(path),
        why=_(
            "quelqu’un a donné cette adresse sur le portail. Si ce n’est pas vous, ne "
            "faites rien : vous ne recevrez pas la lettre."
        ),
    )
    return send_notice(
        key=_hourly("confirm", subscriber), to=subscriber.email, notice=notice
    )


def send_already_subscribed(subscriber: Subscriber) -> Message:
    """The page says the same to everybody; only the owner of the address learns."""
    name = {"name": subscriber.newsletter}
    notice = Notice(
        subject=_("Votre abonnement à « %(name)s » est déjà actif") % name,
        paragraphs=[
            _(
                "Quelqu’un vient de demander un abonnement pour cette adresse. Elle "
                "reçoit déjà la lettre « %(name)s » : il n’y a rien à faire."
            )
            % name,
        ],
        label=_("Ne plus recevoir la lettre"),
        url=unsubscribe_url(subscriber),
        why=_("cette adresse est abonnée à la lettre « %(name)s ».") % name,
    )
    return send_notice(
        key=_hourly("already", subscriber), to=subscriber.email, notice=notice
    )


def _hourly(what: str, subscriber: Subscriber) -> str:
    """One mail an hour, however often a stranger types somebody's address."""
    hour = timezone.now().strftime("%Y%m%d%H")
    return f"newsletter-{what}:{subscriber.uuid}:{hour}"
