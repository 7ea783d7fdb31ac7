"""A document is shared with named people, and the share ends."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest

from cases.enums import DocumentKind, Sensitivity
from cases.models import Case, Document, Share
from partners.models import Membership, Partnership
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import today
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
from tests.days import from_today
from tests.partners.factories import MembershipFactory, partner
from tests.vault.papers import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def read(browser, document: Document):
    return browser.get(f"/documents/{document.uuid}/fichier")


@pytest.fixture
def ready():
    """A document that can be shared, and the form as a CPIP fills it in."""
    document = DocumentFactory(kind=DocumentKind.PLACEMENT_ORDER)
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
    return share_page_of(document, Membership.objects.earliest("pk"))


def share_page_of(document: Document, person: Membership) -> str:
    structure = person.organisation.uuid
    return f"/dossiers/{document.case.uuid}/partager/?structure={structure}"


def shares_made() -> int:
    with as_owner():
        return Share.objects.count()


def test_sharing_is_read_over_before_it_is_done(ready):
    document, person, form = ready
    page = post_share(document, form)
    assert shares_made() == 0
    assert str(person.user) in page.text
    assert "Partager avec 1 personne jusqu’au" in page.text
    assert "<p>Finalité\u00a0: Organiser l’accueil<br>" in page.text
    done = post_share(document, form, confirmed="1")
    assert done.status_code == 302
    again = post_share(document, form, confirmed="1")
    assert again.url == done.url
    assert shares_made() == 1


def test_the_substitute_is_counted_named_and_previewed_with_the_others(ready):
    document, person, form = ready
    other = MembershipFactory(organisation=person.organisation, cleared=True)
    page = post_share(document, form, substitute=other.uuid).text
    assert "2 personnes pourront lire" in page
    assert f"{other.user}, en suppléance" in page
    assert "Partager avec 2 personnes jusqu’au" in page
    for reader in (person, other):
        assert f"/documents/{document.uuid}/apercu?pour={reader.uuid}" in page


def test_a_structure_is_chosen_first_and_says_whether_someone_is_cleared(ready):
    document, person, _ = ready
    empty = MembershipFactory(organisation=partner(document.case.spip))
    browser = client_of(document.case.referent)
    page = browser.get(f"/dossiers/{document.case.uuid}/partager/")
    structures = [(s.organisation, s.cleared) for s in page.context["structures"]]
    assert structures == [(person.organisation, 1), (empty.organisation, 0)]
    assert "aucune – pas de convention en vigueur" in page.text


def test_a_share_is_renewed_by_a_new_decision_that_starts_from_its_answers(ready):
    document, person, form = ready
    browser = client_of(document.case.referent)
    MembershipFactory(organisation=partner(document.case.spip))
    done = browser.post(share_page_of(document, person), form | {"confirmed": "1"})
    page = browser.get(done.url)
    address = unescape(re.search(r'href="([^"]*renouvelle=[^"]*)"', page.text)[1])
    renewal = browser.get(address)
    assert renewal.context["structure"].organisation == person.organisation
    initial = renewal.context["form"].initial
    assert initial["documents"] == [document.uuid]
    assert initial["recipients"] == [str(person.uuid)]
    assert initial["purpose"] == form["purpose"]
    other = {"key": uuid.uuid4(), "confirmed": "1"}
    browser.post(address, form | other)
    with as_owner():
        first, second = Share.objects.order_by("pk")
    assert second.renews == first


def test_choosing_a_structure_forgets_nothing_of_the_address(ready):
    document, _person, _form = ready
    path = f"/dossiers/{document.case.uuid}/partager/?document=a&document=b"
    page = unescape(client_of(document.case.referent).get(path).text)
    assert "?document=a&document=b&structure=" in page


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
        ("ends_on", -DAY),
        ("ends_on", 400 * DAY),
        ("informed_on", DAY),
        ("purpose", ""),
        ("legal_basis", ""),
        ("recipients", []),
        ("recipients", [uuid.uuid4()]),
        ("documents", [uuid.uuid4()]),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_nothing_is_lost(ready, field, value):
    document, _, form = ready
    wrong = form | from_today({field: value})
    response = post_share(document, wrong, confirmed="1")
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
    assert str(row.user) in browser.get(path).text
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
    with django_assert_num_queries(11):
        page = browser.get("/partages/")
    assert len(page.context["page"]) == count
    assert page.text.count("à lire") == count


def test_before_sharing_the_cpip_sees_the_very_copy_that_each_person_will_read(ready):
    document, person, form = ready
    page = post_share(document, form)
    path = f"/documents/{document.uuid}/apercu?pour={person.uuid}"
    assert path in page.text
    browser = client_of(document.case.referent)
    copy = browser.get(path)
    assert copy.content.startswith(b"%PDF-")
    assert f"{person.user}" in text_of(copy.content)
    assert Entry.objects.filter(verb=Verb.READ).count() == 1


def test_nobody_else_previews_it_and_nobody_who_could_not_receive_it(ready):
    document, person, _form = ready
    path = f"/documents/{document.uuid}/apercu?pour="
    stranger = agent(Role.CPIP, spip=document.case.spip)
    for user in (stranger, person.user, agent(Role.MANAGER, spip=document.case.spip)):
        assert client_of(user).get(f"{path}{person.uuid}").status_code == 404
    uncleared = MembershipFactory(organisation=person.organisation)
    browser = client_of(document.case.referent)
    for wrong in (uncleared.uuid, uuid.uuid4(), "x", ""):
        assert browser.get(f"{path}{wrong}").status_code == 404
