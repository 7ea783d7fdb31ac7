"""Accès motivé: a case of the service read for some hours, for a reason that stays."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import BrokenGlass, Case, Measure, Person, Share
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import actor
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    BrokenGlassFactory,
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    PersonFactory,
    ShareFactory,
)
from tests.cases.test_locks import OPEN, SHUT, locks
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
ADDRESS = "/dossiers/acces-motives/ouvrir/"
MOTIVE = "Astreinte : la personne est au greffe"


@pytest.fixture
def document():
    document = DocumentFactory()
    MeasureFactory(case=document.case)
    return document


@pytest.fixture
def manager(document):
    return agent(Role.MANAGER, document.case.spip)


@pytest.fixture
def colleague(document):
    return agent(Role.CPIP, document.case.spip)


def asked(case: Case, **changes) -> dict:
    return {"reference": case.reference, "motive": MOTIVE, "hours": "4", **changes}


def broken() -> list[BrokenGlass]:
    with as_owner():
        return list(BrokenGlass.objects.select_related("user"))


# -- Opened -------------------------------------------------------------------------


def test_a_colleague_reads_the_case_and_its_documents(document, manager, colleague):
    case = document.case
    assert locks(colleague, document) == SHUT
    browser = client_of(colleague)
    response = browser.post(ADDRESS, asked(case, reference=case.reference.lower()))
    assert response.url == f"/dossiers/{case.uuid}/"
    page = browser.get(response.url)
    assert list(page.context["documents"]) == [document]
    assert "Accès motivé, en lecture" in page.text
    assert locks(colleague, document) == OPEN
    assert browser.get(f"/documents/{document.uuid}/").status_code == 200
    assert browser.get(f"/documents/{document.uuid}/fichier").status_code == 200
    (glass,) = broken()
    assert glass.ends_at - glass.starts_at == timedelta(hours=4)
    line = Entry.objects.get(object_kind="accès motivé", verb=Verb.OPEN)
    assert (line.object_uuid, line.motive) == (case.uuid, MOTIVE)


def test_nothing_is_offered_that_would_not_be_found(document, manager, colleague):
    for who in (manager, colleague):
        BrokenGlassFactory(case=document.case, user=who)
        for page in (
            f"/dossiers/{document.case.uuid}/",
            f"/documents/{document.uuid}/",
        ):
            found = client_of(who).get(page).text
            links = set(re.findall(r'href="(/(?:dossiers|documents)/[^"]+)"', found))
            assert links
            for link in links:
                assert client_of(who).get(link).status_code == 200, link


def test_a_manager_reads_documents_that_way_too(document, manager):
    agent(Role.MANAGER, document.case.spip)
    assert locks(manager, document) == SHUT
    client_of(manager).post(ADDRESS, asked(document.case))
    assert locks(manager, document) == OPEN


def test_the_other_managers_are_told_at_once_without_a_name(
    document, manager, colleague
):
    PersonFactory(case=document.case)
    client_of(colleague).post(ADDRESS, asked(document.case))
    message = Message.objects.get()
    assert message.recipient == manager.email
    mail = message.campaign.subject + message.campaign.text + message.campaign.html
    for word in (document.case.reference, MOTIVE, "Marchal", colleague.last_name):
        assert word not in mail


def test_where_nobody_can_be_told_nothing_is_opened(document, manager):
    page = client_of(manager).post(ADDRESS, asked(document.case))
    assert "Personne d’autre à la direction" in page.text
    assert broken() == []


def test_it_stays_on_the_case_for_good_and_in_the_list(document, manager, colleague):
    past = timezone.now() - timedelta(days=40)
    BrokenGlassFactory(
        case=document.case,
        user=colleague,
        starts_at=past,
        ends_at=past + timedelta(hours=1),
    )
    case = f"/dossiers/{document.case.uuid}/"
    for user in (document.case.referent, manager):
        assert str(colleague) in client_of(user).get(case).text
        listed = client_of(user).get("/dossiers/acces-motives/")
        assert MOTIVE.replace(" :", "\N{NO-BREAK SPACE}:") in listed.text or (
            MOTIVE in listed.text
        )
    assert client_of(colleague).get(case).status_code == 404
    strangers = client_of(agent(Role.MANAGER)).get("/dossiers/acces-motives/")
    assert list(strangers.context["page"]) == []


# -- Refused ------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["restricted", "elsewhere", "unknown"])
def test_what_may_not_be_opened_is_answered_as_unknown(
    what, document, manager, colleague
):
    references = {
        "restricted": CaseFactory(
            referent=document.case.referent, sensitivity=Sensitivity.RESTRICTED
        ).reference,
        "elsewhere": CaseFactory().reference,
        "unknown": "RIEN-1",
    }
    page = client_of(colleague).post(
        ADDRESS, asked(document.case, reference=references[what])
    )
    (error,) = page.context["form"].errors["reference"]
    assert error == "Aucun dossier de cette référence ne peut vous être ouvert."
    assert broken() == []
    assert not Message.objects.exists()
    assert Entry.objects.get(verb=Verb.REFUSED).object_uuid is None


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"motive": "Urgent"}, "motive"),
        ({"motive": "         x         "}, "motive"),
        ({"hours": "25"}, "hours"),
        ({"reference": ""}, "reference"),
    ],
)
def test_a_bad_request_is_said_at_its_field(typed, wrong, document, manager, colleague):
    page = client_of(colleague).post(ADDRESS, asked(document.case) | typed)
    assert set(page.context["form"].errors) == {wrong}
    assert broken() == []


def test_who_follows_the_case_needs_no_such_thing(document, manager):
    page = client_of(document.case.referent).post(ADDRESS, asked(document.case))
    assert "Vous suivez ce dossier" in page.context["form"].errors["reference"][0]


def _function(case: Case, motive: str = MOTIVE, hours: int = 1) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select app.break_glass(%s, %s, %s)",
            [case.reference, motive, timedelta(hours=hours)],
        )
        return cursor.rowcount


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, "partner"])
def test_the_database_opens_nothing_to_another_role(role, document):
    spip = document.case.spip
    user = agent(role, spip) if role != "partner" else User.objects.create()
    with actor(user):
        assert _function(document.case) == 0
    assert client_of(user).get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"hours": 25}, {"hours": 0}, {"motive": "Urgent    "}]
)
def test_the_database_wants_a_motive_and_at_most_24_hours(wrong, document, colleague):
    with actor(colleague), pytest.raises(IntegrityError), transaction.atomic():
        _function(document.case, **wrong)


@pytest.mark.parametrize("what", ["insert", "update", "delete"])
def test_a_row_is_written_by_the_function_only(what, document, colleague):
    glass = BrokenGlassFactory(case=document.case, user=colleague)
    acts = {
        "insert": lambda: BrokenGlass.objects.create(
            case=document.case,
            user=colleague,
            motive=MOTIVE,
            ends_at=timezone.now() + timedelta(hours=1),
        ),
        "update": lambda: BrokenGlass.objects.filter(pk=glass.pk).update(motive="x"),
        "delete": lambda: BrokenGlass.objects.filter(pk=glass.pk).delete(),
    }
    with actor(colleague), pytest.raises(ProgrammingError), transaction.atomic():
        acts[what]()


# -- What it does not give -----------------------------------------------------------


def test_it_gives_no_list_no_name_and_nothing_to_write(document, colleague):
    case = document.case
    PersonFactory(case=case)
    BrokenGlassFactory(case=case, user=colleague)
    browser = client_of(colleague)
    page = browser.get(f"/dossiers/{case.uuid}/")
    assert "Marchal" not in page.text
    assert list(browser.get("/dossiers/").context["page"]) == []
    for path in (
        "modifier",
        "suivi",
        "identite",
        "sensibilite",
        "confier",
        "mesures/ajouter",
        "documents/deposer",
        "partager",
    ):
        assert browser.get(f"/dossiers/{case.uuid}/{path}/").status_code == 404
    with actor(colleague):
        assert list(Measure.objects.all()) == list(case.measures.all())
        assert not Person.objects.exists()
        assert not Share.objects.exists()
        assert not Case.objects.filter(pk=case.pk).update(sensitivity=2)
        assert not Measure.objects.update(court="Ailleurs")
        with pytest.raises(ProgrammingError), transaction.atomic():
            Measure.objects.create(
                case=case, kind="tig", ordered_by="jap", court="X", starts_on=today()
            )


def test_the_shares_of_the_case_are_not_shown(document, colleague):
    ShareFactory(case=document.case)
    BrokenGlassFactory(case=document.case, user=colleague)
    page = client_of(colleague).get(f"/dossiers/{document.case.uuid}/")
    assert list(page.context["shares"]) == []


ENDINGS = {
    "its hours are over": lambda glass: BrokenGlass.objects.filter(pk=glass.pk).update(
        starts_at=timezone.now() - timedelta(hours=2),
        ends_at=timezone.now() - timedelta(seconds=1),
    ),
    "the case becomes restricted": lambda glass: Case.objects.filter(
        pk=glass.case_id
    ).update(sensitivity=Sensitivity.RESTRICTED),
    "the agent changes role": lambda glass: Posting.objects.filter(
        user=glass.user_id
    ).update(role=Role.COORDINATOR),
    "the agent moves to another service": lambda glass: Posting.objects.filter(
        user=glass.user_id
    ).update(spip=agent(Role.CPIP).spip),
    "the account is closed": lambda glass: User.objects.filter(pk=glass.user_id).update(
        is_active=False
    ),
    "the second factor was just reset": lambda glass: User.objects.filter(
        pk=glass.user_id
    ).update(cases_closed_until=timezone.now() + timedelta(hours=1)),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_ends_by_itself_when(ending, document, colleague):
    """Every clause shuts each of the three locks."""
    glass = BrokenGlassFactory(case=document.case, user=colleague)
    assert locks(colleague, document) == OPEN
    with as_owner():
        ENDINGS[ending](glass)
    assert locks(colleague, document) == SHUT


def test_it_is_one_persons_and_one_cases(document, colleague):
    BrokenGlassFactory(case=document.case, user=colleague)
    other = DocumentFactory(case=CaseFactory(referent=document.case.referent))
    assert locks(colleague, other) == SHUT
    assert locks(agent(Role.CPIP, document.case.spip), document) == SHUT
