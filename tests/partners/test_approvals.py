"""The « agrément de placement à l’extérieur »: who gave it, for how many places and how
long, and who answers for it."""

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Agreement
from partners.services import agreements as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import AgreementFactory, MembershipFactory
from tests.partners.test_agreements import ADD, form, page

APPROVAL = {
    "kind": "approval",
    "authority": "Direction interrégionale fictive",
    "places": "8",
    "ends_on": "",
}


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("2026-01-10", "2031-01-09"), ("2028-02-29", "2033-02-27")],
)
def test_it_lasts_exactly_five_years_by_default(
    spip, coordinator, organisation, starts, ends
):
    data = form([organisation], **APPROVAL, starts_on=starts, evaluation_on="")
    client_of(coordinator).post(ADD, data)
    agreement = Agreement.objects.get()
    assert str(agreement.ends_on) == ends
    assert agreement.places == 8
    text = client_of(coordinator).get(page(agreement)).text
    assert "Direction interrégionale fictive" in text


def test_another_end_may_be_given(coordinator, organisation):
    data = form([organisation], **APPROVAL | {"ends_on": "2028-06-30"})
    client_of(coordinator).post(ADD, data)
    assert str(Agreement.objects.get().ends_on) == "2028-06-30"


@pytest.mark.parametrize("field", ["authority", "number", "places"])
def test_it_says_who_gave_it_and_how_much(coordinator, organisation, field):
    data = form([organisation], **APPROVAL) | {field: ""}
    errors = client_of(coordinator).post(ADD, data).context["form"].errors
    assert list(errors) == [field]
    assert "obligatoire" in errors[field][0]


def test_any_other_convention_needs_an_end(coordinator, organisation):
    response = client_of(coordinator).post(ADD, form([organisation], ends_on=""))
    assert list(response.context["form"].errors) == ["ends_on"]
    assert not Agreement.objects.exists()


def test_members_of_the_parties_are_named(
    spip, coordinator, organisation, member, referent
):
    agreement = AgreementFactory(
        spip=spip, kind="approval", audience="public", parties=[organisation]
    )
    client, url = client_of(coordinator), page(agreement, "responsables")
    assert url in client.get(page(agreement)).text
    client.post(url, {"persons": [member.pk]})
    assert agreement.persons_in_charge.get() == member
    assert "Alix Collègue" in client_of(referent).get(page(agreement)).text
    assert "Collègue" not in client_of(None).get(page(agreement)).text
    client.post(url, {})
    assert not agreement.persons_in_charge.exists()


def test_nobody_else_is_named(spip, coordinator, organisation):
    agreement = AgreementFactory(spip=spip, kind="approval", parties=[organisation])
    stranger = MembershipFactory()
    gone = MembershipFactory(organisation=organisation, ended=True)
    url = page(agreement, "responsables")
    for person in (stranger, gone):
        response = client_of(coordinator).post(url, {"persons": [person.pk]})
        assert list(response.context["form"].errors) == ["persons"]
    with pytest.raises(PermissionDenied):
        services.name_persons_in_charge(
            agreement=agreement, by=coordinator, persons=[stranger]
        )


def test_only_the_service_names_them(
    spip, organisation, cpip, referent, other_coordinator
):
    agreement = AgreementFactory(spip=spip, kind="approval", parties=[organisation])
    others = (cpip, referent, other_coordinator)
    assert_closed(page(agreement, "responsables"), *others)
    for user in others:
        with pytest.raises(PermissionDenied):
            services.name_persons_in_charge(agreement=agreement, by=user, persons=[])
