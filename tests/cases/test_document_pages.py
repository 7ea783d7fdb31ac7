"""Documents are put into a case, and read by whoever may."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case, Document
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import today
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import client_of
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    professional,
    shared,
)
from tests.conftest import as_owner
from tests.partners.factories import MembershipFactory
from tests.vault.factories import PDF

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def upload(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("jugement nom.pdf", content, "application/pdf")


def deposit(case: Case, **changes):
    data = {
        "key": uuid.uuid4(),
        "file": upload(),
        "kind": "judgment",
        "dated_on": today(),
        "court": "TJ fictif",
    }
    return client_of(case.referent).post(
        f"/dossiers/{case.uuid}/documents/deposer/", {**data, **changes}
    )


def test_a_deposit_is_encrypted_and_in_quarantine():
    case = CaseFactory()
    response = deposit(case)
    with as_owner():
        document = Document.objects.select_related("file").get()
    assert response.url == f"/documents/{document.uuid}/"
    assert document.file.state == StoredFile.State.QUARANTINED
    page = client_of(case.referent).get(response.url)
    assert "en cours de vérification" in page.text
    assert client_of(case.referent).get(f"{response.url}fichier").status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 word", "pas un PDF"),
        (b"", "vide"),
        (b"%PDF-1.4 " + b"x" * 26_214_400, "dépasse"),
    ],
    ids=["not a PDF", "empty", "over 25 MB"],
)
def test_a_file_that_will_not_do_is_refused_beside_the_field(content, message):
    case = CaseFactory()
    response = deposit(case, file=upload(content))
    assert message in response.context["form"].errors["file"][0]
    assert 'value="TJ fictif"' in response.text
    assert not StoredFile.objects.exists()


def test_the_same_deposit_posted_twice_adds_one_document():
    case, key = CaseFactory(), uuid.uuid4()
    assert deposit(case, key=key).url == deposit(case, key=key).url
    assert StoredFile.objects.count() == 1


def read(browser, document: Document):
    return browser.get(f"/documents/{document.uuid}/fichier")


def test_a_reading_is_seen_by_the_cpip():
    row = shared()
    read(client_of(row.user), row.content_object)
    line = Entry.objects.get(verb=Verb.READ)
    assert (line.actor_id, line.object_uuid) == (row.user_id, row.content_object.uuid)
    assert line.share_uuid == row.share.uuid
    page = client_of(row.case.referent).get(f"/partages/{row.share.uuid}/")
    assert f"Lu par {row.user}" in page.text


def test_a_colleague_a_stranger_and_a_wrong_address_get_the_same_404():
    row = shared()
    colleague = MembershipFactory(
        organisation=row.membership.organisation, cleared=True
    ).user
    stranger = professional(row.case.spip).user
    for path in ("", "fichier"):
        answers = {
            (response.status_code, without_tokens(response))
            for user in (colleague, stranger)
            for uid in (row.content_object.uuid, uuid.uuid4())
            for response in [client_of(user).get(f"/documents/{uid}/{path}")]
        }
        assert [status for status, _ in answers] == [404]


def without_tokens(response) -> str:
    """The body, less who is signed in and the form tokens."""
    user = response.wsgi_request.user
    text = response.text.replace(str(user), "").replace(user.email, "")
    return "".join(p for p in text.split("\n") if "csrfmiddlewaretoken" not in p)


def test_a_refusal_leaves_its_line():
    row = shared()
    stranger = professional(row.case.spip).user
    read(client_of(stranger), row.content_object)
    line = Entry.objects.get(verb=Verb.REFUSED)
    assert (line.actor_id, line.object_uuid) == (stranger.pk, row.content_object.uuid)


def test_the_key_of_another_case_s_document_is_no_obstacle_and_says_nothing():
    foreign = DocumentFactory()
    case = CaseFactory()
    form = {
        "key": foreign.uuid,
        "kind": "judgment",
        "dated_on": today(),
        "file": upload(),
    }
    page = f"/dossiers/{case.uuid}/documents/deposer/"
    assert client_of(case.referent).post(page, form).status_code == 302
    with as_owner():
        assert case.documents.get().uuid != foreign.uuid
