"""The PDFs of a convention: kept in the vault, served to their audience only."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from partners.models import AgreementAnnex
from partners.services import annexes as services
from spip_portal.journal.models import Entry, Verb
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    AgreementFactory,
    MembershipFactory,
    PartnershipFactory,
    partner,
)
from tests.partners.pdf_factories import AgreementAnnexFactory
from tests.vault.factories import PDF, stored_file


@pytest.fixture
def agreement(spip, organisation):
    return AgreementFactory(spip=spip, audience="public", parties=[organisation])


def address(annex) -> str:
    return f"/conventions/annexes/{annex.uuid}/fichier"


def deposit(user, agreement, **changes):
    data = {
        "key": uuid.uuid4(),
        "file": SimpleUploadedFile("Dupont.pdf", PDF),
        "title": "Texte signé",
        "audience": "parties",
    }
    url = f"/conventions/{agreement.uuid}/annexes/ajouter/"
    return client_of(user).post(url, data | changes)


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", "visitor stranger suspended referent partner cpip other"),
        ("parties", "referent cpip"),
    ],
)
def test_who_reads_which_annex(
    audience, readers, spip, agreement, referent, outsider, cpip, other_coordinator
):
    """One row a clause; the page and the file agree, and a refusal is a plain 404."""
    suspended = PartnershipFactory(spip=spip, suspended=True).organisation
    elsewhere = PartnershipFactory(organisation=suspended, validated=True)
    agreement.parties.create(organisation=suspended)
    annex = AgreementAnnexFactory(agreement=agreement, audience=audience)
    cast = {
        "visitor": None,
        "stranger": MembershipFactory().user,
        "suspended": MembershipFactory(organisation=elsewhere.organisation).user,
        "referent": referent,
        "partner": outsider,
        "cpip": cpip,
        "other": other_coordinator,
    }
    missing = f"/conventions/annexes/{uuid.uuid4()}/fichier"
    found = set()
    for name, user in cast.items():
        client = client_of(user)
        response = client.get(address(annex))
        page = client.get(f"/conventions/{agreement.uuid}/").content.decode()
        assert (address(annex) in page) == (response.status_code == 200)
        if response.status_code == 200:
            found.add(name)
        else:
            assert response.status_code == client.get(missing).status_code == 404
    assert found == set(readers.split())


def test_it_is_served_byte_for_byte_and_says_nothing_by_its_name(agreement, referent):
    annex = AgreementAnnexFactory(agreement=agreement, title="Annexe Dupont")
    response = client_of(referent).get(address(annex))
    assert b"".join(response) == PDF
    name = f"annexe-{annex.uuid.hex[:8]}.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert response["Content-Length"] == str(len(PDF))
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    download = client_of(referent).get(f"{address(annex)}?telecharger=1")
    assert download["Content-Disposition"] == f'attachment; filename="{name}"'


def test_an_annex_follows_its_convention(spip, outsider, cpip):
    """Public among those who read the convention, and nobody else."""
    agreement = AgreementFactory(spip=spip, audience="parties", parties=[partner(spip)])
    annex = AgreementAnnexFactory(agreement=agreement, public=True)
    assert client_of(cpip).get(address(annex)).status_code == 200
    for user in (None, outsider):
        assert client_of(user).get(address(annex)).status_code == 404


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_only_what_was_inspected_is_served(agreement, coordinator, referent, state):
    annex = AgreementAnnexFactory(
        agreement=agreement, title="À vérifier", file=stored_file(state=state)
    )
    page = f"/conventions/{agreement.uuid}/"
    for user in (coordinator, referent):
        assert client_of(user).get(address(annex)).status_code == 404
        with pytest.raises(PermissionDenied):
            services.read_annex(by=user, annex=annex, request=None)
    assert "À vérifier" in client_of(coordinator).get(page).content.decode()
    assert "À vérifier" not in client_of(referent).get(page).content.decode()


def test_reading_what_only_the_parties_have_is_written_down(agreement, referent):
    closed = AgreementAnnexFactory(agreement=agreement)
    public = AgreementAnnexFactory(agreement=agreement, public=True)
    for annex in (closed, public):
        client_of(referent).get(address(annex))
    entry = Entry.objects.get(verb=Verb.READ)
    assert (entry.object_kind, entry.object_uuid) == ("annexe", closed.uuid)
    assert (entry.actor_id, entry.spip_id) == (referent.pk, agreement.spip_id)


def test_the_coordination_deposits_one_in_quarantine(agreement, coordinator):
    key = uuid.uuid4()
    for _ in range(2):  # a double click
        response = deposit(coordinator, agreement, key=key)
        assert response.url == f"/conventions/{agreement.uuid}/"
    annex = AgreementAnnex.objects.get()
    assert annex.file.state == StoredFile.State.QUARANTINED
    assert annex.audience == "parties"
    assert annex.added_by == coordinator


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"file": SimpleUploadedFile("x.pdf", b"PK word")}, "file", "pas un PDF"),
        ({"file": ""}, "file", "obligatoire"),
        ({"title": ""}, "title", "obligatoire"),
        ({"audience": "network"}, "audience", "choix valide"),
        ({"key": "x"}, "key", "UUID"),
    ],
)
def test_bad_input_is_said_at_its_field(agreement, coordinator, changes, field, said):
    errors = deposit(coordinator, agreement, **changes).context["form"].errors
    assert list(errors) == [field]
    assert said in errors[field][0]
    assert not StoredFile.objects.exists()


def test_one_taken_out_is_unreadable_for_ever(agreement, coordinator):
    annex = AgreementAnnexFactory(agreement=agreement)
    url = f"/conventions/annexes/{annex.uuid}/retirer/"
    assert "Texte signé" in client_of(coordinator).get(url).content.decode()
    assert AgreementAnnex.objects.exists()
    client_of(coordinator).post(url)
    assert not AgreementAnnex.objects.exists()
    assert StoredFile.objects.get().wrapped_key is None


def test_only_the_service_deposits_and_removes(
    agreement, cpip, referent, other_coordinator
):
    annex = AgreementAnnexFactory(agreement=agreement)
    others = (cpip, referent, other_coordinator)
    assert_closed(f"/conventions/{agreement.uuid}/annexes/ajouter/", *others)
    assert_closed(f"/conventions/annexes/{annex.uuid}/retirer/", *others)
    for user in others:
        with pytest.raises(PermissionDenied):
            services.remove_annex(by=user, annex=annex)
        with pytest.raises(PermissionDenied):
            services.add_annex(
                by=user, agreement=agreement, title="", audience="public", content=PDF
            )
