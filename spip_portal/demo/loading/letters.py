"""The letter, its subscribers, an issue already sent and a draft.

The past issue goes through the service and its mails are then marked as sent: nobody
wants forty copies of an old letter in the mailbox."""

from datetime import datetime

from newsletters import services
from newsletters.enums import Source
from newsletters.models import Issue, Newsletter, Subscriber
from spip_portal import registry
from spip_portal.accounts.models import User
from spip_portal.demo.loading import people, source
from spip_portal.demo.personas import PERSONAS
from spip_portal.outbox.models import Message
from spip_portal.registry import NewsletterItem

SUBSCRIBED_DAYS = 90


def load() -> None:
    data = source.read("letters")
    by = people.named(data["newsletter"]["by"])
    newsletter = Newsletter.objects.managed_by(by).first()
    if newsletter is None:
        newsletter = services.describe_newsletter(
            by=by,
            name=data["newsletter"]["name"],
            sender=data["newsletter"]["sender"],
        )
    _load_subscribers(newsletter, data["subscribers"])
    for row in data["issue"]:
        _load_issue(newsletter, by, row)


def _load_subscribers(newsletter: Newsletter, row: dict) -> None:
    since = source.moment(-SUBSCRIBED_DAYS)

    def asked(name: str, **dates: datetime) -> Subscriber:
        return Subscriber(
            newsletter=newsletter,
            email=f"{name}@{row['domain']}.example",
            source=Source.FORM,
            asked_at=since,
            **dates,
        )

    recent = source.moment(-2)
    by_form = [
        *(asked(name, confirmed_at=since) for name in row["names"]),
        *(
            asked(name, confirmed_at=since, unsubscribed_at=recent)
            for name in row["left"]
        ),
    ]
    waiting = [asked(name) for name in row["unconfirmed"]]
    for subscriber in waiting:
        subscriber.asked_at = recent
    Subscriber.objects.bulk_create([*by_form, *waiting], ignore_conflicts=True)
    for slug in ("referent", "intervenant", "prefecture", "autre-structure"):
        user = User.objects.get(email=PERSONAS[slug].email)
        if not Subscriber.objects.of(user).exists():
            services.subscribe_user(user=user, newsletter=newsletter)


def _load_issue(newsletter: Newsletter, by: User, row: dict) -> None:
    if Issue.objects.filter(newsletter=newsletter, title=row["title"]).exists():
        return
    issue = services.create_issue(
        newsletter=newsletter,
        by=by,
        title=row["title"],
        introduction=row["introduction"],
        items=_picked(by, row["items"]),
    )
    if "sent_days" in row:
        _send(issue, by, source.moment(row["sent_days"], "9:30"))


def _picked(by: User, titles: list[str]) -> list[NewsletterItem]:
    """What the editor's list offers under those titles."""
    offered = registry.gather("newsletter_items", by)
    return [item for item in offered if item.title in titles]


def _send(issue: Issue, by: User, at: datetime) -> None:
    services.send_issue(issue=issue, by=by, version=issue.version)
    issue.refresh_from_db()
    issue.campaign.messages.update(state=Message.State.SENT, attempts=1, sent_at=at)
    issue.campaign.created_at = issue.sent_at = at
    issue.slug = f"{at:%Y-%m}{issue.slug[len('2027-01') :]}"  # its month is in it
    issue.campaign.save(update_fields=["created_at"])
    issue.save(update_fields=["sent_at", "slug"])
