"""SECURITY 3: nothing slips out beside the pages: lists, counts, filters, error pages,
calendars, HEAD, conditional and partial requests. What a person may not see changes
nothing in what they see."""

from collections import defaultdict
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest

from cases.enums import Sensitivity
from cases.models import Case
from meetings.models import Meeting
from partners.enums import Audience
from partners.models import (
    Agreement,
    AgreementParty,
    CollectiveAction,
    Mission,
    Organisation,
)
from spip_portal.security.dates import today
from tests.accounts.factories import PostingFactory
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    ShareFactory,
    recipient_row,
)
from tests.conftest import as_owner
from tests.meetings.factories import InvitationFactory as InviteeFactory
from tests.meetings.factories import MeetingFactory
from tests.newsletters.factories import IssueFactory, SubscriberFactory
from tests.partners.factories import (
    AgreementFactory,
    ChargeFactory,
    CollectiveActionFactory,
    InvitationFactory,
    MembershipFactory,
    MissionFactory,
    PartnershipFactory,
)
from tests.security.canaries import SECRETS
from tests.security.cast import P, Persona
from tests.security.test_01_matrix import (
    TOKEN,
    alike,
    cells,
    secrets_told,
    text_of,
)
from tests.security.world import World
from tests.security.world_network import secret

pytestmark = pytest.mark.django_db


# Lists that the same address also gives as a CSV.
EXPORTED = {
    "partners:mission_list",
    "partners:action_list",
    "partners:forum_list",
    "partners:agreement_list",
    "partners:directory",
    "partners:partnership_queue",
    "partners:category_queue",
    "partners:own_requests",
    "partners:member_list",
}
# Those that change by themselves; the journal tells of every request made here.
MOVING = {"pages:health", "demo:mailbox", "journal:journal", "journal:journal_export"}


def each(*personas: Persona):
    return pytest.mark.parametrize("persona", personas, ids=str)


def lists(persona: Persona, world: World) -> dict[str, str]:
    """Every page of this persona's that has no object of its own: lists, first page,
    empty forms with what they propose."""
    browser = world.browser(persona)
    addresses = {
        cell.route: cell.url
        for cell in cells(world)
        if not cell.line.object
        and not cell.line.is_button
        and cell.may(persona)
        and cell.route not in MOVING
    }
    for route in EXPORTED & set(addresses):
        addresses[f"{route}.csv"] = f"{addresses[route]}?format=csv"
    return {
        name: TOKEN.sub("", browser.get(address).content.decode())
        for name, address in addresses.items()
    }


# -- Lists, counts, choices ---------------------------------------------------------


@each(P.VISITOR, P.OUTSIDER, P.SUPERUSER, P.PARTNER_B)
def test_what_a_service_keeps_to_itself_changes_no_list_of_the_others(persona, world):
    before = lists(persona, world)
    _keep_to_oneself(world)
    assert lists(persona, world) == before


@each(P.CPIP_B, P.COORDINATOR_B)
def test_it_changes_no_list_of_another_service_either(persona, world):
    before = lists(persona, world)
    _keep_to_oneself(world)
    assert lists(persona, world) == before


@each(P.MEMBER, P.CPIP2, P.COORDINATOR, P.AUDITOR)
def test_a_case_changes_no_list_of_who_does_not_follow_it(persona, world):
    before = lists(persona, world)
    _open_a_case(world)
    assert lists(persona, world) == before


def test_a_restricted_case_changes_no_list_of_the_direction(world):
    before = lists(P.MANAGER, world)
    cpip = world.users[P.CPIP]
    MeasureFactory(case=CaseFactory(referent=cpip, sensitivity=Sensitivity.RESTRICTED))
    assert lists(P.MANAGER, world) == before


def test_the_lists_do_move_for_who_may_see(world):
    """Otherwise the tests above would prove nothing."""
    before = {p: lists(p, world) for p in (P.COORDINATOR, P.CPIP, P.RECIPIENT)}
    _keep_to_oneself(world)
    moved = {
        persona: {route for route, page in pages.items() if page != old[route]}
        for persona, old in before.items()
        for pages in [lists(persona, world)]
    }
    assert moved[P.COORDINATOR] >= {
        "partners:mission_list",
        "partners:contacts",
        "partners:action_list",
        "partners:agreement_list",
        "partners:agreement_list.csv",
        "partners:partnership_queue",
        "partners:partnership_queue.csv",
        "partners:member_list",
        "partners:member_list.csv",
        "newsletters:archive",
        "meetings:meeting_list",
    }
    assert moved[P.CPIP] >= {"cases:case_list", "cases:shared_documents", "pages:home"}
    assert moved[P.RECIPIENT] >= {"cases:shared_documents", "partners:agreement_list"}


def _keep_to_oneself(world: World) -> None:
    """One more of everything that A shows to nobody outside of it and of the structure
    it shares with."""
    spip = world.users[P.MANAGER].spip
    house = Organisation.objects.get(uuid=world.objects["a"]["organisation"])
    coordinator = world.users[P.COORDINATOR]
    MissionFactory(spip=spip, draft=True)
    left = today() - timedelta(days=1)
    gone = PostingFactory(spip=spip, starts_on=left, ends_on=left)
    ChargeFactory(spip=spip, posting=gone)
    CollectiveActionFactory(spip=spip, draft=True, session=True)
    action = CollectiveActionFactory(spip=spip, audience=Audience.PARTIES, session=True)
    action.contributors.add(house)
    agreement = AgreementFactory(spip=spip, audience=Audience.PARTIES)
    AgreementParty.objects.create(agreement=agreement, organisation=house)
    PartnershipFactory(spip=spip)
    InvitationFactory(organisation=house)
    MembershipFactory(organisation=house)
    letter = spip.newsletter
    IssueFactory(newsletter=letter, created_by=coordinator)
    SubscriberFactory(newsletter=letter)
    MeetingFactory(spip=spip, created_by=coordinator)
    meeting = MeetingFactory(spip=spip, created_by=coordinator, convened=True)
    InviteeFactory(meeting=meeting, organisation=house)
    PostingFactory(spip=spip, unconfirmed=True)
    LegalBasisFactory(spip=spip)
    _open_a_case(world)


def _open_a_case(world: World) -> None:
    """With a measure, a document and a share with the recipient."""
    case = CaseFactory(referent=world.users[P.CPIP])
    document = DocumentFactory(case=case)
    share = ShareFactory(case=case, measure=MeasureFactory(case=case))
    recipient_row(share, document, world.users[P.RECIPIENT].memberships.get())


# -- Filters ------------------------------------------------------------------------

SEARCHES = [
    ("/recherche/?q=", "MISSION-DRAFT", Mission, "title"),
    ("/conventions/?q=", "AGREEMENT-PARTIES", Agreement, "title"),
    ("/conventions/?q=", "AGREEMENT-NETWORK", Agreement, "title"),
    ("/actions/?q=", "ACTION-DRAFT", CollectiveAction, "title"),
    ("/actions/?q=", "ACTION-PARTIES", CollectiveAction, "title"),
    ("/annuaire/?q=", "HIDDEN", Organisation, "name"),
    ("/annuaire/?q=", "REQUESTED", Organisation, "name"),
    ("/partenaires/inscription/?q=", "HIDDEN", Organisation, "name"),
    ("/partenaires/inscription/?q=", "REQUESTED", Organisation, "name"),
    ("/recherche/?q=", "AGREEMENT-PARTIES", Agreement, "title"),
    ("/recherche/?q=", "ACTION-DRAFT", CollectiveAction, "title"),
    ("/recherche/?q=", "REQUESTED", Organisation, "name"),
    ("/reunions/?q=", "MEETING", Meeting, "title"),
    ("/reunions/?q=", "MEETING-DRAFT", Meeting, "title"),
    ("/reunions/?state=draft&q=", "MEETING-DRAFT", Meeting, "title"),
    ("/dossiers/?reference=", "CASE", Case, "reference"),
    ("/dossiers/?reference=", "RESTRICTED", Case, "reference"),
    ("/dossiers/?reference=", "COLLEAGUE", Case, "reference"),
]


@each(P.VISITOR, P.MEMBER, P.OUTSIDER, P.CPIP2, P.COORDINATOR, P.AUDITOR, P.CPIP_B)
def test_searching_for_a_secret_is_as_if_it_were_not_there(persona, world):
    browser = world.browser(persona)
    told = []
    for path, name, model, field in SEARCHES:
        for side in "ab":
            if persona in SECRETS[name].on(side):
                continue
            address = f"{path}{quote(secret(name, side))}"
            with_it = browser.get(address)
            with _erased(model, field, secret(name, side)):
                without_it = browser.get(address)
            if TOKEN.sub("", text_of(with_it)) != TOKEN.sub("", text_of(without_it)):
                told.append((address, name, side))
    assert told == []


@contextmanager
def _erased(model, field: str, words: str):
    with as_owner():
        (row,) = model.objects.filter(**{f"{field}__iexact": words})
        others = model.objects.filter(pk=row.pk)
        others.update(**{field: "Rien"})
    yield
    with as_owner():
        others.update(**{field: words})


SEARCHED = EXPORTED | {
    "search:results",
    "partners:registration",
    "partners:glossary",
    "partners:duties",
    "partners:contacts",
    "cases:case_list",
    "cases:shared_documents",
    "cases:share_new",
    "newsletters:archive",
    "meetings:meeting_list",
}


@each(P.OUTSIDER, P.COORDINATOR, P.CPIP_B, P.CPIP)
def test_no_parameter_opens_a_list_wider(persona, world):
    """Filters that are not theirs, orders, pages, perimeters and objects of others."""
    browser = world.browser(persona)
    other = world.objects["a" if persona is P.CPIP_B else "b"]  # of another service
    forged = [
        "state=draft&audience=parties",
        "ordering=-created_by&o=-spip",
        "page=-1",
        "page=last&format=json",
        "format=csv&state=draft&audience=parties&all=1",
        "spip=1&spip_id=2&all=1",
        f"structure={other['organisation']}&document={other['document']}",
        "q=%25&reference=%25",
        "q=%00&reference=%00",
    ]
    told = []
    for cell in cells(world):
        if cell.route not in SEARCHED or not cell.may(persona):
            continue
        for query in forged:
            response = browser.get(f"{cell.url}?{query}")
            assert response.status_code < 500
            if found := secrets_told(text_of(response), cell, persona, world):
                told.append((cell.route, query, found))
    assert told == []


# -- Other ways to fetch ------------------------------------------------------------

FETCHES = [
    ("head", {}),
    ("get", {"range": "bytes=5-", "if-range": '"x"'}),
    (
        "get",
        {"if-none-match": "*", "if-modified-since": "Mon, 24 Nov 2036 10:00:00 GMT"},
    ),
    ("get", {"accept": "application/json", "x-requested-with": "XMLHttpRequest"}),
    ("options", {"x-http-method-override": "GET"}),
]
FILES = {
    "cases:document",
    "cases:document_file",
    "cases:case",
    "meetings:meeting_calendar",
    "meetings:specimen",
    "meetings:sending",
    "newsletters:issue_progress_bar",
    "partners:action_document_file",
    "partners:agreement",
    "partners:annex_file",
    "partners:proof_file",
    "partners:mission_image",
    "partners:mission_print",
}


@pytest.mark.parametrize(("method", "headers"), FETCHES)
@each(P.VISITOR, P.MEMBER, P.MANAGER, P.CPIP_B)
def test_however_it_is_fetched_a_foreign_file_is_a_missing_one(
    persona, method, headers, world
):
    """By HEAD, by range, on condition: the same answer as for what does not exist."""
    fetch = getattr(world.browser(persona), method)
    answers = defaultdict(set)
    for cell in cells(world):
        if cell.route in FILES and not cell.may(persona):
            response = fetch(cell.url, headers=headers)
            assert response.status_code in {302, 404, 405}
            answers[cell.route].add(alike(text_of(response), cell))
    assert [route for route, each in answers.items() if len(each) > 1] == []


def test_a_refused_address_is_not_repeated(world):
    """An error page says nothing of what was asked."""
    word = secret("case", "a")
    browser = world.browser(P.MEMBER)
    for address in (f"/{word}/", f"/missions/{word}/", f"/lettres/{word}/"):
        response = browser.get(address)
        assert response.status_code == 404
        assert word not in response.content.decode()


def test_a_calendar_says_no_more_than_its_page(world):
    """To an invited structure: neither who else is invited nor who answered."""
    url = f"/reunions/{world.objects['a']['meeting']}/reunion.ics"
    text = world.browser(P.MEMBER).get(url).content.decode()
    assert secret("meeting", "a") in text
    assert "ATTENDEE" not in text
    assert secret("invitee", "a") not in text


def test_what_was_revoked_is_missing_on_the_next_request(world):
    """The page, the file, its end and its header, from one request to the next."""
    browser = world.browser(P.RECIPIENT)
    uuid = world.objects["a"]["document"]
    page, file = f"/documents/{uuid}/", f"/documents/{uuid}/fichier"
    assert browser.get(page).status_code == browser.get(file).status_code == 200
    share = world.objects["a"]["share"]
    world.browser(P.CPIP).post(f"/partages/{share}/terminer/", {"reason": "Fin"})
    for address in (page, file):
        assert browser.get(address).status_code == 404
        assert browser.head(address).status_code == 404
        ranged = browser.get(address, headers={"range": "bytes=5-"})
        assert ranged.status_code == 404
