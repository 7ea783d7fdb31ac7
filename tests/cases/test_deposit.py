"""Several documents at once, their versions, and what is said of them."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from cases.enums import DEFAULT_RULES, DocumentKind
from cases.models import Case, Document
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.actor import actor
from spip_portal.security.dates import today
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import client_of
from tests.cases.factories import CaseFactory, DocumentFactory, shared
from tests.conftest import as_owner
from tests.vault.factories import PDF, stored_file

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def upload(content: bytes = PDF, name: str = "a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def paper(number: int) -> bytes:
    return PDF + b"%%%d\n%%%%EOF\n" % number


def deposit(case: Case, files: list, headers: dict | None = None, **changes):
    data = {
        "key": uuid.uuid4(),
        "file": files,
        "kind": "judgment",
        "dated_on": today(),
        "court": "TJ fictif",
    }
    return client_of(case.referent).post(
        f"/dossiers/{case.uuid}/documents/deposer/",
        {**data, **changes},
        headers=headers or {},
    )


def documents_of(case: Case) -> list[Document]:
    with as_owner():
        return list(case.documents.select_related("file").order_by("pk"))


# -- Several at once ----------------------------------------------------------------


def test_several_files_are_several_documents_described_alike():
    case = CaseFactory()
    response = deposit(case, [upload(paper(1)), upload(paper(2)), upload(paper(3))])
    assert response.url == f"/dossiers/{case.uuid}/#documents"
    found = documents_of(case)
    assert {(d.kind, d.court, d.file.state) for d in found} == {
        ("judgment", "TJ fictif", "quarantined")
    }
    assert len(found) == 3


def test_good_files_are_kept_and_each_bad_one_is_said_with_its_reason():
    case = CaseFactory()
    files = [
        upload(paper(1)),
        upload(b"PK\x03\x04", "lettre.docx"),
        upload(b"%PDF-1.4 " + b"x" * 26_214_400, "lourd.pdf"),
    ]
    response = deposit(case, files)
    assert len(documents_of(case)) == 1
    errors = response.context["form"].errors["file"]
    assert [("lettre.docx" in e, "lourd.pdf" in e) for e in errors] == [
        (True, False),
        (False, True),
    ]
    assert "pas un PDF" in errors[0]
    assert "dépasse" in errors[1]
    assert "Le document est déposé" in response.text
    assert 'value="TJ fictif"' in response.text


def test_when_no_file_will_do_nothing_is_kept():
    case = CaseFactory()
    response = deposit(case, [upload(b"PK", "a.docx"), upload(b"MZ", "b.exe")])
    assert len(response.context["form"].errors["file"]) == 2
    assert not StoredFile.objects.exists()


def test_the_same_form_again_adds_only_what_is_new():
    case, key = CaseFactory(), uuid.uuid4()
    deposit(case, [upload(paper(1)), upload(b"PK", "b.pdf")], key=key)
    deposit(case, [upload(paper(1)), upload(paper(2))], key=key)
    assert len(documents_of(case)) == 2


def test_a_bad_date_keeps_no_file():
    case = CaseFactory()
    response = deposit(case, [upload()], dated_on="2999-01-01")
    assert "dans le futur" in response.text
    assert not StoredFile.objects.exists()


def test_a_script_is_told_where_to_go_and_the_message_waits_for_the_page():
    case = CaseFactory()
    browser = client_of(case.referent)
    data = {"key": uuid.uuid4(), "file": [upload()], "kind": "note"}
    response = browser.post(
        f"/dossiers/{case.uuid}/documents/deposer/",
        {**data, "dated_on": today()},
        headers=SCRIPT,
    )
    url = response.json()["url"]
    assert url == f"/documents/{documents_of(case)[0].uuid}/"
    assert "Le document est déposé" in browser.get(url).text


def test_each_kind_says_what_is_shared_by_default():
    assert set(DEFAULT_RULES) == set(DocumentKind)
    case = CaseFactory()
    page = client_of(case.referent).get(f"/dossiers/{case.uuid}/documents/deposer/")
    for rule in DEFAULT_RULES.values():
        assert str(rule)[1:] in page.text
    assert "aucun partenaire ne le lit avant" in page.text


# -- Quarantine, seen ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "asks_again"),
    [("quarantined", True), ("available", False), ("refused", False)],
)
def test_a_state_is_asked_again_as_long_as_it_waits(state, asks_again):
    document = DocumentFactory(file=stored_file(state=state))
    browser = client_of(document.case.referent)
    own = f"/documents/{document.uuid}/"
    for page, url in (
        (own, own),
        (f"{own}etat/", f"{own}etat/"),
        (f"/dossiers/{document.case.uuid}/", f"{own}etat/"),
    ):
        text = browser.get(page).text
        assert (f'data-progress-url="{url}"' in text) == asks_again


# -- Versions -----------------------------------------------------------------------


def replace(document: Document, **changes):
    data = {
        "key": uuid.uuid4(),
        "file": upload(paper(9)),
        "dated_on": today(),
        "court": "Cour d’appel fictive",
    }
    return client_of(document.case.referent).post(
        f"/documents/{document.uuid}/remplacer/", {**data, **changes}
    )


def test_a_new_version_closes_the_old_one_which_keeps_its_print():
    document = DocumentFactory()
    before = document.file.sha256
    response = replace(document)
    old, new = documents_of(document.case)
    assert response.url == f"/documents/{new.uuid}/"
    assert (new.replaces_id, new.kind, old.file.sha256) == (
        old.pk,
        old.kind,
        before,
    )
    page = client_of(document.case.referent).get(f"/documents/{old.uuid}/").text
    assert f'href="/documents/{new.uuid}/"' in page
    assert f"partager/?document={old.uuid}" not in page


def test_whoever_the_old_version_is_shared_with_keeps_it_and_only_it():
    row = shared()
    old = row.content_object
    replace(old)
    new = documents_of(row.case)[-1]
    StoredFile.objects.update(state="available", inspected_at="2026-01-01T00:00Z")
    reader = client_of(row.user)
    assert reader.get(f"/documents/{old.uuid}/fichier").status_code == 200
    assert reader.get(f"/documents/{new.uuid}/").status_code == 404
    assert str(new.uuid) not in reader.get(f"/documents/{old.uuid}/").text


def test_a_closed_version_is_offered_to_no_new_share():
    document = DocumentFactory()
    replace(document)
    StoredFile.objects.update(state="available", inspected_at="2026-01-01T00:00Z")
    with actor(document.case.referent):
        offered = Document.objects.available().current()
        assert [found.replaces_id for found in offered] == [document.pk]


def test_one_version_has_one_successor():
    document, key = DocumentFactory(), uuid.uuid4()
    assert replace(document, key=key).url == replace(document, key=key).url
    response = replace(document)
    assert "déjà été remplacé" in response.text
    assert len(documents_of(document.case)) == 2


def test_the_database_refuses_a_version_of_another_case_s_document():
    document, foreign = DocumentFactory(), DocumentFactory()
    with (
        as_owner(),
        pytest.raises(IntegrityError, match="replaces_of_case"),
        transaction.atomic(),
    ):
        Document.objects.filter(pk=document.pk).update(replaces=foreign)


# -- Corrections --------------------------------------------------------------------

BETTER = {"kind": "note", "dated_on": "2026-01-05", "court": "SPIP fictif"}


def correct(document: Document, **changes):
    return client_of(document.case.referent).post(
        f"/documents/{document.uuid}/corriger/",
        {"seen": document.version, **BETTER, **changes},
    )


def test_a_document_nobody_was_given_is_described_better():
    document = DocumentFactory()
    assert correct(document).url == f"/documents/{document.uuid}/"
    (found,) = documents_of(document.case)
    assert (found.kind, str(found.dated_on), found.court) == tuple(BETTER.values())
    line = Entry.objects.get(verb=Verb.CHANGE)
    assert line.object_uuid == document.uuid


def test_two_editors_of_a_document_the_second_sees_the_difference():
    """SECURITY 36: field by field, in words; nothing is overwritten."""
    document = DocumentFactory(kind="judgment", court="TJ fictif")
    correct(document)
    page = correct(document, court="SPIP de Valornel", kind="expertise")
    assert [(d.saved, d.typed) for d in page.context["differences"]] == [
        (DocumentKind.NOTE.label, DocumentKind.EXPERTISE.label),
        ("SPIP fictif", "SPIP de Valornel"),
    ]
    assert 'value="SPIP de Valornel"' in page.text
    assert documents_of(document.case)[0].court == "SPIP fictif"
    # Having seen it, they save over it knowingly.
    seen = page.context["form"]["seen"].value()
    correct(document, court="SPIP de Valornel", seen=seen)
    assert documents_of(document.case)[0].court == "SPIP de Valornel"


def test_what_was_shared_is_what_was_decided():
    """By the page and by the database, after the end of the share too."""
    row = shared()
    response = correct(row.content_object)
    assert "a été partagé" in response.text
    with actor(row.case.referent):
        mine = Document.objects.filter(pk=row.content_object_id)
        assert mine.update(court="Autre") == 0
    assert documents_of(row.case)[0].kind == "judgment"


def test_nothing_else_of_a_document_is_rewritten():
    document = DocumentFactory()
    with actor(document.case.referent), pytest.raises(ProgrammingError):
        Document.objects.filter(pk=document.pk).update(file=stored_file())


def test_a_cpip_who_does_not_follow_the_case_corrects_and_replaces_nothing():
    document, other = DocumentFactory(), CaseFactory()
    with actor(other.referent):
        mine = Document.objects.filter(pk=document.pk)
        assert mine.update(court="Autre") == 0
    for path in ("corriger", "remplacer"):
        response = client_of(other.referent).get(f"/documents/{document.uuid}/{path}/")
        assert response.status_code == 404
