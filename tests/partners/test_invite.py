"""A référent invites a colleague, sends again, calls back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from partners.links import invitation_url
from partners.models import Invitation, Partnership
from partners.services import registration as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import InvitationFactory, MembershipFactory

URL = "/ma-structure/inviter/"
FORM = {"email": "Lou@Pont.example", "first_name": "Lou", "last_name": "Martin"}


def resend(invitation) -> str:
    return f"/ma-structure/invitations/{invitation.uuid}/renvoyer/"


def cancel(invitation) -> str:
    return f"/ma-structure/invitations/{invitation.uuid}/annuler/"


@pytest.fixture
def invitation(organisation, referent):
    return InvitationFactory(
        organisation=organisation, invited_by=referent, email="lou@pont.example"
    )


def test_a_colleague_receives_a_link(organisation, referent):
    response = client_of(referent).post(URL, FORM)
    assert (response.status_code, response.url) == (302, "/ma-structure/")
    invitation = Invitation.objects.get()
    assert invitation.organisation == organisation
    assert (invitation.email, invitation.role) == ("lou@pont.example", "member")
    assert invitation.invited_by == referent
    assert mails() == [
        (
            "lou@pont.example",
            "Rejoignez «\N{NO-BREAK SPACE}Association du Pont\N{NO-BREAK SPACE}» "
            "sur le portail du SPIP",
        )
    ]
    assert invitation_url(invitation) in last_mail()


def test_only_a_referent_of_a_validated_structure_invites(
    organisation, referent, member, coordinator, cpip
):
    assert_closed(URL, member.user, coordinator, cpip)
    Partnership.objects.update(state="suspended")
    assert_closed(URL, referent)


def test_the_service_checks_the_right_by_itself(organisation, member, outsider):
    for user in (member.user, outsider):
        with pytest.raises(PermissionDenied):
            services.invite_member(
                organisation=organisation, by=user, email="lou@pont.example"
            )


def test_a_pending_invitation_is_said_with_what_to_do(referent, invitation):
    """The message stands at the field, with « renvoyer » and « annuler »."""
    response = client_of(referent).post(URL, FORM)
    assert response.context["form"].errors == {
        "email": ["Une invitation est déjà en cours pour cette adresse."]
    }
    page = response.content.decode()
    assert resend(invitation) in page
    assert cancel(invitation) in page
    assert "Martin" in page  # what was typed is kept
    assert Invitation.objects.count() == 1
    assert mails() == []


def test_an_expired_invitation_gives_way(referent, invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    client_of(referent).post(URL, FORM)
    assert Invitation.objects.open().count() == 1
    assert Invitation.objects.count() == 2


def test_a_member_is_not_invited_again(referent, member):
    response = client_of(referent).post(URL, {"email": "COLLEGUE@asso.example"})
    assert response.context["form"].errors == {
        "email": ["Cette personne est déjà membre de la structure."]
    }


@pytest.mark.parametrize("email", ["", "lou", "lou@", "a@b.fr\nBcc: c@d.fr"])
def test_a_bad_address_is_said_at_its_field(referent, email):
    response = client_of(referent).post(URL, {"email": email})
    assert list(response.context["form"].errors) == ["email"]
    assert mails() == []


def test_extra_fields_change_nothing(organisation, referent, outsider):
    other = outsider.memberships.get().organisation
    client_of(referent).post(
        URL, FORM | {"organisation": other.pk, "role": "referent", "uuid": "x"}
    )
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.role) == (organisation, "member")


def test_who_works_for_two_structures_invites_into_the_one_chosen(
    organisation, referent, outsider
):
    other = outsider.memberships.get().organisation
    later = timezone.now() + timedelta(seconds=1)
    MembershipFactory(user=referent, organisation=other, referent=True, chosen_at=later)
    client_of(referent).post(URL, FORM)
    assert Invitation.objects.get().organisation == other


# -- Send again, call back -----------------------------------------------------------


def test_sending_again_gives_another_fortnight(referent, invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    client = client_of(referent)
    assert "lou@pont.example" in client.get(resend(invitation)).content.decode()
    assert client.post(resend(invitation)).url == "/ma-structure/"
    invitation.refresh_from_db()
    assert invitation.is_open
    assert [to for to, _ in mails()] == ["lou@pont.example"]


def test_a_double_click_sends_once(referent, invitation):
    """Within one minute it is the same mail (SECURITY 30)."""
    now = timezone.now().replace(second=1)
    Invitation.objects.update(expires_at=now)
    client = client_of(referent)
    client.post(resend(invitation))
    client.post(resend(invitation))
    assert len(mails()) <= 2  # two only when the clock crossed a minute
    keys = {subject for _, subject in mails()}
    assert len(keys) == 1


def test_calling_back_kills_the_link(referent, invitation):
    client_of(referent).post(cancel(invitation))
    invitation.refresh_from_db()
    assert not invitation.is_open
    assert client_of(None).get(invitation_url(invitation)).status_code == 410


@pytest.mark.parametrize("address", [resend, cancel])
def test_only_the_referents_of_the_structure_manage_it(
    address, invitation, member, outsider, coordinator
):
    assert_closed(address(invitation), member.user, outsider, coordinator)
    invitation.refresh_from_db()
    assert invitation.is_open


@pytest.mark.parametrize("service", ["resend_invitation", "cancel_invitation"])
def test_the_services_check_the_right_by_themselves(service, invitation, outsider):
    with pytest.raises(PermissionDenied):
        getattr(services, service)(invitation=invitation, by=outsider)


@pytest.mark.parametrize("address", [resend, cancel])
@pytest.mark.parametrize("done", ["accepted_at", "cancelled_at"])
def test_what_is_over_is_not_managed(address, done, referent, invitation):
    Invitation.objects.update(**{done: timezone.now()})
    assert_closed(address(invitation), referent)
