"""Following the link of an invitation (/partenaires/invitation/<token>/)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone

from partners.links import invitation_token
from partners.models import Invitation, Membership
from partners.services import registration as services
from spip_portal.accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory, client_of
from tests.partners.conftest import mails
from tests.partners.factories import (
    InvitationFactory,
    MembershipFactory,
    PartnershipFactory,
)

NEW = {
    "first_name": "Lou",
    "last_name": "Martin",
    "password": PASSWORD,
    "password_again": PASSWORD,
}
HOME = "/ma-structure/"


def url(invitation: Invitation) -> str:
    return reverse("partners:invitation", args=[invitation_token(invitation)])


@pytest.fixture
def invitation(organisation, referent):
    return InvitationFactory(
        organisation=organisation, invited_by=referent, email="lou@pont.example"
    )


@pytest.fixture
def registration(spip):
    """The link of a self-registered structure, not followed yet."""
    partnership = PartnershipFactory(spip=spip, draft=True)
    return InvitationFactory(
        organisation=partnership.organisation,
        registration=True,
        email="contact@canal.example",
    )


def test_opening_the_link_changes_nothing(invitation):
    """Mail gateways open links: only the button acts (SECURITY 32)."""
    response = client_of(None).get(url(invitation))
    assert response.status_code == 200
    assert "Association du Pont" in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email="lou@pont.example").exists()


def test_a_newcomer_makes_an_account_and_joins(invitation, organisation):
    """An account whose address is proven, a membership, and a session in one step."""
    client = client_of(None)
    response = client.post(url(invitation), NEW)
    assert (response.status_code, response.url) == (302, HOME)
    user = User.objects.get(email="lou@pont.example")
    assert (user.get_full_name(), user.check_password(PASSWORD)) == ("Lou Martin", True)
    assert user.emailaddress_set.get().verified
    membership = user.memberships.get()
    assert (membership.organisation, membership.role) == (organisation, "member")
    page = client.get(HOME)
    assert page.status_code == 200
    assert page.context["user"] == user
    records = client.session["account_authentication_methods"]
    assert [record["method"] for record in records] == ["password"]


def test_joining_grants_that_structure_and_no_other(invitation, outsider):
    """Whatever the form says besides (SECURITY 4)."""
    other = outsider.memberships.get().organisation
    client_of(None).post(
        url(invitation),
        NEW
        | {
            "organisation": other.pk,
            "organisation_id": other.pk,
            "email": "autre@pont.example",
            "role": "referent",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    user = User.objects.get(email="lou@pont.example")
    (membership,) = user.memberships.all()
    assert membership.organisation == invitation.organisation
    assert membership.role == "member"
    assert not user.is_staff
    assert not user.is_superuser


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"password_again": "autre chose"}, "password_again", "diffèrent"),
        ({"password": "court", "password_again": "court"}, "password", "14"),
        (
            {"password": "lou@pont.example", "password_again": "lou@pont.example"},
            "password",
            "semblable",
        ),
        (
            {"password": "motdepasse12345", "password_again": "motdepasse12345"},
            "password",
            "courants",
        ),
        ({"first_name": " "}, "first_name", "obligatoire"),
    ],
)
def test_a_bad_account_is_said_at_its_field(invitation, changes, field, said):
    response = client_of(None).post(url(invitation), NEW | changes)
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert said in " ".join(errors[field])
    assert not User.objects.filter(email="lou@pont.example").exists()
    assert Invitation.objects.open().filter(pk=invitation.pk).exists()


def test_who_has_an_account_signs_in_first(invitation):
    """The link proves the address, not the password of an account that exists."""
    UserFactory(email="lou@pont.example")
    client = client_of(None)
    page = client.get(url(invitation))
    assert page.context["situation"] == "sign_in"
    response = client.post(url(invitation), NEW)
    assert response.status_code == 302
    assert response.url.startswith("/compte/login/?next=/partenaires/invitation/")
    assert not Membership.objects.filter(user__email="lou@pont.example").exists()


def test_who_is_signed_in_joins_with_one_button(invitation):
    user = UserFactory(email="lou@pont.example")
    client = client_of(user)
    assert client.get(url(invitation)).context["situation"] == "join"
    assert user.memberships.count() == 0
    assert client.post(url(invitation)).url == HOME
    assert user.memberships.get().organisation == invitation.organisation


def test_another_account_is_told_so(invitation, outsider):
    """Neither GET nor POST joins somebody the link was not sent to."""
    client = client_of(outsider)
    for response in (client.get(url(invitation)), client.post(url(invitation))):
        assert response.context["situation"] == "wrong_account"
        assert "lou@pont.example" not in response.content.decode()
    assert outsider.memberships.count() == 1


def dead(invitation: Invitation, how: str) -> str:
    now = timezone.now()
    if how == "unknown":
        token = Signer(salt="partners.invitation").sign(
            "00000000-0000-4000-8000-000000000000"
        )
        return reverse("partners:invitation", args=[token])
    if how == "forged":
        return reverse("partners:invitation", args=[str(invitation.uuid)])
    if how == "altered":
        return url(invitation).rstrip("/")[:-1] + "_/"
    fields = {
        "expired": {"expires_at": now},
        "used": {"accepted_at": now},
        "cancelled": {"cancelled_at": now},
    }
    Invitation.objects.filter(pk=invitation.pk).update(**fields[how])
    return url(invitation)


@pytest.mark.parametrize(
    "how", ["expired", "used", "cancelled", "unknown", "forged", "altered"]
)
def test_a_dead_link_says_what_to_do_and_nothing_else(invitation, how):
    """Expired, used, called back or unknown: the same page, and nobody joins."""
    address = dead(invitation, how)
    for response in (client_of(None).get(address), client_of(None).post(address, NEW)):
        assert response.status_code == 410
        text = response.content.decode()
        assert "Ce lien n’est plus valable" in text
        assert "Association du Pont" not in text
    assert not User.objects.filter(email="lou@pont.example").exists()


def test_a_link_serves_once(invitation):
    client_of(None).post(url(invitation), NEW)
    assert client_of(None).post(url(invitation), NEW).status_code == 410
    user = User.objects.get(email="lou@pont.example")
    assert client_of(user).post(url(invitation)).status_code == 410
    assert user.memberships.count() == 1


def test_an_invitation_is_good_until_its_last_second(invitation):
    Invitation.objects.update(expires_at=timezone.now() + timedelta(seconds=5))
    assert client_of(None).get(url(invitation)).status_code == 200


def test_confirming_a_registration_asks_the_service(registration, coordinator, cpip):
    """The contact becomes référent, the request is submitted, the coordination is told
    without any personal name."""
    client_of(None).post(url(registration), NEW)
    membership = Membership.objects.get(user__email="contact@canal.example")
    assert membership.role == "referent"
    partnership = registration.organisation.partnerships.get()
    assert partnership.state == "submitted"
    assert mails() == [
        ("coordination@spip.example", "Une structure demande à devenir partenaire")
    ]


def test_the_direction_is_told_where_nobody_coordinates(registration, manager):
    client_of(None).post(url(registration), NEW)
    assert [to for to, _ in mails()] == ["direction@spip.example"]


def test_the_coordination_of_another_service_is_not_told(
    registration, other_coordinator
):
    client_of(None).post(url(registration), NEW)
    assert mails() == []


def test_an_invited_colleague_submits_nothing(invitation, coordinator):
    client_of(None).post(url(invitation), NEW)
    assert mails() == []
    assert invitation.organisation.partnerships.get().state == "validated"


def test_who_is_member_already_stays_what_they_are(organisation, referent):
    """A second link to the référent makes neither a second row nor a lesser role."""
    invitation = InvitationFactory(organisation=organisation, email=referent.email)
    services.accept_invitation(invitation=invitation, user=referent)
    assert referent.memberships.get().is_referent


def test_a_faster_click_leaves_the_second_one_page(invitation, monkeypatch):
    """Both opened the page while the link was good: one account, one membership."""
    client_of(None).post(url(invitation), NEW)
    with pytest.raises(PermissionDenied):
        services.join_with_new_account(
            invitation=invitation, first_name="A", last_name="B", password=PASSWORD
        )
    monkeypatch.setattr("partners.views.joining.invitation_of", lambda _: invitation)
    user = User.objects.get(email="lou@pont.example")
    assert client_of(user).post(url(invitation)).status_code == 410
    User.objects.filter(pk=user.pk).update(email="autre@pont.example")
    assert client_of(None).post(url(invitation), NEW).status_code == 410
    assert Membership.objects.filter(organisation=invitation.organisation).count() == 2


def test_who_left_may_be_invited_again(invitation):
    membership = MembershipFactory(
        organisation=invitation.organisation, ended=True, user__email="lou@pont.example"
    )
    services.accept_invitation(invitation=invitation, user=membership.user)
    assert membership.user.memberships.live().count() == 1


def test_the_service_refuses_somebody_else(invitation, outsider):
    """Not only the page checks."""
    with pytest.raises(PermissionDenied):
        services.accept_invitation(invitation=invitation, user=outsider)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(invitation, method):
    assert getattr(client_of(None), method)(url(invitation)).status_code == 405
