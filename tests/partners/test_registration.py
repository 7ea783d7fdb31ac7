"""A visitor registers a structure, step after step (/partenaires/inscription/)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners import tasks
from partners.links import invitation_url, registration_url
from partners.models import (
    Invitation,
    Organisation,
    OrganisationKind,
    Registration,
    Theme,
)
from partners.services import drafts
from partners.services import registration as services
from spip_portal.celery import app
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
from tests.vault.factories import PDF, stored_file

URL = "/partenaires/inscription/"
SENT = "/partenaires/inscription/verifier/"
SIRET = "73282932000074"


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
        "milieu": "both",
        "publics": "Adultes",
        "excluded_publics": "Animaux",
        "description": "Nous accueillons et nous formons.",
        "first_name": "Lou",
        "last_name": "Martin",
        "function": "Cheffe de service",
        "email": "Lou.Martin@ateliers.example",
    } | changes


STEPS = ("structure", "activite", "contact")


def start(visitor) -> str:
    """The address of the draft, without its step."""
    response = visitor.post(URL)
    assert response.status_code == 302
    return response.url.removesuffix("structure/")


def fill(visitor, **changes) -> str:
    """Every step, up to the summary; each is given all the fields and keeps its own."""
    address = start(visitor)
    for step in STEPS:
        visitor.post(f"{address}{step}/", filled(**changes))
    return address


def send(visitor, **changes):
    return visitor.post(f"{fill(visitor, **changes)}recapitulatif/")


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
    assert visitor.post(f"{address}recapitulatif/").url == SENT
    assert visitor.post(f"{address}recapitulatif/").status_code == 410
    assert drafts.send_registration(registration=draft) is None
    assert Organisation.objects.count() == 1


def test_the_answer_is_the_same_for_a_known_address(visitor):
    """Nobody learns here whether an address has an account (SECURITY 14)."""
    UserFactory(email="connue@ateliers.example")
    unknown, known = fill(visitor), fill(visitor, siret=siret(7), email="connue@a.fr")
    answers = [
        visitor.post(f"{address}recapitulatif/", follow=True)
        for address in (unknown, known)
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
    response = visitor.post(f"{address}recapitulatif/")
    assert response.status_code == 200
    assert "pas encore complète" in response.content.decode()
    assert f"{address}contact/?verifier=1" in response.content.decode()
    judged = visitor.get(f"{address}contact/?verifier=1").context["form"]
    assert "email" in judged.errors
    assert not Organisation.objects.exists()


# -- Kept ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "field", "value", "said"),
    [
        ("structure", "siret", "732 829 320 00075", "Ce numéro SIRET n’est pas"),
        ("structure", "siret", "", "obligatoire"),
        ("activite", "postcode", "5510", "cinq chiffres"),
        ("activite", "postcode", "5510²", "cinq chiffres"),
        ("contact", "email", "pas une adresse", "adresse"),
        ("structure", "name", "   ", "obligatoire"),
        ("activite", "themes", [], "obligatoire"),
        ("activite", "kind", "0", "Sélectionnez un choix valide"),
        ("activite", "milieu", "", "obligatoire"),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(visitor, step, field, value, said):
    """A message in French at the field, what was typed is kept, nothing is sent."""
    address = start(visitor)
    response = visitor.post(f"{address}{step}/", filled(**{field: value}))
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert said in " ".join(form.errors[field])
    typed = Registration.objects.get().typed
    assert typed[field] == (value if isinstance(value, list) else [value])
    assert mails() == []


def test_going_back_loses_nothing_right_or_wrong(visitor):
    address = start(visitor)
    typed = filled(postcode="5510", city="Verdun")
    response = visitor.post(f"{address}activite/", typed | {"precedent": "1"})
    assert response.url == f"{address}structure/"
    page = visitor.get(f"{address}activite/").content.decode()
    assert 'value="5510"' in page
    assert 'value="Verdun"' in page
    assert "cinq chiffres" not in page
    back = visitor.post(f"{address}structure/", filled() | {"precedent": "1"})
    assert back.url == URL
    assert f"{address}structure/" in visitor.get(URL).content.decode()


def test_the_way_back_is_mailed_once_an_address_is_known(visitor):
    """From another device too; once for each address; nothing of what was typed."""
    address = start(visitor)
    for _ in range(2):
        visitor.post(
            f"{address}structure/", filled(resume_email="lou.martin@ateliers.example")
        )
    (mail,) = mails()
    assert mail[0] == "lou.martin@ateliers.example"
    draft = Registration.objects.get()
    assert registration_url(draft, "activite") in last_mail()
    assert "Ateliers du Canal" not in last_mail()
    elsewhere = client_of(None).get(f"{address}structure/")
    assert "Les Ateliers du Canal" in elsewhere.content.decode()


def test_a_draft_is_forgotten_after_thirty_days_without_a_word(visitor):
    address = start(visitor)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        visitor.post(f"{address}structure/", filled())
    kept = Registration.objects.get()
    kept.file = stored_file()
    kept.save()
    assert drafts.purge_drafts() == 0
    Registration.objects.update(expires_at=timezone.now())
    assert visitor.get(f"{address}structure/").status_code == 410
    assert "partners.purge_registrations" in {
        job["task"] for job in app.conf.beat_schedule.values()
    }
    tasks.purge_registrations()
    assert not Registration.objects.exists()
    assert StoredFile.objects.get().wrapped_key is None


def test_a_link_altered_or_unknown_is_no_draft(visitor):
    address = start(visitor)
    assert visitor.get(f"{address[:-2]}x/structure/").status_code == 410
    assert visitor.get(f"{address}autre/").status_code == 404


def test_a_draft_holds_no_more_than_a_form_can(visitor):
    address = start(visitor)
    visitor.post(
        f"{address}structure/", filled(name="x" * 9_000, role="referent", state="on")
    )
    typed = Registration.objects.get().typed
    assert len(typed["name"][0]) == 4_000
    assert set(typed) == {"spip", "siret", "name", "description", "resume_email"}


# -- The proof -------------------------------------------------------------------------


def deposit(visitor, address, content=PDF, **changes):
    file = SimpleUploadedFile("Statuts Martin.pdf", content)
    return visitor.post(f"{address}contact/", filled(file=file, **changes))


def test_a_file_that_is_no_pdf_is_refused_at_its_field_and_the_rest_is_kept(visitor):
    address = start(visitor)
    response = deposit(visitor, address, b"PK word")
    assert list(response.context["form"].errors) == ["file"]
    assert "Lou" in response.content.decode()
    assert Registration.objects.get().typed["first_name"] == ["Lou"]
    assert not StoredFile.objects.exists()


def test_a_good_file_is_kept_though_the_rest_is_wrong(visitor):
    address = start(visitor)
    response = deposit(visitor, address, email="faux")
    assert list(response.context["form"].errors) == ["email"]
    assert "Fichier déjà déposé" in response.content.decode()
    assert Registration.objects.get().file.state == StoredFile.State.QUARANTINED


def test_another_replaces_it_and_it_can_be_taken_out(visitor):
    address = start(visitor)
    deposit(visitor, address)
    first = Registration.objects.get().file
    deposit(visitor, address)
    first.refresh_from_db()
    assert first.wrapped_key is None
    visitor.post(f"{address}contact/", filled(retirer="1"))
    assert Registration.objects.get().file is None
    assert not StoredFile.objects.exclude(wrapped_key=None).exists()


def test_files_are_so_many_an_hour_and_the_rest_is_kept(visitor):
    address = start(visitor)
    for _number in range(38):
        start(visitor)
    assert deposit(visitor, address, email="faux").status_code == 200
    response = deposit(visitor, address, first_name="Alix", email="faux")
    assert response.status_code == 429
    draft = Registration.objects.order_by("pk").first()
    assert draft.typed["first_name"] == ["Alix"]
    assert StoredFile.objects.count() == 1


def test_what_the_inspection_refused_is_said_at_the_field(visitor):
    address = fill(visitor)
    refused = stored_file(state="refused")
    StoredFile.objects.filter(pk=refused.pk).update(refusal="Il contient un script.")
    Registration.objects.update(file=refused)
    response = visitor.post(f"{address}recapitulatif/")
    assert response.status_code == 200
    assert "Il contient un script." in response.content.decode()
    response = visitor.post(f"{address}contact/", filled())
    assert response.context["form"].errors == {"file": ["Il contient un script."]}
    assert deposit(visitor, address).status_code == 302


def test_it_goes_with_the_structure(visitor):
    address = fill(visitor)
    deposit(visitor, address)
    visitor.post(f"{address}recapitulatif/")
    proof = Organisation.objects.get().proofs.get()
    assert (proof.file.size, proof.added_by) == (len(PDF), None)


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
