"""A visitor registers a structure, step after step (/partenaires/inscription/)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.links import invitation_url
from partners.models import (
    Invitation,
    Organisation,
    Registration,
)
from partners.services import drafts
from partners.services import registration as services
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import SpipFactory, UserFactory, client_of
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    partner,
    siret,
)
from tests.partners.registering import (
    SENT,
    SIRET,
    STEPS,
    URL,
    fill,
    filled,
    read_and_send,
    seen,
    send,
    start,
)
from tests.vault.factories import stored_file


@pytest.fixture
def visitor(spip):
    return client_of(None)


# -- Sent ------------------------------------------------------------------------------


def test_a_registration_waits_for_its_contact(visitor, spip):
    """A structure, a draft partnership and a link to the contact; the service is not
    told before the link is followed."""
    response = send(visitor)
    assert (response.status_code, response.url) == (302, SENT)
    organisation = Organisation.objects.get()
    assert organisation.siret == SIRET
    assert organisation.email == ""  # the contact's own address is not published
    assert (organisation.milieu, organisation.excluded_publics) == ("both", "Animaux")
    assert [str(theme) for theme in organisation.themes.all()] == [
        "Hébergement et logement"
    ]
    partnership = organisation.partnerships.get()
    assert (partnership.spip, partnership.state) == (spip, "draft")
    assert partnership.changes.get().state == "draft"
    invitation = organisation.invitations.get()
    assert invitation.email == "lou.martin@ateliers.example"
    assert (invitation.role, invitation.invited_by) == ("referent", None)
    assert mails() == [
        ("lou.martin@ateliers.example", "Reprenez l’inscription de votre structure"),
        ("lou.martin@ateliers.example", "Confirmez l’inscription de votre structure"),
    ]
    assert invitation_url(invitation) in last_mail()
    assert "Martin" not in last_mail().replace(invitation.email, "")
    assert not Registration.objects.exists()


def test_sent_twice_it_is_sent_once(visitor):
    address = fill(visitor)
    draft = Registration.objects.get()
    assert read_and_send(visitor, address).url == SENT
    assert read_and_send(visitor, address).status_code == 410
    assert drafts.send_registration(registration=draft, seen="") is None
    assert Organisation.objects.count() == 1


def test_what_was_read_is_what_is_sent(visitor):
    """Whoever holds the link may write meanwhile: nothing leaves unread."""
    address = fill(visitor)
    summary = f"{address}recapitulatif/"
    read = seen(visitor.get(summary))
    client_of(None).post(f"{address}contact/", filled(email="mallory@evil.example"))
    refused = visitor.post(summary, {"seen": read}, follow=True)
    assert "relisez-la" in refused.content.decode()
    assert not Organisation.objects.exists()
    assert visitor.post(summary, {"seen": seen(refused)}).url == SENT


def test_the_answer_is_the_same_for_a_known_address(visitor):
    """Nobody learns here whether an address has an account (SECURITY 14)."""
    UserFactory(email="connue@ateliers.example")
    unknown, known = fill(visitor), fill(visitor, siret=siret(7), email="connue@a.fr")
    answers = [
        read_and_send(visitor, address, follow=True) for address in (unknown, known)
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert _body(answers[0]) == _body(answers[1])
    assert "Vérifiez votre messagerie" in _body(answers[0])


def _body(response) -> str:
    return re.sub(r'value="[^"]{64}"', "", response.content.decode())


def test_the_summary_says_what_was_typed_and_how_to_change_it(visitor):
    address = fill(visitor)
    page = visitor.get(f"{address}recapitulatif/").content.decode()
    for words in ("Les Ateliers du Canal", "Hébergement et logement", "Lou", "Adultes"):
        assert words in page
    for step in STEPS:
        assert f'{address}{step}/"' in page
    assert "Étape 5 sur 5" in page


def test_an_incomplete_request_is_not_sent(visitor):
    address = start(visitor)
    visitor.post(f"{address}structure/", filled())
    response = read_and_send(visitor, address)
    assert response.status_code == 200
    assert "pas encore complète" in response.content.decode()
    assert f"{address}contact/?verifier=1" in response.content.decode()
    judged = visitor.get(f"{address}contact/?verifier=1").context["form"]
    assert "email" in judged.errors
    assert not Organisation.objects.exists()


# -- A SIRET that somebody holds -------------------------------------------------------


@pytest.mark.parametrize("members", [0, 1])
def test_a_known_siret_is_told_and_offered_to_join(visitor, spip, members):
    """Same words whoever is behind, and no name."""
    organisation = partner(spip, siret=SIRET)
    for _ in range(members):
        MembershipFactory(organisation=organisation, referent=True)
    address = start(visitor)
    response = visitor.post(f"{address}structure/", filled())
    assert response.context["form"].errors == {
        "siret": [
            "Cette structure est déjà inscrite. Demandez à son référent de vous "
            "inviter. Si vous venez de l’inscrire, suivez le lien reçu par courriel."
        ]
    }
    assert organisation.name not in response.content.decode()
    assert "/partenaires/rejoindre/" in response.content.decode()
    assert Organisation.objects.count() == 1


def abandoned(spip, **invitation) -> Organisation:
    organisation = PartnershipFactory(
        spip=spip, draft=True, organisation__siret=SIRET
    ).organisation
    InvitationFactory(registration=True, organisation=organisation, **invitation)
    return organisation


def test_an_unconfirmed_registration_frees_its_siret_after_a_fortnight(visitor, spip):
    """Whoever never followed the link blocks nobody for ever; its PDF goes too."""
    old = abandoned(spip, expired=True)
    old.proofs.create(file=stored_file())
    assert send(visitor).status_code == 302
    assert Organisation.objects.get().name == "Les Ateliers du Canal"
    assert not Organisation.objects.filter(pk=old.pk).exists()
    assert StoredFile.objects.get().wrapped_key is None


@pytest.mark.parametrize("state", ["open", "member", "submitted"])
def test_a_registration_that_somebody_holds_is_not_replaced(visitor, spip, state):
    organisation = abandoned(spip, expired=state != "open")
    if state == "member":
        MembershipFactory(organisation=organisation)
    if state == "submitted":
        organisation.partnerships.update(state="submitted")
    assert send(visitor).status_code == 200
    assert Organisation.objects.get() == organisation


def test_two_registrations_at_once_make_one_structure(visitor, monkeypatch):
    """The database decides when both passed the form; the second is told."""
    OrganisationFactory(siret=SIRET)
    monkeypatch.setattr("partners.forms.registering.registered", lambda siret: None)
    response = send(visitor)
    assert response.status_code == 200
    assert "déjà inscrite" in response.content.decode()
    assert Organisation.objects.count() == 1
    assert Registration.objects.count() == 1
    assert not Invitation.objects.exists()


def test_the_service_is_asked_only_where_there_are_several(visitor, spip):
    address = start(visitor)
    assert "spip" not in visitor.get(f"{address}structure/").context["form"].fields
    other = SpipFactory()
    assert "spip" in visitor.get(f"{address}structure/").context["form"].fields
    send(visitor, spip=other.pk)
    assert Organisation.objects.get().partnerships.get().spip == other


def test_without_a_service_nothing_is_registered(db):
    response = send(client_of(None))
    assert "Aucun service" in response.content.decode()
    assert not Organisation.objects.exists()


def test_extra_fields_change_nothing(visitor):
    """Neither trust, nor audience, nor a member comes from the form (SECURITY 4)."""
    send(
        visitor,
        state="validated",
        audience="public",
        role="member",
        is_staff="on",
        art46_category="authority",
        invited_by="1",
    )
    organisation = Organisation.objects.get()
    assert organisation.audience == "network"
    assert organisation.partnerships.get().state == "draft"
    assert organisation.partnerships.get().art46_category == ""
    assert organisation.invitations.get().invited_by is None


def test_a_name_pasted_over_two_lines_fits_the_subject_of_a_mail(visitor):
    """Header injection has nothing to hold on (SECURITY 31)."""
    send(visitor, name="Les Ateliers\r\nBcc: tous@example.org")
    assert Organisation.objects.get().name == "Les Ateliers Bcc: tous@example.org"


def test_the_41st_draft_of_an_hour_from_one_place_waits(visitor):
    for _number in range(40):
        start(visitor)
    assert visitor.post(URL).status_code == 429
    assert Registration.objects.count() == 40


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(visitor, method):
    assert getattr(visitor, method)(URL).status_code == 405


def test_the_link_is_good_for_a_fortnight(visitor):
    send(visitor)
    left = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(days=13, hours=23) < left < timedelta(days=14)


def test_the_service_refuses_a_siret_in_use(spip):
    """The rule is the database's, not the form's alone."""
    OrganisationFactory(siret=SIRET)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(siret=SIRET)
    assert services.registered(SIRET)
    assert not services.registered(siret(99))
