"""Meetings, for every test of the suite."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from meetings.enums import Answer, MeetingState
from meetings.models import AgendaItem, Invitation, Meeting
from spip_portal.accounts.enums import Role
from tests.accounts.factories import SpipFactory, UserFactory, agent
from tests.partners.factories import MembershipFactory, partner

DAY = timedelta(days=1)


class MeetingFactory(DjangoModelFactory):
    """A draft for next month, with one point. `convened=True`; `cancelled=True`;
    `past=True` was held a month ago."""

    class Meta:
        model = Meeting
        skip_postgeneration_save = True

    spip = factory.SubFactory(SpipFactory)
    title = factory.Sequence(lambda n: f"Plénière fictive n° {n}")
    starts_at = factory.LazyFunction(lambda: timezone.now() + 30 * DAY)
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + DAY / 8)
    place = "Salle du conseil"
    address = "1 place de l’Exemple, 55000 Fictive-sur-Meuse"
    created_by = factory.SubFactory(UserFactory)
    agenda_point = factory.RelatedFactory(
        "tests.meetings.factories.AgendaItemFactory", "meeting"
    )

    class Params:
        convened = factory.Trait(
            state=MeetingState.CONVENED, convened_at=factory.LazyFunction(timezone.now)
        )
        cancelled = factory.Trait(
            state=MeetingState.CANCELLED,
            convened_at=factory.LazyFunction(timezone.now),
            cancelled_at=factory.LazyFunction(timezone.now),
            sequence=1,
        )
        past = factory.Trait(
            state=MeetingState.CONVENED,
            convened_at=factory.LazyFunction(lambda: timezone.now() - 60 * DAY),
            starts_at=factory.LazyFunction(lambda: timezone.now() - 30 * DAY),
        )


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory, agenda_point=None)
    position = factory.Sequence(lambda n: n)
    title = "Bilan de l’année"
    speaker = "la direction du service"
    minutes = 30


class InvitationFactory(DjangoModelFactory):
    """Not told yet. `told=True` has its mail in the outbox; `accepted=True`."""

    class Meta:
        model = Invitation

    meeting = factory.SubFactory(MeetingFactory, convened=True)
    email = factory.Sequence(lambda n: f"invitee{n}@asso.example")
    name = factory.Sequence(lambda n: f"Dominique Fictive{n}")

    class Params:
        told = factory.Trait(told_sequence=0)
        accepted = factory.Trait(
            told=True,
            answer=Answer.YES,
            answered_at=factory.LazyFunction(timezone.now),
        )


def coordinator(spip=None):
    """The coordination of a service, second factor enrolled."""
    return agent(Role.COORDINATOR, spip)


def referent(spip, **organisation):
    """The membership of a référent of a structure that this service has validated."""
    return MembershipFactory(organisation=partner(spip, **organisation), referent=True)


def form_data(*points, **changes):
    """What the form of a meeting posts: next month, in the morning, one point. Each of
    `points` is (title, speaker, minutes)."""
    day = timezone.localdate() + 30 * DAY
    data = {
        "title": "Plénière annuelle",
        "day": day.isoformat(),
        "begins": "09:30",
        "finishes": "12:00",
        "place": "Salle du conseil",
        "address": "1 place de l’Exemple\n55000 Fictive-sur-Meuse",
        "message": "Un café vous attend.",
        "reply_by": "",
        "version": "0",
        "agenda-INITIAL_FORMS": "0",
    }
    points = points or [("Bilan de l’année", "la direction", "30")]
    data["agenda-TOTAL_FORMS"] = str(len(points) + 1)
    for row, point in enumerate([*points, ("", "", "")]):
        names = ("title", "speaker", "minutes")
        for name, value in zip(names, point, strict=True):
            data[f"agenda-{row}-{name}"] = value
        data[f"agenda-{row}-rank"] = str(row + 1)
    return data | changes
