"""Every incident that waits for an answer, on a page that the first page leads to."""

import pytest
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import Case
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from tests.accounts.factories import agent, client_of
from tests.cases.factories import incident_of, shared
from tests.cases.reporting import ANSWER, HOUR, change

pytestmark = pytest.mark.django_db
LIST = "/partages/incidents/"


def listed(user) -> list:
    return [each.pk for each in client_of(user).get(LIST).context["page"]]


@pytest.fixture
def row():
    return shared()


@pytest.fixture
def manager(row):
    return agent(Role.MANAGER, row.case.spip)


def test_the_first_page_shows_some_and_leads_to_all(row, manager):
    every = [incident_of(row).pk for _ in range(21)]
    home = client_of(manager).get("/").text
    assert home.count("réponse attendue") == 8
    assert f'href="{LIST}"' in home
    first = client_of(manager).get(LIST)
    assert "(21)" in first.text
    assert [each.pk for each in first.context["page"]] == every[:20]
    second = client_of(manager).get(f"{LIST}?page=2")
    assert [each.pk for each in second.context["page"]] == every[20:]


def test_the_urgent_then_the_one_due_first_and_none_that_is_answered(row, manager):
    now = timezone.now()
    later, sooner = (
        incident_of(row, answer_due_at=now + hours * HOUR).pk for hours in (9, 2)
    )
    urgent = incident_of(row, urgency="urgent", answer_due_at=now + 12 * HOUR).pk
    incident_of(row, answer=ANSWER)
    assert listed(manager) == [urgent, sooner, later]
    assert listed(row.case.referent) == [urgent, sooner, later]


def test_nobody_lists_those_that_they_may_not_answer(row, manager):
    incident_of(row)
    for stranger in (agent(Role.CPIP, row.case.spip), agent(Role.MANAGER)):
        page = client_of(stranger).get(LIST)
        assert "Aucun signalement n’attend de réponse." in page.text
        assert 'href="/dossiers/"' in page.text
    change(Case, sensitivity=Sensitivity.RESTRICTED)
    assert listed(manager) == []
    for outsider in (row.user, agent(Role.COORDINATOR, row.case.spip)):
        assert client_of(outsider).get(LIST).status_code == 404


def test_listing_leaves_one_line(row, manager):
    incident_of(row)
    incident_of(row)
    client_of(manager).get(LIST)
    line = Entry.objects.get(verb=Verb.LIST)
    assert (line.actor_id, line.object_kind, line.count) == (
        manager.pk,
        "signalement",
        2,
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_whatever_waits(
    number, row, manager, django_assert_num_queries
):
    for _ in range(number):
        incident_of(row)
    browser = client_of(manager)
    browser.get(LIST)
    with django_assert_num_queries(9):
        browser.get(LIST)
