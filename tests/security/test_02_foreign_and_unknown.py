"""SECURITY 2: an object of another and one that nobody made answer alike: same status,
same body. Pages asked for by GET are compared in the matrix's own walk (test_01), where
every route and persona is met once; here what is posted, and what a field names."""

import logging
from collections import defaultdict
from uuid import UUID, uuid4

import pytest

from tests.security.cast import Persona
from tests.security.test_01_matrix import TOKEN, alike, cells, text_of
from tests.security.world import World

pytestmark = pytest.mark.django_db
# A partner and an agent to whom all of service A is another's, and those who are of A
# and hold nothing: others differ from them by what they may, which test_01 walks.
STRANGERS = [
    Persona.PARTNER_B,
    Persona.CPIP_B,
    Persona.MANAGER_B,
    Persona.COORDINATOR_B,
    Persona.OUTSIDER,
    Persona.SUPERUSER,
]


@pytest.fixture(autouse=True)
def _quiet():
    logger = logging.getLogger("django.request")
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize("persona", STRANGERS, ids=str)
def test_a_post_to_what_is_another_s_answers_as_to_what_nobody_made(
    persona, world: World
):
    browser, answers = world.browser(persona), defaultdict(set)
    for cell in cells(world):
        is_form = cell.line.object and not cell.line.is_read_only
        is_closed = cell.side == "unknown" or not cell.may_post(persona)
        if is_form and is_closed and cell.side != "b" and cell.line.others == 404:
            response = browser.post(cell.url, {"reason": "Essai"})
            told = response.status_code, alike(text_of(response), cell)
            answers[cell.route, cell.side].add(told)
    foreign = {route for route, side in answers if side == "a"}
    compared = [r for r in foreign if answers[r, "unknown"]]
    assert len(compared) > 60
    assert [r for r in compared if answers[r, "a"] != answers[r, "unknown"]] == []


# What an address of one's own names besides, and what of the other service it could be.
NAMED = [
    ("/dossiers/{case}/partager/?renouvelle={named}", "share"),
    ("/dossiers/{case}/partager/?document={named}", "document"),
    ("/dossiers/{case}/partager/?structure={named}", "organisation"),
    ("/documents/{document}/apercu?pour={named}", "membership"),
]


@pytest.mark.parametrize(("address", "named"), NAMED)
def test_what_an_address_names_besides_is_no_door(address, named, world: World):
    own = world.objects["a"]
    pages = {"case": own["case"], "document": own["document"]}
    answers = set()
    for value in (world.objects["b"][named], uuid4()):
        browser = world.browser(Persona.CPIP)
        response = browser.get(address.format(named=value, **pages))
        text = TOKEN.sub("", text_of(response)).replace(str(value), "•")
        answers.add((response.status_code, text))
    assert len(answers) == 1


# Of the form of a share.
FIELDS = {
    "documents": "document",
    "recipients": "membership",
    "measure": "measure",
    "legal_basis": "basis",
}


@pytest.mark.parametrize("field", FIELDS)
def test_what_a_field_names_is_no_door(field, world: World):
    """« Choix invalide », in the same words."""
    other = world.objects["b"][FIELDS[field]]
    page = f"/dossiers/{world.objects['a']['case']}/partager/"
    answers = set()
    for value in (other, uuid4() if isinstance(other, UUID) else 987_654_321):
        response = world.browser(Persona.CPIP).post(page, {field: str(value)})
        text = TOKEN.sub("", text_of(response)).replace(str(value), "•")
        answers.add((response.status_code, text))
    assert len(answers) == 1
