"""Places in a collective action: asked by reference, given, queued, given back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from partners.models import ActionRequest, CollectiveAction
from partners.services import requests as services
from spip_portal.outbox.models import Message
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import (
    ActionRequestFactory,
    ActionSessionFactory,
    CollectiveActionFactory,
    MembershipFactory,
    PartnershipFactory,
)
from tests.partners.test_actions import form as action_form

OWN = "/demandes-de-places/"


@pytest.fixture
def action(spip):
    return CollectiveActionFactory(spip=spip, capacity=5, session=True, title="Boxe")


def ask(user, action, **changes):
    row = {"places": "2", "reference": "2027-014", **changes}
    return client_of(user).post(f"/actions/{action.uuid}/demander/", row)


def act(user, request, name: str, **data):
    return client_of(user).post(f"{OWN}{request.uuid}/{name}/", data)


def states(action) -> list[str]:
    return list(action.requests.order_by("pk").values_list("state", flat=True))


# -- Ask -----------------------------------------------------------------------------


def test_a_partner_asks_for_places_and_is_told_that_they_are_kept(
    action, referent, organisation
):
    response = ask(referent, action)
    assert response.url == OWN
    request = ActionRequest.objects.get()
    assert (request.organisation, request.requested_by) == (organisation, referent)
    assert (request.places, request.state) == (2, "accepted")
    assert mails() == [("referent@asso.example", "Vos places sont réservées")]
    assert "2027-014" not in last_mail()


def test_a_cpip_asks_for_their_service(action, cpip):
    ask(cpip, action)
    request = ActionRequest.objects.get()
    assert (request.organisation, request.requested_by) == (None, cpip)


def test_what_does_not_fit_whole_waits_whole(action, referent, outsider):
    ask(referent, action, places="4")
    ask(outsider, action, places="2")
    ask(outsider, action, places="1", reference="2027-015")
    assert states(action) == ["accepted", "waiting", "accepted"]
    assert action.requests.accepted().count_places() == 5
    assert mails()[1][1] == "Votre demande de places est en liste d’attente"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"places": "0"}, "places"),
        ({"places": "6"}, "places"),
        ({"places": ""}, "places"),
        ({"reference": ""}, "reference"),
        ({"reference": "Dupont"}, "reference"),
        ({"reference": "Jean Dupont 2"}, "reference"),
        ({"reference": "1" * 31}, "reference"),
    ],
)
def test_bad_input_is_said_at_its_field(action, referent, changes, field):
    response = ask(referent, action, **changes)
    assert list(response.context["form"].errors) == [field]
    assert not ActionRequest.objects.exists()


@pytest.mark.parametrize(
    ("capacity", "said"), [(1, "1 place en tout"), (5, "5 places en tout")]
)
def test_more_than_there_will_ever_be_is_refused_in_words(
    capacity, said, action, referent
):
    CollectiveAction.objects.update(capacity=capacity)
    assert said in ask(referent, action, places="6").text


def test_the_form_says_never_a_name(action, referent):
    page = client_of(referent).get(f"/actions/{action.uuid}/demander/")
    assert "Jamais un nom" in page.content.decode()


def test_the_same_reference_twice_asks_once(action, referent):
    ask(referent, action)
    response = ask(referent, action)
    assert list(response.context["form"].errors) == ["reference"]
    assert states(action) == ["accepted"]


def test_a_reference_can_serve_again_once_withdrawn(action, referent):
    ask(referent, action)
    act(referent, ActionRequest.objects.get(), "retirer")
    ask(referent, action)
    assert states(action) == ["withdrawn", "accepted"]


def test_who_may_ask_for_places(
    action, spip, cpip, coordinator, manager, referent, member, other_coordinator
):
    """One row a clause: colleague, CPIP; not the coordination, another service, a
    structure not validated here, one suspended, a visitor."""
    stranger = PartnershipFactory(validated=True).organisation
    stranger = MembershipFactory(organisation=stranger, referent=True).user
    CollectiveAction.objects.update(audience="public")
    cast = {
        "referent": referent,
        "member": member.user,
        "cpip": cpip,
        "coordinator": coordinator,
        "manager": manager,
        "other": other_coordinator,
        "stranger": stranger,
    }

    def those_who_may() -> set[str]:
        objects = CollectiveAction.objects
        return {n for n, user in cast.items() if objects.requestable_by(user).exists()}

    assert those_who_may() == {"referent", "member", "cpip"}
    referent.memberships.get().organisation.partnerships.update(state="suspended")
    assert those_who_may() == {"cpip"}
    url = f"/actions/{action.uuid}/demander/"
    assert_closed(url, coordinator, other_coordinator, stranger, referent)
    with pytest.raises(PermissionDenied):
        services.request_places(action=action, by=stranger, reference="1", places=1)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_only_a_published_action_takes_requests(action, referent, state):
    CollectiveAction.objects.update(state=state)
    assert not CollectiveAction.objects.requestable_by(referent).exists()


def test_an_action_that_is_over_takes_no_request(spip, referent):
    over = CollectiveActionFactory(spip=spip)
    undated = CollectiveActionFactory(spip=spip)
    yesterday = timezone.now() - timedelta(days=1)
    ActionSessionFactory(action=over, starts_at=yesterday)
    assert list(CollectiveAction.objects.requestable_by(referent)) == [undated]


# -- Give back -----------------------------------------------------------------------


def test_withdrawing_gives_the_places_to_the_oldest_that_fit(
    action, referent, outsider
):
    given = ActionRequestFactory(
        action=action,
        places=3,
        requested_by=referent,
        organisation=referent.memberships.get().organisation,
    )
    ActionRequestFactory(action=action, places=1)
    for places in (5, 2, 2, 1):
        ActionRequestFactory(
            action=action, places=places, waiting=True, requested_by=outsider
        )
    act(referent, given, "retirer")
    assert states(action) == [
        "withdrawn",
        "accepted",
        "waiting",
        "accepted",
        "accepted",
        "waiting",
    ]
    assert (
        mails()
        == [(outsider.email, "Des places se sont libérées pour votre demande")] * 2
    )


def test_the_coordination_refuses_with_a_reason(action, coordinator):
    request = ActionRequestFactory(action=action, places=5)
    waiting = ActionRequestFactory(action=action, places=2, waiting=True)
    assert (
        "reason"
        in act(coordinator, request, "refuser", reason="").context["form"].errors
    )
    assert states(action) == ["accepted", "waiting"]
    act(coordinator, request, "refuser", reason="Action réservée au milieu fermé.")
    assert states(action) == ["refused", "accepted"]
    request.refresh_from_db()
    assert request.decided_by == coordinator
    subjects = dict(mails())
    assert subjects[request.requested_by.email] == (
        "Votre demande de places n’est pas acceptée"
    )
    assert waiting.requested_by.email in subjects
    refusal = Message.objects.get(recipient=request.requested_by.email)
    assert "Action réservée au milieu fermé." in refusal.campaign.text


def test_the_coordination_cancels_and_the_requester_is_told(action, coordinator):
    request = ActionRequestFactory(action=action, places=5)
    act(coordinator, request, "annuler")
    assert states(action) == ["cancelled"]
    assert mails() == [
        (request.requested_by.email, "Votre demande de places est annulée")
    ]


def test_a_closed_request_is_not_closed_again(action, coordinator, referent):
    request = ActionRequestFactory(action=action, state="refused")
    assert act(coordinator, request, "annuler").status_code == 404
    services.cancel_request(request=request, by=coordinator)
    assert states(action) == ["refused"]
    assert mails() == []


def test_nobody_decides_on_what_is_not_theirs(
    action, cpip, referent, member, outsider, coordinator, other_coordinator
):
    request = ActionRequestFactory(
        action=action,
        requested_by=referent,
        organisation=referent.memberships.get().organisation,
    )
    for name in ("refuser", "annuler"):
        url = f"{OWN}{request.uuid}/{name}/"
        assert_closed(url, cpip, referent, member.user, other_coordinator)
    url = f"{OWN}{request.uuid}/retirer/"
    assert_closed(url, cpip, member.user, outsider, coordinator, other_coordinator)
    url = f"/actions/{action.uuid}/demandes/"
    assert_closed(url, cpip, referent, other_coordinator, methods=("get",))
    for service in (services.cancel_request, services.withdraw_request):
        with pytest.raises(PermissionDenied):
            service(request=request, by=other_coordinator)
    assert states(action) == ["accepted"]


def test_whoever_left_the_structure_no_longer_sees_their_requests(action, referent):
    ask(referent, action)
    assert ActionRequest.objects.visible_to(referent).exists()
    referent.memberships.update(ended_at=timezone.now())
    assert not ActionRequest.objects.visible_to(referent).exists()


# -- Capacity ------------------------------------------------------------------------


def test_capacity_never_falls_below_the_places_given(action, coordinator):
    ActionRequestFactory(action=action, places=4)
    url = f"/actions/{action.uuid}/modifier/"
    response = client_of(coordinator).post(url, action_form(capacity="3"))
    assert list(response.context["form"].errors) == ["capacity"]
    action.refresh_from_db()
    assert action.capacity == 5
    client_of(coordinator).post(url, action_form(capacity="4"))
    action.refresh_from_db()
    assert action.capacity == 4


def test_more_capacity_is_given_to_those_who_wait(action, coordinator):
    ActionRequestFactory(action=action, places=5)
    ActionRequestFactory(action=action, places=3, waiting=True)
    url = f"/actions/{action.uuid}/modifier/"
    client_of(coordinator).post(url, action_form(capacity="8"))
    assert states(action) == ["accepted", "accepted"]


# -- Lists ---------------------------------------------------------------------------


def test_the_coordination_reads_the_counts(action, coordinator):
    ActionRequestFactory(action=action, places=3)
    ActionRequestFactory(action=action, places=4, waiting=True)
    ActionRequestFactory(action=action, places=9, state="refused", reason="Complet.")
    context = client_of(coordinator).get(f"/actions/{action.uuid}/demandes/").context
    counts = (context["accepted"], context["free"], context["waiting"])
    assert counts == (3, 2, 4)
    assert len(context["page"]) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_any_number(
    count, action, coordinator, referent, organisation, django_assert_num_queries
):
    ActionRequestFactory.create_batch(
        count, action=action, requested_by=referent, organisation=organisation
    )
    coordination, asker = client_of(coordinator), client_of(referent)
    with django_assert_num_queries(11):
        response = coordination.get(f"/actions/{action.uuid}/demandes/")
    assert len(response.context["page"]) == count
    with django_assert_num_queries(7):
        response = asker.get(OWN)
    assert len(response.context["page"]) == count
