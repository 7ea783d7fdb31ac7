"""The PDFs that show what a structure is: for its référents and for the coordination
and the direction of the services that were asked."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from partners.models import Proof
from partners.services import proofs as services
from spip_portal.journal.models import Entry, Verb
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import PartnershipFactory, ProofFactory
from tests.vault.factories import PDF, stored_file

ADD = "/ma-structure/justificatifs/"


def address(proof) -> str:
    return f"/partenaires/justificatifs/{proof.uuid}/fichier"


def deposit(user, **changes):
    file = SimpleUploadedFile("Statuts Martin.pdf", PDF)
    return client_of(user).post(ADD, {"key": uuid.uuid4(), "file": file} | changes)


def test_who_reads_it(
    organisation,
    referent,
    member,
    outsider,
    coordinator,
    manager,
    cpip,
    other_coordinator,
):
    """One row a clause; a refusal is a plain 404, or the sign-in page of a visitor."""
    proof = ProofFactory(organisation=organisation)
    cast = {
        "referent": referent,
        "coordinator": coordinator,
        "manager": manager,
        "member": member.user,
        "outsider": outsider,
        "cpip": cpip,
        "other": other_coordinator,
        "visitor": None,
    }
    read = {
        name
        for name, user in cast.items()
        if client_of(user).get(address(proof)).status_code == 200
    }
    assert read == {"referent", "coordinator", "manager"}
    assert Entry.objects.filter(verb=Verb.READ, object_uuid=proof.uuid).count() == 3


def test_a_service_that_was_not_sent_the_request_reads_nothing(spip, coordinator):
    """A draft is not a request yet."""
    draft = PartnershipFactory(spip=spip, draft=True).organisation
    proof = ProofFactory(organisation=draft)
    assert client_of(coordinator).get(address(proof)).status_code == 404


def test_it_is_served_byte_for_byte_and_says_nothing_by_its_name(
    organisation, referent
):
    proof = ProofFactory(organisation=organisation)
    response = client_of(referent).get(address(proof))
    assert b"".join(response) == PDF
    name = f"justificatif-{proof.uuid.hex[:8]}.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_only_what_was_inspected_is_served(organisation, referent, state):
    proof = ProofFactory(organisation=organisation, file=stored_file(state=state))
    assert client_of(referent).get(address(proof)).status_code == 404
    with pytest.raises(PermissionDenied):
        services.read_proof(by=referent, proof=proof, request=None)
    page = client_of(referent).get(ADD).content.decode()
    assert proof.file.get_state_display() in page
    assert address(proof) not in page


def test_a_referent_adds_one_in_quarantine_once(organisation, referent, coordinator):
    key = uuid.uuid4()
    for _ in range(2):  # a double click
        assert deposit(referent, key=key).url == ADD
    proof = Proof.objects.get()
    assert (proof.organisation, proof.added_by) == (organisation, referent)
    assert proof.file.state == StoredFile.State.QUARANTINED
    uuid_ = organisation.partnerships.get().uuid
    page = client_of(coordinator).get(f"/partenaires/{uuid_}/").content.decode()
    assert "en cours de vérification" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": SimpleUploadedFile("x.pdf", b"PK word")}, "pas un PDF"),
        ({"file": ""}, "obligatoire"),
    ],
)
def test_bad_input_is_said_at_its_field(organisation, referent, changes, said):
    errors = deposit(referent, **changes).context["form"].errors
    assert list(errors) == ["file"]
    assert said in errors["file"][0]
    assert not StoredFile.objects.exists()


def test_one_taken_out_is_unreadable_for_ever(organisation, referent):
    proof = ProofFactory(organisation=organisation)
    url = f"{ADD}{proof.uuid}/retirer/"
    client_of(referent).get(url)
    assert Proof.objects.exists()
    client_of(referent).post(url)
    assert not Proof.objects.exists()
    assert StoredFile.objects.get().wrapped_key is None


def test_only_its_referents_add_and_remove(
    organisation, referent, member, outsider, coordinator
):
    proof = ProofFactory(organisation=organisation)
    assert_closed(ADD, member.user, coordinator)
    assert_closed(f"{ADD}{proof.uuid}/retirer/", member.user, outsider, coordinator)
    for user in (member.user, outsider, coordinator):
        with pytest.raises(PermissionDenied):
            services.remove_proof(by=user, proof=proof)
        with pytest.raises(PermissionDenied):
            services.add_proof(
                by=user, organisation=organisation, content=PDF, key=uuid.uuid4()
            )


def test_a_structure_has_so_many_proofs(referent, organisation, monkeypatch):
    """Nobody may have validated it yet: the vault does not fill."""
    monkeypatch.setattr(Proof, "MOST", 1)
    ProofFactory(organisation=organisation)
    form = deposit(referent).context["form"]
    assert "retirez-en un" in form.errors["file"][0]
    assert Proof.objects.count() == 1
