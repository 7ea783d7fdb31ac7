"""The service's queue of requests and the page of one partnership."""

import pytest
from django.utils import timezone

from partners.models import Partnership
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    AgreementFactory,
    MembershipFactory,
    PartnershipFactory,
)

QUEUE = "/partenaires/demandes/"


def test_the_queue_is_the_services_own_oldest_first(spip, coordinator, cpip):
    newer = PartnershipFactory(spip=spip)
    older = PartnershipFactory(spip=spip)
    type(older).objects.filter(pk=older.pk).update(
        state_changed_at=timezone.now() - timezone.timedelta(days=3)
    )
    PartnershipFactory()
    PartnershipFactory(spip=spip, validated=True)
    PartnershipFactory(spip=spip, draft=True)
    assert [*client_of(coordinator).get(QUEUE).context["page"]] == [older, newer]
    assert_closed(QUEUE, cpip, methods=("get",))


def test_an_empty_queue_says_what_to_do_next(coordinator):
    assert "Voir l’annuaire" in client_of(coordinator).get(QUEUE).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_any_number(
    count, spip, coordinator, django_assert_num_queries
):
    PartnershipFactory.create_batch(count, spip=spip)
    client = client_of(coordinator)
    with django_assert_num_queries(9):
        client.get(QUEUE)


def test_the_page_shows_the_badges_and_the_next_act(partnership, coordinator, manager):
    address = f"/partenaires/{partnership.uuid}/"
    text = client_of(coordinator).get(address).content.decode()
    assert "compte validé" in text
    assert "sans convention en vigueur" in text
    assert "non habilitée aux données nominatives" in text
    assert address + "suspendre/" in text
    assert address + "valider/" not in text


def test_the_page_of_an_entitled_partner(spip, coordinator):
    partnership = PartnershipFactory(spip=spip, entitled=True)
    AgreementFactory(spip=spip, over=True, parties=[partnership.organisation])
    AgreementFactory(parties=[partnership.organisation])  # with another service
    member = MembershipFactory(organisation=partnership.organisation, cleared=True)
    response = client_of(coordinator).get(f"/partenaires/{partnership.uuid}/")
    labels = {state.label for _, state in response.context["agreements"]}
    assert labels == {"en vigueur", "échue"}
    assert len(response.context["agreements"]) == 2
    assert [(m, reason) for m, reason in response.context["members"]] == [(member, "")]
    assert f"/membres/{member.uuid}/suspendre/" in response.content.decode()


def test_a_state_service_is_entitled_to_no_named_data_whatever_its_category(
    spip, coordinator
):
    partnership = PartnershipFactory(
        spip=spip, entitled=True, organisation__state_service=True
    )
    page = client_of(coordinator).get(f"/partenaires/{partnership.uuid}/").text
    assert "non habilitée aux données nominatives" in page
    assert not Partnership.objects.entitled().exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, partnership, coordinator, django_assert_num_queries
):
    for _ in range(count):
        MembershipFactory(organisation=partnership.organisation, cleared=True)
        AgreementFactory(spip=partnership.spip, parties=[partnership.organisation])
    client = client_of(coordinator)
    with django_assert_num_queries(14):
        client.get(f"/partenaires/{partnership.uuid}/")


def test_only_the_service_reads_it(
    partnership, cpip, referent, outsider, other_coordinator
):
    address = f"/partenaires/{partnership.uuid}/"
    assert_closed(
        address, cpip, referent, outsider, other_coordinator, methods=("get",)
    )
