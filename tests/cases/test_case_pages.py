"""The pages of cases, as the people who use them.

Query counts include three that are no question to the tables: the transaction's two
ends and the naming of its actor.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import Case
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
)
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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
    with django_assert_num_queries(11):
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
            "milieu": "open",
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
            "milieu": "open",
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
            "milieu": "open",
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


def test_after_a_reset_every_page_says_until_when_the_cases_are_closed():
    cpip = agent(Role.CPIP, cases_closed_until=timezone.now() + DAY)
    browser = client_of(cpip)
    assert "restent fermés jusqu’au" in browser.get("/").text
    assert browser.get("/dossiers/ouvrir/").url == "/dossiers/"
