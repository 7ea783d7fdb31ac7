"""The letter, for every test of the suite."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from newsletters import services
from newsletters.enums import Section, Source
from newsletters.models import Issue, IssueItem, Newsletter, Subscriber
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.registry import NewsletterItem
from tests.accounts.factories import SpipFactory, agent


class NewsletterFactory(DjangoModelFactory):
    """`readers=3` adds three confirmed subscribers."""

    class Meta:
        model = Newsletter
        skip_postgeneration_save = True

    spip = factory.SubFactory(SpipFactory)
    name = factory.Sequence(lambda n: f"Le trait d’union n° {n}")
    slug = factory.SelfAttribute("spip.slug")
    sender = "SPIP de la Fictive\n1 rue de l’Exemple, 55000 Fictive-sur-Meuse"

    @factory.post_generation
    def readers(self, create, extracted, **kwargs):
        SubscriberFactory.create_batch(extracted or 0, newsletter=self)


class SubscriberFactory(DjangoModelFactory):
    """Receives the letter. `unconfirmed=True` only asked; `gone=True` left."""

    class Meta:
        model = Subscriber

    newsletter = factory.SubFactory(NewsletterFactory)
    email = factory.Sequence(lambda n: f"lectrice{n}@asso.example")
    source = Source.FORM
    confirmed_at = factory.LazyFunction(timezone.now)

    class Params:
        unconfirmed = factory.Trait(confirmed_at=None)
        gone = factory.Trait(unsubscribed_at=factory.LazyFunction(timezone.now))


class IssueFactory(DjangoModelFactory):
    """A draft by a coordinator of the service. `sent=True` has left to the readers, who
    are given one if there are none."""

    class Meta:
        model = Issue
        skip_postgeneration_save = True

    newsletter = factory.SubFactory(NewsletterFactory)
    title = factory.Sequence(lambda n: f"Des nouvelles du réseau {n}")
    introduction = "Premier paragraphe.\n\nSecond paragraphe."
    created_by = factory.LazyAttribute(
        lambda issue: agent(Role.COORDINATOR, issue.newsletter.spip)
    )

    @factory.post_generation
    def sent(self, create, extracted, **kwargs):
        if extracted:
            if not self.newsletter.subscribers.live().exists():
                SubscriberFactory(newsletter=self.newsletter)
            services.send_issue(issue=self, by=self.created_by, version=self.version)
            self.refresh_from_db()


class IssueItemFactory(DjangoModelFactory):
    class Meta:
        model = IssueItem

    issue = factory.SubFactory(IssueFactory)
    key = factory.Sequence(lambda n: f"agreement:{n}")
    section = Section.AGREEMENTS
    title = factory.Sequence(lambda n: f"Convention avec la structure {n}")
    summary = "Trois places d’hébergement."
    url = factory.Sequence(lambda n: f"/conventions/{n}/")
    date = datetime.date(2027, 1, 14)
    position = factory.Sequence(lambda n: n)


def offer(number: int, **changes) -> NewsletterItem:
    """What an app proposes to put in an issue."""
    return NewsletterItem(
        **{
            "key": f"agreement:{number}",
            "section": "agreements",
            "title": f"Convention n° {number}",
            "summary": "Trois places d’hébergement.",
            "url": f"/conventions/{number}/",
            "date": datetime.date(2027, 1, 14),
        }
        | changes
    )


def coordinator(newsletter: Newsletter, **fields) -> User:
    return agent(Role.COORDINATOR, newsletter.spip, **fields)
