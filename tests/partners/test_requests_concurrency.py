"""Never beyond what an action holds, however many come at the same moment."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from partners.models import ActionRequest
from partners.services import documents
from partners.services import requests as services
from spip_portal.accounts.enums import Role
from tests.accounts.factories import SpipFactory, agent
from tests.outbox.test_concurrency import in_threads
from tests.partners.factories import (
    CollectiveActionFactory,
    MembershipFactory,
    partner,
)
from tests.vault.factories import PDF

pytestmark = pytest.mark.usefixtures("committed_database")


def test_48_who_ask_at_once_for_10_places_get_exactly_10():
    spip = SpipFactory()
    action = CollectiveActionFactory(spip=spip, capacity=10)
    member = MembershipFactory(organisation=partner(spip)).user
    in_threads(
        *(
            lambda number=number: services.request_places(
                action=action, by=member, reference=f"2027-{number}", places=1
            )
            for number in range(48)
        )
    )
    states = [request.state for request in ActionRequest.objects.all()]
    assert (states.count("accepted"), states.count("waiting")) == (10, 38)


def test_12_documents_added_at_once_to_one_action_are_10():
    action = CollectiveActionFactory()
    coordinator = agent(Role.COORDINATOR, action.spip)

    def add() -> None:
        with suppress(ValidationError):
            documents.add_document(
                by=coordinator, action=action, title="Programme", content=PDF
            )

    in_threads(*[add] * 12)
    assert action.documents.count() == 10
