"""The art. 46 category: proposed by one person, confirmed by another."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from partners.enums import Art46Category
from partners.models import Partnership
from partners.services import partnerships as services
from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import PartnershipFactory

QUEUE = "/partenaires/categories/"


def propose(partnership: Partnership) -> str:
    return f"/partenaires/{partnership.uuid}/categorie/"


def confirm(partnership: Partnership) -> str:
    return f"/partenaires/{partnership.uuid}/categorie/confirmer/"


@pytest.fixture
def proposed(partnership, coordinator) -> Partnership:
    services.propose_category(
        partnership=partnership, category=Art46Category.ESSMS, by=coordinator
    )
    partnership.refresh_from_db()
    return partnership


def test_the_coordination_proposes(partnership, coordinator):
    response = client_of(coordinator).post(propose(partnership), {"category": "essms"})
    assert response.url == f"/partenaires/{partnership.uuid}/"
    partnership.refresh_from_db()
    assert partnership.art46_category == "essms"
    assert partnership.art46_proposed_by == coordinator
    assert partnership.art46_proposed_at is not None
    assert partnership.art46_confirmed_at is None


@pytest.mark.parametrize("category", ["", "inconnue"])
def test_a_bad_category_is_said_at_its_field(partnership, coordinator, category):
    response = client_of(coordinator).post(propose(partnership), {"category": category})
    assert list(response.context["form"].errors) == ["category"]
    partnership.refresh_from_db()
    assert partnership.art46_category == ""


def test_the_direction_confirms(proposed, manager):
    client = client_of(manager)
    assert proposed.organisation.name in client.get(QUEUE).content.decode()
    assert "essms" in client.get(confirm(proposed)).content.decode()
    proposed.refresh_from_db()
    assert proposed.art46_confirmed_at is None
    client.post(confirm(proposed), {"category": "essms"})
    proposed.refresh_from_db()
    assert proposed.art46_confirmed_by == manager
    assert proposed.has_confirmed_category


def test_nobody_confirms_what_they_proposed(partnership, manager):
    """Two people; another member of the direction may."""
    services.propose_category(
        partnership=partnership, category=Art46Category.ESSMS, by=manager
    )
    assert_closed(confirm(partnership), manager)
    second = agent(Role.MANAGER, manager.spip)
    client_of(second).post(confirm(partnership), {"category": "essms"})
    partnership.refresh_from_db()
    assert partnership.art46_confirmed_by == second


def test_the_database_holds_the_two_people_rule(proposed, coordinator):
    with (
        pytest.raises(IntegrityError, match="art46_by_two_people"),
        transaction.atomic(),
    ):
        Partnership.objects.update(art46_confirmed_by=coordinator)


def test_a_category_changed_meanwhile_is_not_confirmed(proposed, manager, coordinator):
    """What is confirmed is what was read."""
    services.propose_category(
        partnership=proposed, category=Art46Category.AUTHORITY, by=coordinator
    )
    response = client_of(manager).post(confirm(proposed), {"category": "essms"})
    assert "a changé pendant votre lecture" in response.content.decode()
    proposed.refresh_from_db()
    assert proposed.art46_confirmed_at is None
    with pytest.raises(ValidationError):
        services.confirm_category(partnership=proposed, category="essms", by=manager)


def test_another_proposal_waits_anew(proposed, manager, coordinator):
    services.confirm_category(partnership=proposed, category="essms", by=manager)
    services.propose_category(partnership=proposed, category="other", by=coordinator)
    proposed.refresh_from_db()
    assert (proposed.art46_confirmed_by, proposed.art46_confirmed_at) == (None, None)


def test_the_same_proposal_again_changes_nothing(proposed, manager, coordinator):
    services.confirm_category(partnership=proposed, category="essms", by=manager)
    services.propose_category(partnership=proposed, category="essms", by=coordinator)
    proposed.refresh_from_db()
    assert proposed.art46_confirmed_by == manager


def test_a_second_confirmation_is_closed(proposed, manager):
    client = client_of(manager)
    client.post(confirm(proposed), {"category": "essms"})
    assert client.post(confirm(proposed), {"category": "essms"}).status_code == 404


def test_only_the_service_proposes(partnership, cpip, other_coordinator, outsider):
    assert_closed(propose(partnership), cpip, other_coordinator, outsider)
    with pytest.raises(PermissionDenied):
        services.propose_category(
            partnership=partnership, category="essms", by=other_coordinator
        )


def test_only_its_direction_confirms(proposed, coordinator, cpip, outsider):
    stranger = agent(Role.MANAGER)
    assert_closed(confirm(proposed), coordinator, cpip, outsider, stranger)
    for user in (coordinator, stranger):
        with pytest.raises(PermissionDenied):
            services.confirm_category(partnership=proposed, category="essms", by=user)


def test_the_queue_shows_the_service_its_own(proposed, manager, cpip):
    PartnershipFactory(proposed=True)
    assert [*client_of(manager).get(QUEUE).context["page"]] == [proposed]
    assert_closed(QUEUE, cpip, methods=("get",))


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_any_number(
    count, spip, manager, django_assert_num_queries
):
    for _ in range(count):
        PartnershipFactory(spip=spip, proposed=True)
    client = client_of(manager)
    with django_assert_num_queries(8):
        response = client.get(QUEUE)
    assert len(response.context["page"]) == count
