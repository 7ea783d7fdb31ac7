"""The PDFs of a collective action: in the vault, read with it, by the same people."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from partners.models import ActionDocument
from partners.services import documents as services
from spip_portal.journal.models import Entry, Verb
from spip_portal.vault.models import StoredFile
from spip_portal.vault.services import inspect_waiting
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import CollectiveActionFactory, MembershipFactory
from tests.partners.pdf_factories import ActionDocumentFactory
from tests.vault.factories import PDF, stored_file


@pytest.fixture
def action(spip):
    return CollectiveActionFactory(spip=spip, audience="public")


def page(action, act: str = "") -> str:
    return f"/actions/{action.uuid}/{act}"


def address(document, act: str = "fichier") -> str:
    return f"/actions/documents/{document.uuid}/{act}"


def status(user, document) -> int:
    return client_of(user).get(address(document)).status_code


def text_of(user, action) -> str:
    return client_of(user).get(page(action)).content.decode()


def deposit(user, action, **changes):
    data = {
        "key": uuid.uuid4(),
        "file": SimpleUploadedFile("Dupont.pdf", PDF),
        "title": "Programme",
    }
    return client_of(user).post(page(action, "documents/ajouter/"), data | changes)


# -- Read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", "visitor stranger partner contributor cpip other"),
        ("network", "partner contributor cpip other"),
        ("parties", "contributor cpip"),
    ],
)
def test_who_reads_the_action_reads_its_documents(
    audience, readers, spip, cpip, referent, outsider, other_coordinator
):
    """One row a clause; the page and the file agree, and a refusal is a plain 404."""
    action = CollectiveActionFactory(spip=spip, audience=audience)
    action.contributors.add(outsider.memberships.get().organisation)
    document = ActionDocumentFactory(action=action)
    cast = {
        "visitor": None,
        "stranger": MembershipFactory().user,
        "partner": referent,
        "contributor": outsider,
        "cpip": cpip,
        "other": other_coordinator,
    }
    missing = f"/actions/documents/{uuid.uuid4()}/fichier"
    found = set()
    for name, user in cast.items():
        response = client_of(user).get(address(document))
        assert (address(document) in text_of(user, action)) == (
            response.status_code == 200
        )
        if response.status_code == 200:
            found.add(name)
        else:
            unknown = client_of(user).get(missing)
            assert response.status_code == unknown.status_code == 404
    assert found == set(readers.split())


def test_those_of_a_draft_are_for_the_agents_of_its_service(
    spip, cpip, referent, other_coordinator
):
    draft = CollectiveActionFactory(spip=spip, draft=True, audience="public")
    document = ActionDocumentFactory(action=draft)
    assert status(cpip, document) == 200
    for user in (None, referent, other_coordinator):
        assert status(user, document) == 404


def test_those_of_a_cancelled_action_are_still_read(spip):
    cancelled = CollectiveActionFactory(spip=spip, cancelled=True, audience="public")
    document = ActionDocumentFactory(action=cancelled)
    assert status(None, document) == 200
    assert address(document) in text_of(None, cancelled)


def test_one_is_served_byte_for_byte_and_says_nothing_by_its_name(action):
    document = ActionDocumentFactory(action=action, title="Affiche Dupont")
    browser = client_of(None)
    response = browser.get(address(document))
    assert b"".join(response) == PDF
    name = f"document-{document.uuid.hex[:8]}.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert response["Content-Length"] == str(len(PDF))
    assert response["Content-Type"] == "application/pdf"
    assert "sandbox" in response["Content-Security-Policy"]
    assert browser.head(address(document)).headers == response.headers
    download = browser.get(f"{address(document)}?telecharger=1")
    assert download["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_before_the_vault_has_passed_it_only_its_editors_know_of_it(
    action, coordinator, cpip, state
):
    file = stored_file(state=state)
    document = ActionDocumentFactory(action=action, title="À vérifier", file=file)
    for user in (coordinator, cpip, None):
        assert status(user, document) == 404
    with pytest.raises(PermissionDenied):
        services.read_document(by=coordinator, document=document, request=None)
    shown = text_of(coordinator, action)
    assert f"À vérifier\N{NO-BREAK SPACE}: {file.get_state_display()}" in shown
    assert address(document) not in shown
    for user in (cpip, None):
        assert "Documents" not in text_of(user, action)
        assert "À vérifier" not in text_of(user, action)


def test_why_the_vault_refused_it_is_said_to_its_editors(action, coordinator):
    file = stored_file(state="refused")
    StoredFile.objects.update(refusal="Il contient un script")
    ActionDocumentFactory(action=action, file=file)
    assert "refusé. Il contient un script" in text_of(coordinator, action)


def test_reading_what_not_everybody_has_is_written_down(spip, action, referent):
    network = CollectiveActionFactory(spip=spip, audience="network")
    kept = ActionDocumentFactory(action=network)
    for document in (kept, ActionDocumentFactory(action=action)):
        assert status(referent, document) == 200
    entry = Entry.objects.get(verb=Verb.READ)
    assert (entry.object_kind, entry.object_uuid) == ("document d’action", kept.uuid)
    assert (entry.actor_id, entry.spip_id) == (referent.pk, spip.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, action, coordinator, django_assert_num_queries
):
    """Seven are its own; the others say who asks."""
    ActionDocumentFactory.create_batch(count, action=action)
    browser = client_of(coordinator)
    browser.get(page(action))
    with django_assert_num_queries(13):
        response = browser.get(page(action))
    assert len(response.context["documents"]) == count


# -- Write ---------------------------------------------------------------------------


def test_the_coordination_adds_one_which_waits_for_its_inspection(action, coordinator):
    key = uuid.uuid4()
    for _ in range(2):  # a double click
        assert deposit(coordinator, action, key=key).url == page(action)
    document = ActionDocument.objects.get()
    assert (document.action, document.added_by) == (action, coordinator)
    assert document.file.state == StoredFile.State.QUARANTINED
    assert status(None, document) == 404
    inspect_waiting()
    assert status(None, document) == 200
    assert "Programme</a> (PDF, " in text_of(None, action)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"file": SimpleUploadedFile("x.pdf", b"PK word")}, "file", "pas un PDF"),
        ({"file": SimpleUploadedFile("x.pdf", PDF * 90)}, "file", "dépasse"),
        ({"file": ""}, "file", "obligatoire"),
        ({"title": " "}, "title", "obligatoire"),
        ({"title": "x" * 121}, "title", "120"),
        ({"key": "x"}, "key", "UUID"),
    ],
)
def test_bad_input_is_said_at_its_field_and_the_title_is_kept(
    action, coordinator, settings, changes, field, said
):
    settings.UPLOAD_MAX_BYTES = 50 * len(PDF)
    data = {"title": "Affiche"} | changes
    response = deposit(coordinator, action, **data)
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert said in form.errors[field][0]
    assert form["title"].value() == data["title"]
    assert not StoredFile.objects.exists()


def test_an_action_has_ten_documents_at_most(action, coordinator):
    ActionDocumentFactory.create_batch(9, action=action)
    ActionDocumentFactory.create_batch(2)  # of other actions
    assert deposit(coordinator, action).url == page(action)
    form = deposit(coordinator, action, title="Onzième").context["form"]
    assert list(form.errors) == ["file"]
    assert "déjà 10 documents" in form.errors["file"][0]
    assert form["title"].value() == "Onzième"
    assert action.documents.count() == 10


def test_one_taken_out_is_unreadable_for_ever(action, coordinator):
    document = ActionDocumentFactory(action=action)
    url = address(document, "retirer/")
    assert url in text_of(coordinator, action)
    assert "Programme" in client_of(coordinator).get(url).content.decode()
    assert ActionDocument.objects.exists()
    assert client_of(coordinator).post(url).url == page(action)
    assert not ActionDocument.objects.exists()
    assert StoredFile.objects.get().wrapped_key is None


def test_only_the_service_adds_and_removes(
    action, cpip, referent, other_coordinator, coordinator
):
    document = ActionDocumentFactory(action=action)
    others = (cpip, referent, other_coordinator)
    assert_closed(page(action, "documents/ajouter/"), *others)
    assert_closed(address(document, "retirer/"), *others)
    for user in others:
        assert "Retirer" not in text_of(user, action)
        assert "Ajouter un document" not in text_of(user, action)
        with pytest.raises(PermissionDenied):
            services.remove_document(by=user, document=document)
        with pytest.raises(PermissionDenied):
            services.add_document(by=user, action=action, title="x", content=PDF)
    assert "Ajouter un document" in text_of(coordinator, action)
