"""The small cast of the network's tests: one service, one structure, outsiders."""

import pytest

from partners.models import Organisation, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip, User
from spip_portal.outbox.models import Message
from tests.accounts.factories import SpipFactory, agent
from tests.partners.factories import MembershipFactory, PartnershipFactory


def mails() -> list[tuple[str, str]]:
    """(recipient, subject) of every mail queued, in order."""
    rows = Message.objects.order_by("pk").select_related("campaign")
    return [(row.recipient, row.campaign.subject) for row in rows]


def last_mail() -> str:
    """The plain text of the last mail queued."""
    return Message.objects.order_by("pk").last().campaign.text


@pytest.fixture
def spip(db) -> Spip:
    return SpipFactory(name="SPIP de la Fictive", short_name="SPIP")


@pytest.fixture
def coordinator(spip) -> User:
    return agent(Role.COORDINATOR, spip, email="coordination@spip.example")


@pytest.fixture
def manager(spip) -> User:
    return agent(Role.MANAGER, spip, email="direction@spip.example")


@pytest.fixture
def cpip(spip) -> User:
    return agent(Role.CPIP, spip)


@pytest.fixture
def other_coordinator(db) -> User:
    """Of another service."""
    return agent(Role.COORDINATOR)


@pytest.fixture
def partnership(spip) -> Partnership:
    """Validated, without a category nor a convention."""
    return PartnershipFactory(
        spip=spip, validated=True, organisation__name="Association du Pont"
    )


@pytest.fixture
def organisation(partnership) -> Organisation:
    return partnership.organisation


@pytest.fixture
def referent(organisation) -> User:
    membership = MembershipFactory(
        organisation=organisation, referent=True, user__email="referent@asso.example"
    )
    return membership.user


@pytest.fixture
def member(organisation, referent):
    """A colleague of the référent."""
    return MembershipFactory(
        organisation=organisation,
        user__email="collegue@asso.example",
        user__first_name="Alix",
        user__last_name="Collègue",
    )


@pytest.fixture
def outsider(spip) -> User:
    """The référent of another validated structure of the same service."""
    other = PartnershipFactory(spip=spip, validated=True).organisation
    return MembershipFactory(organisation=other, referent=True).user
