"""What a visitor types is kept, with its PDF, until it is sent or forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from partners import tasks
from partners.links import registration_url
from partners.models import (
    Organisation,
    Registration,
)
from partners.services import drafts
from spip_portal.celery import app
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import client_of
from tests.partners.conftest import last_mail, mails
from tests.partners.registering import URL, fill, filled, read_and_send, start
from tests.vault.factories import PDF, stored_file


@pytest.fixture
def visitor(spip):
    return client_of(None)


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
        f"{address}structure/", filled(name="x" * 30_000, role="referent", state="on")
    )
    typed = Registration.objects.get().typed
    assert len(typed["name"][0]) == 20_000
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
    response = read_and_send(visitor, address)
    assert response.status_code == 200
    assert "Il contient un script." in response.content.decode()
    response = visitor.post(f"{address}contact/", filled())
    assert response.context["form"].errors == {"file": ["Il contient un script."]}
    assert deposit(visitor, address).status_code == 302


def test_it_goes_with_the_structure(visitor):
    address = fill(visitor)
    deposit(visitor, address)
    read_and_send(visitor, address)
    proof = Organisation.objects.get().proofs.get()
    assert (proof.file.size, proof.added_by) == (len(PDF), None)
