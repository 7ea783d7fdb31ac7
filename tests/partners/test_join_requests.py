"""Somebody finds their structure already registered, and asks to join it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from partners import tasks
from partners.links import join_request_url
from partners.models import Invitation, JoinRequest
from partners.services import join_requests as services
from tests.accounts.factories import UserFactory, client_of
from tests.partners.closed import assert_closed
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import (
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    PartnershipFactory,
    partner,
    siret,
)

FIND = "/partenaires/inscription/"
SIRET = "73282932000074"
PERSON = {
    "first_name": "Lou",
    "last_name": "Martin",
    "function": "Éducatrice",
    "email": "Lou.Martin@pont.example",
}
ASKED = "Une personne demande à rejoindre une structure"


def join_url(organisation) -> str:
    return f"/partenaires/rejoindre/{organisation.siret}/"


def answer_url(join_request, answer: str) -> str:
    return f"/partenaires/rejoindre/{join_request.uuid}/{answer}/"


# -- Find ------------------------------------------------------------------------------


def test_a_structure_that_one_sees_is_found_by_name_or_siret(spip):
    shown = partner(spip, name="Association du Pont", audience="public", siret=SIRET)
    for words in ("pont", "732 829 320 00074"):
        page = client_of(None).get(FIND, {"q": words}).content.decode()
        assert "Association du Pont" in page
        assert join_url(shown) in page


@pytest.mark.parametrize("state", ["validated", "submitted", "draft", "refused"])
def test_of_a_hidden_one_only_its_siret_is_known(spip, state):
    """Exact: it is registered, and one may ask to join. By name: nothing at all."""
    hidden = PartnershipFactory(
        spip=spip,
        state=state,
        organisation__siret=SIRET,
        organisation__name="Le Refuge",
        organisation__audience="network",
    ).organisation
    InvitationFactory(registration=True, organisation=hidden)
    browser = client_of(None)
    page = browser.get(FIND, {"q": SIRET}).content.decode()
    assert "déjà inscrit" in page
    assert "Inscrire une nouvelle structure" not in page
    assert join_url(hidden) in page
    for response in (page, browser.get(join_url(hidden)).content.decode()):
        assert "Refuge" not in response
        assert str(hidden.uuid) not in response
    by_name = browser.get(FIND, {"q": "Refuge"})
    assert list(by_name.context["matches"]) == []


def test_an_abandoned_registration_is_not_there(spip):
    old = PartnershipFactory(spip=spip, draft=True, organisation__siret=SIRET)
    InvitationFactory(registration=True, organisation=old.organisation, expired=True)
    page = client_of(None).get(FIND, {"q": SIRET}).content.decode()
    assert f'name="siret" value="{SIRET}"' in page
    assert client_of(None).get(join_url(old.organisation)).status_code == 404


def test_a_wrong_siret_is_said_at_the_field(spip):
    response = client_of(None).get(FIND, {"q": "732 829 320 00075"})
    assert "Ce numéro SIRET n’est pas valable" in response.content.decode()
    assert "Inscrire une nouvelle structure" not in response.content.decode()


def test_what_was_looked_for_is_not_typed_again(spip):
    browser = client_of(None)
    page = browser.get(FIND, {"q": "Les Ateliers"}).content.decode()
    assert 'name="name" value="Les Ateliers"' in page
    step = browser.post(FIND, {"name": "Les Ateliers"}, follow=True)
    assert 'value="Les Ateliers"' in step.content.decode()


# -- Ask -------------------------------------------------------------------------------


def test_nobody_hears_of_a_request_before_its_address_is_proven(organisation, referent):
    browser = client_of(None)
    response = browser.post(join_url(organisation), PERSON)
    assert response.url == "/partenaires/rejoindre/"
    join_request = JoinRequest.objects.get()
    assert mails() == [
        ("lou.martin@pont.example", "Confirmez votre demande à rejoindre une structure")
    ]
    assert organisation.name not in last_mail()
    url = join_request_url(join_request)
    assert url in last_mail()
    assert not JoinRequest.objects.decidable_by(referent).exists()

    browser.get(url)
    assert len(mails()) == 1
    for _ in range(2):
        browser.post(url)
    assert mails()[1:] == [(referent.email, ASKED)]
    for word in PERSON.values():
        assert word.lower() not in last_mail().lower()
    assert "Lou Martin" in client_of(referent).get("/ma-structure/").content.decode()
    assert "1 personne demande" in client_of(referent).get("/").content.decode()
    assert browser.get(url).status_code == 410


def test_the_coordination_hears_where_nobody_keeps_the_structure(
    spip, coordinator, organisation
):
    services.confirm_join_request(
        join_request=JoinRequestFactory(organisation=organisation, unconfirmed=True)
    )
    assert mails() == [(coordinator.email, ASKED)]
    uuid = organisation.partnerships.get().uuid
    page = client_of(coordinator).get(f"/partenaires/{uuid}/").content.decode()
    assert answer_url(JoinRequest.objects.get(), "accepter") in page


def test_asked_again_it_is_one_request(organisation):
    for _ in range(2):
        client_of(None).post(join_url(organisation), PERSON)
    assert JoinRequest.objects.count() == 1


def test_the_answer_is_the_same_for_a_member(organisation, member):
    """Nobody learns here who is in the structure."""
    for email in (member.user.email, "inconnue@pont.example"):
        response = client_of(None).post(
            join_url(organisation), PERSON | {"email": email}
        )
        assert response.url == "/partenaires/rejoindre/"
    assert JoinRequest.objects.count() == 2


@pytest.mark.parametrize("field", list(PERSON))
def test_each_field_is_required(organisation, field):
    response = client_of(None).post(join_url(organisation), PERSON | {field: " "})
    assert list(response.context["form"].errors) == [field]
    assert not JoinRequest.objects.exists()


def test_an_unknown_siret_is_joined_by_nobody(spip):
    assert client_of(None).get(f"/partenaires/rejoindre/{SIRET}/").status_code == 404


def test_the_21st_request_of_an_hour_from_one_place_waits(organisation):
    browser = client_of(None)
    for number in range(20):
        browser.post(join_url(organisation), PERSON | {"email": f"p{number}@a.example"})
    response = browser.post(join_url(organisation), PERSON)
    assert response.status_code == 429
    assert JoinRequest.objects.count() == 20


# -- Answer ----------------------------------------------------------------------------


@pytest.fixture
def join_request(organisation) -> JoinRequest:
    return JoinRequestFactory(organisation=organisation, email="lou@pont.example")


def test_accepted_by_a_referent_the_person_is_invited(join_request, referent):
    browser = client_of(referent)
    url = answer_url(join_request, "accepter")
    assert join_request.email in browser.get(url).content.decode()
    assert not Invitation.objects.exists()
    assert browser.post(url).url == "/ma-structure/"
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("lou@pont.example", "member")
    assert invitation.invited_by == referent
    join_request.refresh_from_db()
    assert (join_request.is_accepted, join_request.decided_by) == (True, referent)
    assert browser.post(url).status_code == 404
    assert len(mails()) == 1


def test_accepted_by_the_coordination_the_person_keeps_the_structure(
    join_request, coordinator
):
    client_of(coordinator).post(answer_url(join_request, "accepter"))
    assert Invitation.objects.get().role == "referent"


def test_refused_the_person_is_told(join_request, referent):
    client_of(referent).post(answer_url(join_request, "refuser"))
    join_request.refresh_from_db()
    assert join_request.is_accepted is False
    assert not Invitation.objects.exists()
    subject = "Votre demande à rejoindre une structure n’est pas acceptée"
    assert mails() == [("lou@pont.example", subject)]


def test_who_is_a_member_already_is_not_invited(join_request, referent):
    MembershipFactory(
        organisation=join_request.organisation, user__email="lou@pont.example"
    )
    response = client_of(referent).post(answer_url(join_request, "accepter"))
    assert "déjà membre" in response.content.decode()
    join_request.refresh_from_db()
    assert join_request.decided_at is None


def test_only_those_who_keep_it_answer(
    join_request, referent, member, outsider, coordinator, manager, other_coordinator
):
    """The coordination only where nobody does."""
    others = (member.user, outsider, coordinator, manager, other_coordinator)
    for answer in ("accepter", "refuser"):
        assert_closed(answer_url(join_request, answer), *others)
    with pytest.raises(PermissionDenied):
        services.accept_join_request(join_request=join_request, by=coordinator)
    with pytest.raises(PermissionDenied):
        services.refuse_join_request(join_request=join_request, by=UserFactory())


def test_whoever_answers_second_is_told(organisation, referent):
    other = MembershipFactory(organisation=organisation, referent=True).user
    join_request = JoinRequestFactory(organisation=organisation)
    services.refuse_join_request(join_request=join_request, by=other)
    with pytest.raises(ValidationError, match="déjà répondu"):
        services.accept_join_request(join_request=join_request, by=referent)


@pytest.mark.parametrize("state", ["unconfirmed", "expired"])
def test_what_is_not_proven_or_too_old_is_not_answered(organisation, referent, state):
    join_request = JoinRequestFactory(organisation=organisation, **{state: True})
    assert_closed(answer_url(join_request, "accepter"), referent)


def test_requests_are_forgotten_in_time(organisation):
    old = JoinRequestFactory(organisation=organisation, expired=True)
    kept = JoinRequestFactory(organisation=organisation)
    fresh = services.ask_to_join(
        organisation=organisation, **PERSON | {"email": "lou@pont.example"}
    )
    left = fresh.expires_at - timezone.now()
    assert timedelta(days=13) < left < timedelta(days=14)
    tasks.purge_registrations()
    assert not JoinRequest.objects.filter(pk=old.pk).exists()
    assert set(JoinRequest.objects.all()) == {kept, fresh}


@pytest.mark.parametrize("count", [1, 3])
def test_looking_for_a_name_costs_the_same_for_any_number(
    count, spip, django_assert_num_queries
):
    for number in range(count):
        partner(spip, name=f"Pont {number}", audience="public", siret=siret(number))
    with django_assert_num_queries(5):
        client_of(None).get(FIND, {"q": "pont"})
