"""A visitor registers a structure (/partenaires/inscription/)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.links import invitation_url
from partners.models import Invitation, Organisation, OrganisationKind, Theme
from partners.services import registration as services
from tests.accounts.factories import SpipFactory, UserFactory, client_of
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    siret,
)

URL = "/partenaires/inscription/"
SENT = "/partenaires/inscription/verifier/"


def filled(**changes) -> dict:
    return {
        "name": "Les Ateliers du Canal",
        "kind": OrganisationKind.objects.get(code="chrs").pk,
        "siret": "732 829 320 00074",
        "address": "3 quai des Mariniers",
        "postcode": "55100",
        "city": "Verdun",
        "phone": "03 29 00 00 01",
        "themes": [Theme.objects.get(code="hebergement").pk],
        "description": "Nous accueillons et nous formons.",
        "first_name": "Lou",
        "last_name": "Martin",
        "function": "Cheffe de service",
        "email": "Lou.Martin@ateliers.example",
    } | changes


@pytest.fixture
def visitor(spip):
    return client_of(None)


def test_a_registration_waits_for_its_contact(visitor, spip):
    """A structure, a draft partnership and a link to the contact; the service is not
    told before the link is followed."""
    response = visitor.post(URL, filled())
    assert (response.status_code, response.url) == (302, SENT)
    organisation = Organisation.objects.get()
    assert organisation.siret == "73282932000074"
    assert organisation.email == ""  # the contact's own address is not published
    assert [str(theme) for theme in organisation.themes.all()] == [
        "Hébergement et logement"
    ]
    partnership = organisation.partnerships.get()
    assert (partnership.spip, partnership.state) == (spip, "draft")
    invitation = organisation.invitations.get()
    assert invitation.email == "lou.martin@ateliers.example"
    assert (invitation.role, invitation.invited_by) == ("referent", None)
    assert mails() == [
        (
            "lou.martin@ateliers.example",
            "Confirmez l’inscription de votre structure",
        )
    ]
    assert invitation_url(invitation) in last_mail()
    assert "Martin" not in last_mail().replace(invitation.email, "")


def test_the_answer_is_the_same_for_a_known_address(visitor):
    """Nobody learns here whether an address has an account (SECURITY 14)."""
    unknown = visitor.post(URL, filled(), follow=True)
    UserFactory(email="connue@ateliers.example")
    known = visitor.post(
        URL, filled(siret=siret(7), email="connue@ateliers.example"), follow=True
    )
    assert unknown.redirect_chain == known.redirect_chain
    assert _body(unknown) == _body(known)
    assert "Vérifiez votre messagerie" in _body(known)


def _body(response) -> str:
    return re.sub(r'value="[^"]{64}"', "", response.content.decode())


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("siret", "732 829 320 00075", "Ce numéro SIRET n’est pas valable"),
        ("siret", "", "obligatoire"),
        ("postcode", "5510", "cinq chiffres"),
        ("postcode", "5510²", "cinq chiffres"),
        ("email", "pas une adresse", "adresse"),
        ("name", "   ", "obligatoire"),
        ("themes", [], "obligatoire"),
        ("kind", "0", "Sélectionnez un choix valide"),
    ],
)
def test_bad_input_is_said_at_its_field(visitor, field, value, said):
    """A message in French at the field, what was typed is kept, nothing is written."""
    response = visitor.post(URL, filled(**{field: value}))
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert said in " ".join(form.errors[field])
    assert "3 quai des Mariniers" in response.content.decode()
    assert not Organisation.objects.exists()
    assert mails() == []


@pytest.mark.parametrize("members", [0, 1])
def test_a_known_siret_is_told_to_ask_its_referent(visitor, spip, members):
    """Same words whoever is behind, and no name."""
    organisation = PartnershipFactory(
        spip=spip, validated=True, organisation__siret="73282932000074"
    ).organisation
    for _ in range(members):
        MembershipFactory(organisation=organisation, referent=True)
    response = visitor.post(URL, filled())
    assert response.context["form"].errors == {
        "siret": [
            "Cette structure est déjà inscrite. Demandez à son référent de vous "
            "inviter. Si vous venez de l’inscrire, suivez le lien reçu par courriel."
        ]
    }
    assert organisation.name not in response.content.decode()
    assert Organisation.objects.count() == 1
    assert mails() == []


def test_all_errors_are_said_at_once(visitor, spip):
    """A known SIRET does not hide what else is wrong."""
    OrganisationFactory(siret="73282932000074")
    response = visitor.post(URL, filled(postcode="5510"))
    assert list(response.context["form"].errors) == ["siret", "postcode"]


def abandoned(spip, **invitation) -> Organisation:
    organisation = PartnershipFactory(
        spip=spip, draft=True, organisation__siret="73282932000074"
    ).organisation
    InvitationFactory(registration=True, organisation=organisation, **invitation)
    return organisation


def test_an_unconfirmed_registration_frees_its_siret_after_a_fortnight(visitor, spip):
    """Whoever never followed the link blocks nobody for ever."""
    old = abandoned(spip, expired=True)
    assert visitor.post(URL, filled()).status_code == 302
    assert Organisation.objects.get().name == "Les Ateliers du Canal"
    assert not Organisation.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize("state", ["open", "member", "submitted"])
def test_a_registration_that_somebody_holds_is_not_replaced(visitor, spip, state):
    organisation = abandoned(spip, expired=state != "open")
    if state == "member":
        MembershipFactory(organisation=organisation)
    if state == "submitted":
        organisation.partnerships.update(state="submitted")
    response = visitor.post(URL, filled())
    assert list(response.context["form"].errors) == ["siret"]
    assert Organisation.objects.get() == organisation


def test_two_registrations_at_once_make_one_structure(visitor, monkeypatch):
    """The database decides when both passed the form; the second is told."""
    OrganisationFactory(siret="73282932000074")
    monkeypatch.setattr("partners.forms.joining.is_siret_taken", lambda siret: False)
    response = visitor.post(URL, filled())
    assert list(response.context["form"].errors) == ["siret"]
    assert Organisation.objects.count() == 1
    assert not Invitation.objects.exists()


def test_the_service_is_asked_only_where_there_are_several(visitor, spip):
    assert "spip" not in visitor.get(URL).context["form"].fields
    other = SpipFactory()
    assert "spip" in visitor.get(URL).context["form"].fields
    visitor.post(URL, filled(spip=other.pk))
    assert Organisation.objects.get().partnerships.get().spip == other


def test_without_a_service_nothing_is_registered(db):
    response = client_of(None).post(URL, filled())
    assert "Aucun service" in response.content.decode()
    assert not Organisation.objects.exists()


def test_extra_fields_change_nothing(visitor):
    """Neither trust, nor audience, nor a member comes from the form (SECURITY 4)."""
    visitor.post(
        URL,
        filled(
            state="validated",
            audience="public",
            role="member",
            is_staff="on",
            art46_category="authority",
            invited_by="1",
        ),
    )
    organisation = Organisation.objects.get()
    assert organisation.audience == "network"
    assert organisation.partnerships.get().state == "draft"
    assert organisation.partnerships.get().art46_category == ""
    assert organisation.invitations.get().invited_by is None


def test_a_name_pasted_over_two_lines_fits_the_subject_of_a_mail(visitor):
    """Header injection has nothing to hold on (SECURITY 31)."""
    visitor.post(URL, filled(name="Les Ateliers\r\nBcc: tous@example.org"))
    assert Organisation.objects.get().name == "Les Ateliers Bcc: tous@example.org"


def test_the_21st_registration_of_an_hour_from_one_place_waits(visitor):
    for number in range(20):
        assert visitor.post(URL, filled(siret=siret(number))).status_code == 302
    response = visitor.post(URL, filled(siret=siret(20)))
    assert response.status_code == 429
    assert Organisation.objects.count() == 20


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(visitor, method):
    assert getattr(visitor, method)(URL).status_code == 405


def test_the_link_is_good_for_a_fortnight(visitor):
    visitor.post(URL, filled())
    left = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(days=13, hours=23) < left < timedelta(days=14)


def test_the_service_refuses_a_siret_in_use(spip):
    """The rule is the database's, not the form's alone."""
    OrganisationFactory(siret="73282932000074")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(siret="73282932000074")
    assert services.is_siret_taken("73282932000074")
    assert not services.is_siret_taken(siret(99))
