"""A posting opens nothing until the direction has confirmed it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from spip_portal.accounts import services
from spip_portal.accounts.enums import PARTNER, Role
from spip_portal.accounts.models import Posting, User
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from tests.accounts.factories import PostingFactory, UserFactory, agent, client_of
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def test_an_unconfirmed_posting_makes_nobody_an_agent():
    posting = PostingFactory(unconfirmed=True)
    User.objects.filter(pk=posting.user_id).update(active_posting=posting)
    user = User.objects.get(pk=posting.user_id)
    assert (user.role, user.is_agent) == (PARTNER, False)


def test_the_direction_confirms_and_the_agent_is_told():
    manager = agent(Role.MANAGER)
    posting = PostingFactory(spip=manager.spip, unconfirmed=True)
    browser = client_of(manager)
    assert posting.user.last_name in browser.get("/compte/affectations/").text
    browser.post(f"/compte/affectations/{posting.uuid}/confirmer/")
    user = User.objects.get(pk=posting.user_id)
    assert (user.role, user.spip) == (Role.CPIP, manager.spip)
    assert Message.objects.filter(recipient=user.email).count() == 1
    assert Entry.objects.get(verb=Verb.SECURITY).object_uuid == user.uuid


def test_nobody_confirms_their_own_posting_nor_another_services():
    manager = agent(Role.MANAGER)
    own = PostingFactory(
        user=manager, spip=manager.spip, role=Role.CPIP, unconfirmed=True
    )
    foreign = PostingFactory(unconfirmed=True)
    for posting in (own, foreign):
        path = f"/compte/affectations/{posting.uuid}/confirmer/"
        assert client_of(manager).post(path).status_code == 404
        with pytest.raises(PermissionDenied):
            services.confirm_posting(posting=posting, by=manager)
    assert Posting.objects.filter(confirmed_at=None).count() == 2


@pytest.mark.parametrize("role", [Role.CPIP, Role.COORDINATOR, Role.AUDITOR])
def test_only_the_direction_confirms(role):
    user = agent(role)
    posting = PostingFactory(spip=user.spip, unconfirmed=True)
    assert client_of(user).get("/compte/affectations/").status_code == 404
    with pytest.raises(PermissionDenied):
        services.confirm_posting(posting=posting, by=user)


def test_one_picks_among_ones_own_live_postings_only():
    user = agent(Role.CPIP)
    second = PostingFactory(user=user, role=Role.COORDINATOR)
    foreign = PostingFactory()
    browser = client_of(user)
    browser.post("/compte/role/", {"posting": second.pk})
    assert User.objects.get(pk=user.pk).role == Role.COORDINATOR
    assert browser.post("/compte/role/", {"posting": foreign.pk}).status_code == 404
    with pytest.raises(PermissionDenied):
        services.choose_posting(user=user, posting=foreign)


def test_the_first_direction_account_is_made_once(django_user_model):
    spip = PostingFactory().spip
    values = {"spip": spip, "first_name": "A", "last_name": "B"}
    posting = services.create_direction(email="dir@spip.example", **values)
    assert django_user_model.objects.get(pk=posting.user_id).is_manager
    with pytest.raises(ValueError, match="déjà"):
        services.create_direction(email="autre@spip.example", **values)


def test_a_person_has_a_role_once_in_a_service():
    posting = PostingFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PostingFactory(user=posting.user, spip=posting.spip, role=posting.role)


def test_two_accounts_never_share_an_address_whatever_its_case():
    UserFactory(email="lou@asso.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Lou@Asso.example")


def test_the_first_page_of_the_direction_says_that_postings_wait():
    manager = agent(Role.MANAGER)
    browser = client_of(manager)
    assert "affectation à confirmer" not in browser.get("/").text
    PostingFactory(spip=manager.spip, unconfirmed=True)
    assert "1 affectation à confirmer" in browser.get("/").text
    assert "affectation" not in client_of(agent(Role.COORDINATOR)).get("/").text


def test_an_agent_who_is_also_a_member_of_a_structure_can_act_for_it():
    user = agent(Role.CPIP)
    membership = MembershipFactory(user=user)
    browser = client_of(user)
    button = f'name="membership" value="{membership.uuid}"'
    assert button in browser.get("/compte/").text
    browser.post("/ma-structure/choisir/", {"membership": membership.uuid})
    assert User.objects.get(pk=user.pk).role == PARTNER


def test_whoever_left_a_role_can_take_it_again():
    user = agent(Role.CPIP)
    posting = user.posting
    browser = client_of(user)
    browser.post("/compte/role/", {"posting": ""})
    assert f'name="posting" value="{posting.pk}"' in browser.get("/compte/").text
    browser.post("/compte/role/", {"posting": posting.pk})
    assert User.objects.get(pk=user.pk).role == Role.CPIP
