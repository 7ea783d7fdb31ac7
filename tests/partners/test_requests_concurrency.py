"""Never beyond capacity, however many ask at the same moment."""

import pytest

from partners.models import ActionRequest
from partners.services import requests as services
from tests.accounts.factories import SpipFactory
from tests.outbox.test_concurrency import in_threads
from tests.partners.factories import (
    CollectiveActionFactory,
    MembershipFactory,
    partner,
)

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
