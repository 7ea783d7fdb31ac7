"""How secret a case is: set and changed on purpose, and what follows at once."""

import re

import pytest

from cases.enums import Sensitivity
from cases.models import Case, Document
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.journal.services import record
from spip_portal.outbox.models import Message
from spip_portal.security.actor import actor
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    AccessRequestFactory,
    AssignmentFactory,
    CaseFactory,
    care_report,
    incident_of,
    shared,
)
from tests.conftest import as_owner

TOKEN = re.compile(r'(csrfmiddlewaretoken" value=)"[^"]+"')
pytestmark = pytest.mark.django_db


def level_of(case: Case) -> int:
    with as_owner():
        return Case.objects.get(pk=case.pk).sensitivity


def choose(case: Case, level: Sensitivity, *, by=None):
    browser = client_of(by or case.referent)
    address = f"/dossiers/{case.uuid}/sensibilite/"
    asked = browser.post(address, {"sensitivity": level})
    assert level_of(case) == case.sensitivity  # nothing yet
    done = browser.post(address, {"sensitivity": level, "is_confirmed": "on"})
    assert done.status_code == 302
    return asked


def test_a_restricted_case_is_gone_for_the_direction_at_once():
    case = CaseFactory()
    substitute, manager = agent(Role.CPIP, case.spip), agent(Role.MANAGER, case.spip)
    AssignmentFactory(case=case, user=substitute)
    asked = choose(case, Sensitivity.RESTRICTED)
    assert "Sensibilité «\u00a0restreinte" in asked.text
    assert str(case.referent) in asked.text
    assert str(substitute) in asked.text
    browser, unknown = client_of(manager), "/dossiers/?reference=RIEN"
    for address in ("", "suivi/", "confier/", "suppleer/"):
        gone = browser.get(f"/dossiers/{case.uuid}/{address}")
        assert gone.status_code == 404
    found = TOKEN.sub("", browser.get(f"/dossiers/?reference={case.reference}").text)
    nothing = TOKEN.sub("", browser.get(unknown).text)
    assert found.replace(case.reference, "RIEN") == nothing
    assert client_of(substitute).get(f"/dossiers/{case.uuid}/").status_code == 200
    choose(
        Case(uuid=case.uuid, pk=case.pk, sensitivity=3, referent=case.referent),
        Sensitivity.NORMAL,
        by=substitute,
    )
    assert browser.get(f"/dossiers/{case.uuid}/").status_code == 200


NAMED = {
    "the case": lambda row: {"object_uuid": row.case.uuid},
    "a document": lambda row: {"object_uuid": row.content_object.uuid},
    "a share": lambda row: {"object_uuid": row.share.uuid},
    "what was done under a share": lambda row: {"share_uuid": row.share.uuid},
    "a request for access": lambda row: {
        "object_uuid": AccessRequestFactory(reference=row.case.uuid).uuid
    },
    "an incident": lambda row: {"object_uuid": incident_of(row).uuid},
    "a report": lambda row: {
        "object_uuid": care_report(row.membership, row.share, "Terminé").uuid
    },
}


@pytest.mark.parametrize("named", NAMED.values(), ids=NAMED)
def test_the_journal_tells_the_auditor_alone_what_was_done_in_a_restricted_case(named):
    row = shared()
    cpip, spip = row.case.referent, row.case.spip
    readers = [agent(Role.MANAGER, spip), agent(Role.AUDITOR, spip)]

    def told(verb=Verb.CHANGE) -> list[bool]:
        """Whether the direction, then the auditor, read of one more such act."""
        count = [Entry.objects.visible_to(reader).count() for reader in readers]
        record(actor=cpip, verb=verb, **named(row))
        return [
            Entry.objects.visible_to(reader).count() > before
            for reader, before in zip(readers, count, strict=True)
        ]

    assert told() == [True, True]
    choose(row.case, Sensitivity.RESTRICTED)
    assert told() == [False, True]
    # Refused as for what does not exist, which is written too.
    assert told(Verb.REFUSED) == [True, True]


@pytest.mark.parametrize("name", ["object", "share"])
@pytest.mark.parametrize("page", ["", "export/"])
def test_nor_that_the_auditor_looked_at_it(name, page):
    row = shared()
    spip = row.case.spip
    choose(row.case, Sensitivity.RESTRICTED)
    uuid = {"object": row.case.uuid, "share": row.share.uuid}[name]
    client_of(agent(Role.AUDITOR, spip)).get(f"/journal/{page}", {name: uuid})
    assert Entry.objects.filter(object_kind="journal").exists()
    lines = Entry.objects.visible_to(agent(Role.MANAGER, spip))
    assert not lines.filter(object_kind="journal").exists()


def test_a_restriction_is_no_line_of_the_direction_s_journal():
    case = CaseFactory()
    manager = client_of(agent(Role.MANAGER, case.spip))
    choose(case, Sensitivity.RESTRICTED)
    lines = manager.get("/journal/").context["page"].lines
    assert "sensibilité" not in {line.entry.object_kind for line in lines}
    assert case.uuid.hex[:8] not in manager.get("/journal/").text


def test_a_case_of_a_minor_ends_its_shares_and_tells_their_readers():
    row = shared()
    asked = choose(row.case, Sensitivity.MINOR)
    assert "destinataires\N{NO-BREAK SPACE}: 1" in asked.text
    with actor(row.user):
        assert not Document.objects.visible_to(row.user).exists()
    assert Message.objects.filter(recipient=row.user.email).count() == 1
    line = Entry.objects.get(object_kind="sensibilité")
    assert line.motive == Sensitivity.MINOR.label
    page = client_of(row.case.referent).get(f"/dossiers/{row.case.uuid}/")
    assert "ne se partagent pas" in page.text


@pytest.mark.parametrize("level", [Sensitivity.NORMAL, Sensitivity.RESTRICTED])
def test_whoever_lifts_the_block_of_a_minor_is_told(level):
    warned = "bloqués parce que le dossier concerne un mineur"
    assert warned in choose(CaseFactory(sensitivity=Sensitivity.MINOR), level).text
    other = Sensitivity.NORMAL + Sensitivity.RESTRICTED - level
    assert warned not in choose(CaseFactory(sensitivity=other), level).text


def test_shares_go_on_when_a_case_becomes_restricted():
    row = shared()
    choose(row.case, Sensitivity.RESTRICTED)
    with actor(row.user):
        assert Document.objects.visible_to(row.user).exists()


def test_an_unknown_level_is_said_and_changes_nothing():
    case = CaseFactory()
    page = client_of(case.referent).post(
        f"/dossiers/{case.uuid}/sensibilite/",
        {"sensitivity": "9", "is_confirmed": "on"},
    )
    assert set(page.context["form"].errors) == {"sensitivity"}
    assert level_of(case) == Sensitivity.NORMAL


def test_who_does_not_follow_the_case_changes_nothing():
    case = CaseFactory()
    address = f"/dossiers/{case.uuid}/sensibilite/"
    form = {"sensitivity": 3, "is_confirmed": "on"}
    for role in (Role.CPIP, Role.MANAGER):
        browser = client_of(agent(role, case.spip))
        assert browser.post(address, form).status_code == 404
    assert level_of(case) == Sensitivity.NORMAL
