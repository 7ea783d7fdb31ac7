"""The direction keeps the list of legal bases."""

from datetime import timedelta

import pytest

from cases.models import LegalBasis
from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    LegalBasisFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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
