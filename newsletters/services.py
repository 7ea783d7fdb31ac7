"""What people do with the letter: write it, send it, receive it, leave it."""

from collections.abc import Iterable, Iterator, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from newsletters import emails
from newsletters.enums import Section, Source
from newsletters.models import Issue, IssueItem, Newsletter, Subscriber
from spip_portal import registry
from spip_portal.accounts.models import User
from spip_portal.outbox.content import Recipient, sentinels
from spip_portal.outbox.delivery import NEWSLETTER
from spip_portal.outbox.models import Message
from spip_portal.outbox.services import queue_campaign
from spip_portal.registry import NewsletterItem
from spip_portal.ui.slugs import french_slug

SUMMARY_WORDS = 60

# -- Writing ---------------------------------------------------------------------------


@transaction.atomic
def describe_newsletter(*, by: User, name: str, sender: str) -> Newsletter:
    """Open the letter of the service, or change its name and its legal sender."""
    if by.spip is None or not (by.is_coordinator or by.is_manager):
        raise PermissionDenied
    newsletter, _created = Newsletter.objects.update_or_create(
        spip=by.spip,
        defaults={"name": name, "sender": sender},
        create_defaults={"name": name, "sender": sender, "slug": by.spip.slug},
    )
    return newsletter


@transaction.atomic
def create_issue(
    *,
    newsletter: Newsletter,
    by: User,
    title: str,
    introduction: str,
    items: Sequence[NewsletterItem],
) -> Issue:
    if not Newsletter.objects.managed_by(by).filter(pk=newsletter.pk).exists():
        raise PermissionDenied
    issue = Issue.objects.create(
        newsletter=newsletter, title=title, introduction=introduction, created_by=by
    )
    _put_items(issue, items)
    return issue


@transaction.atomic
def edit_issue(
    *,
    issue: Issue,
    by: User,
    version: int,
    title: str,
    introduction: str,
    items: Sequence[NewsletterItem],
) -> Issue:
    """Replace what a draft says; refused when it changed since `version` was read."""
    issue = _lock(issue, by)
    if issue.is_sent:
        raise ValidationError(
            _("Ce numéro est parti entre-temps : il ne peut plus être modifié.")
        )
    _check_version(issue, version)
    issue.title, issue.introduction = title, introduction
    issue.version = F("version") + 1
    issue.save(update_fields=["title", "introduction", "version", "updated_at"])
    issue.items.all().delete()
    _put_items(issue, items)
    issue.refresh_from_db(fields=["version"])
    return issue


def _put_items(issue: Issue, items: Sequence[NewsletterItem]) -> None:
    IssueItem.objects.bulk_create(
        IssueItem(
            issue=issue,
            key=item.key,
            section=section_of(item),
            title=item.title,
            summary=Truncator(item.summary).words(SUMMARY_WORDS),
            url=item.url,
            date=item.date,
            position=position,
        )
        for position, item in enumerate(in_order(items))
    )


def section_of(item: NewsletterItem) -> Section:
    return Section(item.section) if item.section in Section else Section.OTHER


def in_order(items: Iterable[NewsletterItem]) -> list[NewsletterItem]:
    """By rubric; within one, in the order of the app that offers them."""
    ranks = {section: rank for rank, section in enumerate(Section)}
    return sorted(items, key=lambda item: ranks[section_of(item)])


def _lock(issue: Issue, by: User) -> Issue:
    """The row as it is now, held until the end of the transaction."""
    found = (
        Issue.objects.managed_by(by)
        .select_related("newsletter__spip")
        .select_for_update(of=("self",))
        .filter(pk=issue.pk)
        .prefetch_related("items")
        .first()
    )
    if found is None:
        raise PermissionDenied
    return found


def _check_version(issue: Issue, version: int) -> None:
    if issue.version != version:
        raise ValidationError(
            _(
                "Ce numéro a été modifié ailleurs depuis que vous avez ouvert cette "
                "page. Rien n’a été enregistré ni envoyé : comparez avec la version "
                "enregistrée, puis recommencez."
            ),
            code="changed",
        )


# -- Sending ---------------------------------------------------------------------------


def obstacles(issue: Issue) -> list[str]:
    """Why this issue may not leave yet; nothing when it may."""
    found = []
    if not issue.title.strip():
        found.append(_("Donnez un titre au numéro."))
    if not issue.introduction.strip() and not issue.items.all():
        found.append(
            _("Le numéro est vide : écrivez une introduction ou choisissez un article.")
        )
    if not issue.newsletter.subscribers.live().exists():
        found.append(_("Cette lettre n’a encore personne à qui être envoyée."))
    text = "\n".join(issue.typed_texts)
    if names := sentinels(text):
        found.append(reserved_brackets(names))
    return found + registry.gather("text_guards", text)


def reserved_brackets(names: Iterable[str]) -> str:
    written = ", ".join(f"[[{name}]]" for name in sorted(names))
    return _("Retirez les doubles crochets : %(written)s est réservé à l’envoi.") % {
        "written": written
    }


@transaction.atomic
def send_test(*, issue: Issue, by: User) -> Message:
    """Mail the issue as it is now to whoever proof-reads it."""
    return emails.send_test(_lock(issue, by), by)


@transaction.atomic
def send_issue(*, issue: Issue, by: User, version: int) -> bool:
    """Queue one mail per confirmed subscriber and publish the issue in the archive at
    once: its mail links to its page there. False when it has left already: a second
    click sends nothing."""
    issue = _lock(issue, by)
    if issue.is_sent:
        return False
    _check_version(issue, version)
    if found := obstacles(issue):
        raise ValidationError(found)
    issue.sent_at, issue.sent_by = timezone.now(), by
    issue.slug = _free_slug(issue)
    issue.campaign = queue_campaign(
        key=f"newsletter-issue:{issue.uuid}",
        kind=NEWSLETTER,
        label=issue.title,
        created_by=by,
        content=emails.issue_content(issue),
        recipients=_recipients(issue.newsletter),
    )
    issue.save(update_fields=["sent_at", "sent_by", "slug", "campaign"])
    return True


def _recipients(newsletter: Newsletter) -> Iterator[Recipient]:
    for subscriber in newsletter.subscribers.live().iterator():
        url = emails.unsubscribe_url(subscriber)
        yield Recipient(subscriber.email, {emails.UNSUBSCRIBE: url})


def _free_slug(issue: Issue) -> str:
    """« 2027-01-le-reseau-grandit »: the month keeps it apart from the words that our
    own addresses use."""
    month = timezone.localtime(issue.sent_at).strftime("%Y-%m")
    slug = f"{month}-{french_slug(issue.title)[:60]}".rstrip("-")
    if Issue.objects.filter(slug=slug).exists():
        slug = f"{slug}-{issue.uuid.hex[:6]}"
    return slug


# -- Receiving and leaving -------------------------------------------------------------


@transaction.atomic
def ask_subscription(*, newsletters: Iterable[Newsletter], email: str) -> None:
    """Write to the address; only the answer to that mail subscribes it."""
    for newsletter in newsletters:
        subscriber, _created = Subscriber.objects.update_or_create(
            newsletter=newsletter,
            email=email.lower(),
            defaults={"asked_at": timezone.now()},
            create_defaults={"source": Source.FORM},
        )
        subscriber.newsletter = newsletter
        if subscriber.is_live:
            emails.send_already_subscribed(subscriber)
        else:
            emails.send_confirmation_request(subscriber)


@transaction.atomic
def confirm_subscription(*, subscriber: Subscriber) -> None:
    _start(subscriber)


@transaction.atomic
def subscribe_user(*, user: User, newsletter: Newsletter) -> None:
    """The address of an account is proven already: no mail to confirm."""
    subscriber = _held_by(user, newsletter) or Subscriber.objects.create(
        newsletter=newsletter, email=user.email.lower(), source=Source.ACCOUNT
    )
    subscriber.user = user
    _start(subscriber)


def _held_by(user: User, newsletter: Newsletter) -> Subscriber | None:
    """Their own row: the account's current address before an older one."""
    own = Subscriber.objects.of(user).filter(newsletter=newsletter)
    return next(
        iter(sorted(own, key=lambda each: each.email != user.email.lower())), None
    )


def _start(subscriber: Subscriber) -> None:
    if not subscriber.is_live:
        subscriber.confirmed_at, subscriber.unsubscribed_at = timezone.now(), None
    subscriber.save(update_fields=["user", "confirmed_at", "unsubscribed_at"])


@transaction.atomic
def unsubscribe(*, subscriber: Subscriber) -> None:
    """Twice does no more than once."""
    Subscriber.objects.filter(pk=subscriber.pk, unsubscribed_at=None).update(
        unsubscribed_at=timezone.now()
    )


@transaction.atomic
def unsubscribe_user(*, user: User, newsletter: Newsletter) -> None:
    """Every address of theirs, an older one included."""
    for subscriber in Subscriber.objects.of(user).filter(newsletter=newsletter):
        unsubscribe(subscriber=subscriber)


@transaction.atomic
def forget_unconfirmed() -> int:
    return Subscriber.objects.forgotten().delete()[0]
