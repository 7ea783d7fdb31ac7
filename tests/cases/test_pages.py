"""The pages of the case area, as the people who use them.

Query counts include three that are no question to the tables: the transaction's two
ends and the naming of its actor.
"""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import Case, Document, LegalBasis, Share
from partners.models import Organisation, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import today
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    ShareFactory,
    professional,
    recipient_row,
    shared,
)
from tests.conftest import as_owner
from tests.partners.factories import MembershipFactory, partner
from tests.vault.factories import PDF

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def upload(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("jugement nom.pdf", content, "application/pdf")


# -- Cases ---------------------------------------------------------------------------


@pytest.fixture
def real_data(settings):
    settings.REAL_DATA_ACT = "Arrêté fictif"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_size(count, django_assert_num_queries):
    cpip = agent(Role.CPIP)
    for _ in range(count):
        MeasureFactory(case=CaseFactory(referent=cpip))
    browser = client_of(cpip)
    browser.get("/dossiers/")
    with django_assert_num_queries(10):
        response = browser.get("/dossiers/")
    assert len(response.context["page"]) == count
    assert Entry.objects.filter(verb=Verb.LIST, count=count).count() == 2


def test_without_the_regulatory_act_the_page_says_why_no_case_can_be_opened():
    page = client_of(agent(Role.CPIP)).get("/dossiers/ouvrir/")
    assert "acte réglementaire" in page.text
    assert "form" not in page.context


def test_a_cpip_opens_a_case_by_its_reference(real_data):
    cpip = agent(Role.CPIP)
    response = client_of(cpip).post(
        "/dossiers/ouvrir/",
        {
            "reference": " ab-12 ",
            "sensitivity": Sensitivity.MINOR,
            "kind": "placement",
            "ordered_by": "jap",
            "court": "TJ fictif",
            "starts_on": today(),
        },
    )
    with as_owner():
        case = Case.objects.get()
        assert (case.reference, case.referent) == ("AB-12", cpip)
        assert case.is_blocked
        assert case.measures.get().court == "TJ fictif"
    assert response.url == f"/dossiers/{case.uuid}/"


def test_a_refused_case_keeps_what_was_typed(real_data):
    cpip = agent(Role.CPIP)
    CaseFactory(referent=cpip, reference="AB-12")
    response = client_of(cpip).post(
        "/dossiers/ouvrir/",
        {
            "reference": "AB-12",
            "sensitivity": Sensitivity.NORMAL,
            "kind": "placement",
            "ordered_by": "jap",
            "court": "TJ fictif",
            "starts_on": "2026-05-02",
            "ends_on": "2026-05-01",
        },
    )
    assert set(response.context["form"].errors) == {"reference", "ends_on"}
    assert 'value="TJ fictif"' in response.text


def test_a_reference_that_a_colleague_uses_says_nothing_of_their_case(real_data):
    theirs = CaseFactory(reference="AB-12")
    cpip = agent(Role.CPIP, theirs.spip)
    response = client_of(cpip).post(
        "/dossiers/ouvrir/",
        {
            "reference": "AB-12",
            "sensitivity": Sensitivity.NORMAL,
            "kind": "placement",
            "ordered_by": "jap",
            "court": "TJ",
            "starts_on": today(),
        },
    )
    assert response.status_code == 302


def test_the_direction_sees_the_case_without_its_documents():
    document = DocumentFactory()
    browser = client_of(agent(Role.MANAGER, document.case.spip))
    response = browser.get(f"/dossiers/{document.case.uuid}/")
    assert response.status_code == 200
    assert list(response.context["documents"]) == []
    assert browser.get(f"/documents/{document.uuid}/").status_code == 404


def test_no_title_names_the_case_or_the_document():
    document = DocumentFactory()
    browser = client_of(document.case.referent)
    for path in (f"/dossiers/{document.case.uuid}/", f"/documents/{document.uuid}/"):
        head = browser.get(path).text.split("</title>")[0]
        assert document.case.reference not in head
        assert "ugement" not in head


# -- Documents -----------------------------------------------------------------------


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


def test_the_named_professional_reads_the_document_byte_for_byte():
    row = shared()
    response = read(client_of(row.user), row.content_object)
    assert response.getvalue() == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('inline; filename="document-')
    policy = "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert response["Content-Security-Policy"] == policy
    assert response["Cache-Control"] == "no-store"


def test_each_reading_leaves_one_line_that_the_cpip_sees():
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


# -- Sharing -------------------------------------------------------------------------


@pytest.fixture
def ready():
    """A document that can be shared, and the form as a CPIP fills it in."""
    document = DocumentFactory()
    measure = MeasureFactory(case=document.case)
    person = professional(document.case.spip)
    form = {
        "key": uuid.uuid4(),
        "documents": [document.uuid],
        "recipients": [person.uuid],
        "purpose": "Organiser l’accueil",
        "legal_basis": LegalBasisFactory(spip=document.case.spip).pk,
        "measure": measure.pk,
        "ends_on": today() + 30 * DAY,
        "informed_on": today(),
        "informed_how": "oral",
    }
    return document, person, form


def post_share(document: Document, form: dict, **more):
    return client_of(document.case.referent).post(
        share_page(document), {**form, **more}
    )


def share_page(document: Document) -> str:
    structure = Organisation.objects.get()
    return f"/dossiers/{document.case.uuid}/partager/?structure={structure.uuid}"


def shares_made() -> int:
    with as_owner():
        return Share.objects.count()


def test_sharing_is_read_over_before_it_is_done(ready):
    document, person, form = ready
    page = post_share(document, form)
    assert shares_made() == 0
    assert str(person.user) in page.text
    assert "Partager avec 1 personne jusqu’au" in page.text
    done = post_share(document, form, confirmed="1")
    assert done.status_code == 302
    again = post_share(document, form, confirmed="1")
    assert again.url == done.url
    assert shares_made() == 1


def test_a_structure_is_chosen_first_and_says_whether_someone_is_cleared(ready):
    document, person, _ = ready
    empty = MembershipFactory(organisation=partner(document.case.spip))
    browser = client_of(document.case.referent)
    page = browser.get(f"/dossiers/{document.case.uuid}/partager/")
    structures = [(s.organisation, s.cleared) for s in page.context["structures"]]
    assert structures == [(person.organisation, 1), (empty.organisation, 0)]
    assert "aucune – pas de convention en vigueur" in page.text


def test_a_case_that_concerns_a_minor_offers_no_sharing(ready):
    document, _, form = ready
    with as_owner():
        Case.objects.filter(pk=document.case_id).update(sensitivity=Sensitivity.MINOR)
    browser = client_of(document.case.referent)
    case_page = f"/dossiers/{document.case.uuid}/"
    assert "partager/" not in browser.get(case_page).text
    refused = browser.post(share_page(document), form, follow=True)
    assert refused.redirect_chain == [(case_page, 302)]
    assert "concerne un mineur" in refused.text
    assert shares_made() == 0


def test_the_form_proposes_the_last_day_that_the_rules_allow(ready):
    document, _, form = ready
    browser = client_of(document.case.referent)
    proposed = browser.get(share_page(document)).context["form"].initial
    assert proposed["legal_basis"].pk == form["legal_basis"]
    assert proposed["measure"].pk == form["measure"]
    late = post_share(document, form, ends_on=proposed["ends_on"] + DAY)
    assert "ends_on" in late.context["form"].errors
    right = post_share(document, form, ends_on=proposed["ends_on"], confirmed="1")
    assert right.status_code == 302


def test_going_back_keeps_everything(ready):
    document, _, form = ready
    page = post_share(document, form, back="1")
    assert "Organiser l’accueil" in page.text
    assert "checked" in page.text
    assert shares_made() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", today() - DAY),
        ("ends_on", today() + 400 * DAY),
        ("informed_on", today() + DAY),
        ("purpose", ""),
        ("legal_basis", ""),
        ("recipients", []),
        ("recipients", [uuid.uuid4()]),
        ("documents", [uuid.uuid4()]),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_nothing_is_lost(ready, field, value):
    document, _, form = ready
    response = post_share(document, {**form, field: value}, confirmed="1")
    assert list(response.context["form"].errors) == [field]
    if field != "purpose":
        assert "Organiser l’accueil" in response.text
    assert shares_made() == 0


def test_somebody_without_clearance_cannot_be_ticked_nor_forced(ready):
    document, person, form = ready
    bystander = MembershipFactory(organisation=person.organisation)
    page = client_of(document.case.referent).get(share_page(document))
    assert f"{bystander.user} – pas encore" in page.text
    forced = post_share(document, {**form, "recipients": [bystander.uuid]})
    assert "pas encore" in forced.context["form"].errors["recipients"][0]


def test_extra_fields_change_nothing(ready):
    """SECURITY 4."""
    document, _, form = ready
    other = CaseFactory(referent=document.case.referent)
    post_share(
        document,
        form,
        confirmed="1",
        case=other.pk,
        created_by=1,
        starts_at="2020-01-01",
    )
    with as_owner():
        share = Share.objects.get()
    assert share.case == document.case
    assert share.created_by == document.case.referent
    assert share.starts_at.date() >= today() - DAY


def test_a_share_that_lapsed_by_itself_no_longer_reads_as_current():
    row = shared()
    browser = client_of(row.case.referent)
    pages = [
        "/partages/",
        f"/dossiers/{row.case.uuid}/",
        f"/partages/{row.share.uuid}/",
    ]
    for page in pages:
        assert "en cours" in browser.get(page).text
    Partnership.objects.update(state=Partnership.State.SUSPENDED)
    for page in pages:
        text = browser.get(page).text
        assert "sans effet" in text
        assert "en cours" not in text


def test_revoking_asks_for_a_reason_and_then_shuts_the_document():
    row = shared()
    browser, reader = client_of(row.case.referent), client_of(row.user)
    path = f"/partages/{row.share.uuid}/terminer/"
    assert read(reader, row.content_object).status_code == 200
    assert browser.post(path, {"reason": ""}).context["form"].errors
    assert read(reader, row.content_object).status_code == 200
    assert browser.post(path, {"reason": "Le placement est fini"}).status_code == 302
    assert read(reader, row.content_object).status_code == 404
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_recipient_sees_what_is_shared_with_them(count, django_assert_num_queries):
    rows = [shared()]
    for _ in range(count - 1):
        document, share = (
            DocumentFactory(case=rows[0].case),
            ShareFactory(case=rows[0].case),
        )
        rows.append(recipient_row(share, document, rows[0].membership))
    browser = client_of(rows[0].user)
    browser.get("/partages/")
    with django_assert_num_queries(9):
        page = browser.get("/partages/")
    assert len(page.context["page"]) == count
    assert page.text.count("à lire") == count


# -- Legal bases ---------------------------------------------------------------------


def test_the_direction_keeps_the_list_of_legal_bases():
    manager = agent(Role.MANAGER)
    client_of(manager).post("/dossiers/bases-legales/", {"label": "Article fictif"})
    assert LegalBasis.objects.get().spip == manager.spip
    assert (
        client_of(agent(Role.CPIP)).get("/dossiers/bases-legales/").status_code == 404
    )


def test_a_basis_is_offered_once_and_withdrawn_by_the_direction():
    manager = agent(Role.MANAGER)
    basis = LegalBasisFactory(spip=manager.spip, label="Article 1")
    browser = client_of(manager)
    again = browser.post("/dossiers/bases-legales/", {"label": "article 1"})
    assert "déjà proposée" in again.context["form"].errors["label"][0]
    browser.post(f"/dossiers/bases-legales/{basis.uuid}/retirer/")
    assert not LegalBasis.objects.offered_in(manager.spip).exists()
    assert "retirée" in browser.get("/dossiers/bases-legales/").text


# -- Posted twice --------------------------------------------------------------------


def test_the_same_measure_is_added_once():
    case = CaseFactory()
    browser = client_of(case.referent)
    form = {
        "kind": "placement",
        "ordered_by": "jap",
        "court": "TJ fictif",
        "starts_on": today(),
    }
    page = f"/dossiers/{case.uuid}/mesures/ajouter/"
    assert browser.post(page, form).status_code == 302
    assert "déjà dans le dossier" in browser.post(page, form).text
    with as_owner():
        assert case.measures.count() == 1


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


def test_after_a_reset_every_page_says_until_when_the_cases_are_closed():
    cpip = agent(Role.CPIP, cases_closed_until=timezone.now() + DAY)
    browser = client_of(cpip)
    assert "restent fermés jusqu’au" in browser.get("/").text
    assert browser.get("/dossiers/ouvrir/").url == "/dossiers/"
