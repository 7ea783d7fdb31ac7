"""The coordination validates, refuses, suspends and restores a partnership."""

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Membership, Organisation, Partnership
from partners.services import partnerships as services
from spip_portal.journal.models import Entry
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import MembershipFactory, PartnershipFactory

REASON = {"reason": "L’adresse ne correspond pas."}
# act: (state before, state after, subject of the mail)
ACTS = {
    "valider": ("submitted", "validated", "Votre partenariat est validé"),
    "refuser": (
        "submitted",
        "refused",
        "Votre demande de partenariat n’est pas acceptée",
    ),
    "suspendre": ("validated", "suspended", "Votre partenariat est suspendu"),
    "retablir": ("suspended", "validated", "Votre partenariat est rétabli"),
}
act = pytest.mark.parametrize("act", ACTS)


def url(partnership: Partnership, act: str = "") -> str:
    return f"/partenaires/{partnership.uuid}/" + (f"{act}/" if act else "")


@pytest.fixture
def request_of(spip):
    """A partnership in a state, with its référent."""

    def build(state: str) -> Partnership:
        partnership = PartnershipFactory(
            spip=spip, state=state, organisation__name="Les Ateliers du Canal"
        )
        MembershipFactory(
            organisation=partnership.organisation,
            referent=True,
            user__email="contact@canal.example",
        )
        MembershipFactory(organisation=partnership.organisation)
        return partnership

    return build


@act
def test_each_act_is_confirmed_dated_attributed_and_mailed(
    act, request_of, coordinator
):
    """GET says what will happen and changes nothing; POST acts, once."""
    before, after, subject = ACTS[act]
    partnership = request_of(before)
    client = client_of(coordinator)
    page = client.get(url(partnership, act))
    assert "Les Ateliers du Canal" in page.content.decode()
    partnership.refresh_from_db()
    assert partnership.state == before
    since = partnership.state_changed_at

    response = client.post(url(partnership, act), REASON)
    assert (response.status_code, response.url) == (302, url(partnership))
    partnership.refresh_from_db()
    assert (partnership.state, partnership.decided_by) == (after, coordinator)
    assert partnership.state_changed_at > since
    assert mails() == [("contact@canal.example", subject)]
    entry = Entry.objects.get(object_uuid=partnership.uuid)
    assert entry.actor_id == coordinator.pk


@act
def test_a_second_click_changes_and_mails_nothing(act, request_of, coordinator):
    """SECURITY 30: no extra row, no second mail."""
    partnership = request_of(ACTS[act][0])
    client = client_of(coordinator)
    client.post(url(partnership, act), REASON)
    partnership.refresh_from_db()
    since = partnership.state_changed_at
    assert client.post(url(partnership, act), REASON).status_code == 302
    partnership.refresh_from_db()
    assert partnership.state_changed_at == since
    assert len(mails()) == 1
    assert Entry.objects.filter(object_uuid=partnership.uuid).count() == 1


@act
@pytest.mark.parametrize("state", Partnership.State.values)
def test_an_act_out_of_turn_changes_nothing(act, state, request_of, coordinator):
    partnership = request_of(state)
    client_of(coordinator).post(url(partnership, act), REASON)
    partnership.refresh_from_db()
    assert partnership.state == (ACTS[act][1] if state == ACTS[act][0] else state)


@pytest.mark.parametrize("act", ["refuser", "suspendre"])
def test_a_reason_is_required_and_mailed(act, request_of, coordinator):
    partnership = request_of(ACTS[act][0])
    client = client_of(coordinator)
    response = client.post(url(partnership, act), {"reason": "  "})
    assert list(response.context["form"].errors) == ["reason"]
    partnership.refresh_from_db()
    assert partnership.state == ACTS[act][0]
    client.post(url(partnership, act), REASON)
    assert REASON["reason"] in last_mail()


@act
def test_only_the_coordination_and_direction_of_the_service_decide(
    act, request_of, cpip, other_coordinator, outsider
):
    partnership = request_of(ACTS[act][0])
    own = partnership.organisation.memberships.referents().get().user
    assert_closed(url(partnership, act), cpip, other_coordinator, outsider, own)
    partnership.refresh_from_db()
    assert partnership.state == ACTS[act][0]


@act
def test_the_direction_may_decide(act, request_of, manager):
    partnership = request_of(ACTS[act][0])
    client_of(manager).post(url(partnership, act), REASON)
    partnership.refresh_from_db()
    assert partnership.state == ACTS[act][1]


@pytest.mark.parametrize("service", ["validate", "reactivate"])
def test_the_services_check_the_right_by_themselves(
    service, request_of, other_coordinator, cpip
):
    partnership = request_of("submitted")
    for user in (other_coordinator, cpip):
        with pytest.raises(PermissionDenied):
            getattr(services, f"{service}_partnership")(
                partnership=partnership, by=user
            )


def test_a_draft_is_not_shown_to_the_service(request_of, coordinator):
    """The contact has not proven their address: nobody asked anything yet."""
    assert_closed(url(request_of("draft")), coordinator, methods=("get",))


@act
def test_extra_fields_change_nothing(act, request_of, coordinator):
    partnership = request_of(ACTS[act][0])
    client_of(coordinator).post(
        url(partnership, act), REASON | {"art46_category": "authority", "spip": "99"}
    )
    partnership.refresh_from_db()
    assert partnership.art46_category == ""
    assert partnership.spip == coordinator.spip


@act
@pytest.mark.parametrize("bad", ["00000000-0000-4000-8000-000000000000", "12", "x"])
def test_a_bad_id_is_the_same_404(act, bad, coordinator):
    address = f"/partenaires/{bad}/{act}/"
    assert client_of(coordinator).get(address).status_code == 404


@act
def test_other_methods_are_refused(act, request_of, coordinator):
    address = url(request_of(ACTS[act][0]), act)
    assert client_of(coordinator).delete(address).status_code == 405


# -- Asked by the structure ----------------------------------------------------------


def submit(partnership: Partnership) -> str:
    return f"/ma-structure/partenariats/{partnership.uuid}/renvoyer/"


def test_a_refused_request_is_corrected_and_sent_again(request_of, coordinator):
    partnership = request_of("refused")
    referent = partnership.organisation.memberships.referents().get().user
    client = client_of(referent)
    assert client.get(submit(partnership)).status_code == 200
    client.post(submit(partnership))
    client.post(submit(partnership))  # a second click
    partnership.refresh_from_db()
    assert partnership.state == "submitted"
    assert mails() == [
        ("coordination@spip.example", "Une structure demande à devenir partenaire")
    ]


def test_only_its_referents_send_it_again(request_of, outsider, coordinator):
    partnership = request_of("refused")
    members = partnership.organisation.memberships
    colleague = members.get(role=Membership.Role.MEMBER).user
    assert_closed(submit(partnership), outsider, coordinator, colleague)
    with pytest.raises(PermissionDenied):
        services.submit_again(partnership=partnership, by=outsider)


@pytest.mark.parametrize("state", ["draft", "validated", "suspended"])
def test_only_a_refused_request_is_sent_again(state, request_of):
    partnership = request_of(state)
    referent = partnership.organisation.memberships.referents().get().user
    assert_closed(submit(partnership), referent)


def test_a_structure_asks_one_more_service(referent, organisation, other_coordinator):
    """Trust is per service: the request starts anew, once."""
    other = other_coordinator.spip
    client = client_of(referent)
    address = "/ma-structure/partenariats/demander/"
    assert client.post(address, {"spip": other.pk}).status_code == 302
    again = client.post(address, {"spip": other.pk})
    assert list(again.context["form"].errors) == ["spip"]
    assert organisation.partnerships.get(spip=other).state == "submitted"
    assert [to for to, _ in mails()] == [other_coordinator.email]


def test_only_a_referent_asks_one_more_service(member, coordinator):
    assert_closed("/ma-structure/partenariats/demander/", member.user, coordinator)
    with pytest.raises(PermissionDenied):
        services.request_partnership(
            organisation=member.organisation, spip=coordinator.spip, by=member.user
        )


def test_each_change_leaves_a_line_that_the_service_reads(request_of, coordinator):
    """A reason stays there once the request is sent again with what had been typed."""
    partnership = request_of("submitted")
    organisation = partnership.organisation
    referent = organisation.memberships.referents().get().user
    client = client_of(coordinator)
    client.post(url(partnership, "refuser"), REASON)
    client_of(referent).post(f"/ma-structure/partenariats/{partnership.uuid}/renvoyer/")
    client.post(url(partnership, "valider"))
    lines = partnership.changes.values_list("state", "changed_by", "reason")
    assert list(lines) == [
        ("validated", coordinator.pk, ""),
        ("submitted", referent.pk, ""),
        ("refused", coordinator.pk, REASON["reason"]),
    ]
    page = client.get(url(partnership)).content.decode()
    assert REASON["reason"] in page
    assert f"par {referent}" in page
    partnership.refresh_from_db()
    assert (partnership.reason, partnership.decided_by) == ("", coordinator)
    assert Organisation.objects.get().name == organisation.name
