"""Who reads the journal, what they see of it, and what it says of their reading."""

import io
import json
import re
import uuid
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from spip_portal.accounts.enums import Role
from spip_portal.journal import export
from spip_portal.journal.models import Entry, Verb
from spip_portal.journal.services import record
from tests.accounts.factories import (
    PostingFactory,
    SpipFactory,
    UserFactory,
    agent,
    client_of,
)
from tests.cases.factories import CaseFactory, DocumentFactory
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db

URL = "/journal/"


@pytest.fixture
def spip():
    return SpipFactory()


@pytest.fixture
def cpip(spip):
    return agent(Role.CPIP, spip, first_name="Malik", last_name="Duval")


@pytest.fixture
def direction(spip):
    return client_of(agent(Role.MANAGER, spip))


@pytest.fixture
def auditor(spip):
    return client_of(agent(Role.AUDITOR, spip))


def write(actor, count: int = 1, **more) -> None:
    fields = {"verb": Verb.READ, "object_kind": "document"} | more
    for _time in range(count):
        record(actor=actor, **fields)


def motives(client, **asked) -> list[str]:
    """Those of the lines on the page, in its order; what the reader did is left out."""
    page = client.get(URL, asked).context["page"]
    return [
        line.entry.motive for line in page.lines if line.entry.object_kind != "journal"
    ]


# -- Who -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CPIP, Role.COORDINATOR])
def test_no_other_agent_knows_of_it_and_their_try_is_a_line(role, spip):
    user = agent(role, spip)
    for path in (URL, "/journal/export/"):
        assert client_of(user).get(path).status_code == 404
    tries = Entry.objects.filter(actor_id=user.pk, verb=Verb.REFUSED)
    assert [line.object_kind for line in tries.order_by("pk")] == [
        "journal",
        "journal export",
    ]


def test_neither_partner_nor_administrator_knows_of_it():
    for user in (UserFactory(totp=True), UserFactory(totp=True, is_superuser=True)):
        assert client_of(user).get(URL).status_code == 404


def test_the_direction_reads_its_own_service(direction, cpip):
    write(cpip, motive="ici")
    write(agent(Role.CPIP), motive="ailleurs")
    write(UserFactory(), motive="nulle part")
    assert motives(direction) == ["ici"]
    assert motives(direction, service="aucun") == ["ici"]  # not theirs to ask


def test_the_auditor_reads_each_service_of_their_postings(spip, cpip):
    other, third = SpipFactory(), SpipFactory()
    user = agent(Role.AUDITOR, spip)
    PostingFactory(user=user, role=Role.AUDITOR, spip=other)
    PostingFactory(user=user, role=Role.AUDITOR, spip=third, unconfirmed=True)
    client = client_of(user)
    write(cpip, motive="ici")
    write(agent(Role.CPIP, other), motive="à côté")
    write(agent(Role.CPIP, third), motive="ailleurs")
    write(UserFactory(last_name="Inconnue"), motive="sans service")
    assert motives(client) == ["ici"]
    assert motives(client, service=other.slug) == ["à côté"]
    assert motives(client, service=third.slug) == ["ici"]  # not one of theirs
    assert motives(client, service="aucun") == ["sans service"]
    assert "Inconnue" not in client.get(URL, {"service": "aucun"}).content.decode()


# -- What ------------------------------------------------------------------------------


def test_it_names_accounts_and_never_a_person_followed(direction, auditor, cpip):
    case = CaseFactory(referent=cpip, reference="SECRET-1")
    document = DocumentFactory(case=case)
    write(cpip, object_kind="dossier", object_uuid=case.uuid)
    write(cpip, object_uuid=document.uuid)
    for client, links in ((direction, True), (auditor, False)):
        body = client.get(URL).content.decode()
        assert "Malik Duval" in body
        assert "SECRET-1" not in body
        assert document.uuid.hex[:8] in body
        assert (f'href="/dossiers/{case.uuid}/"' in body) is links
        assert f'href="/documents/{document.uuid}/' not in body


def test_filters_stand_in_the_address(direction, cpip):
    other, about, share = agent(Role.CPIP, cpip.spip), uuid.uuid4(), uuid.uuid4()
    write(cpip, motive="lu")
    write(cpip, verb=Verb.REFUSED, motive="refusé")
    write(other, motive="autre", object_uuid=about, share_uuid=share)
    assert motives(direction) == ["autre", "refusé", "lu"]
    assert motives(direction, refused="on") == ["refusé"]
    assert motives(direction, verb="read") == ["autre", "lu"]
    assert motives(direction, account="malik duval") == ["refusé", "lu"]
    assert motives(direction, account=other.email.upper()) == ["autre"]
    assert motives(direction, account="personne") == []
    assert motives(direction, object=str(about)) == ["autre"]
    assert motives(direction, share=str(share)) == ["autre"]
    assert motives(direction, since="2020-01-01", until="2020-12-31") == []
    assert len(motives(direction, since="2020-01-01")) == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "hier"}, "Saisissez une date valide"),
        ({"object": "12"}, "la référence entière"),
        ({"verb": "voler"}, "Sélectionnez un choix valide"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "La fin précède le début"),
        ({"account": "a\0b"}, "caractère nul"),
    ],
)
def test_what_is_not_understood_filters_nothing_and_says_so(
    direction, cpip, asked, said
):
    write(cpip, motive="là")
    response = direction.get(URL, asked)
    body = response.content.decode().replace("&#x27;", "'")
    assert re.search(said, body, re.IGNORECASE)
    if "until" not in asked:
        assert motives(direction, **asked) == ["là"]


def test_the_newest_come_first_and_the_rest_a_page_at_a_time(direction, cpip):
    for number in range(60):
        write(cpip, motive=str(number))
    seen, cursor, asked = [], "", {"verb": "read"}
    while True:
        page = direction.get(URL, asked | ({"suite": cursor} if cursor else {}))
        shown = page.context["page"]
        seen += [line.entry.motive for line in shown.lines]
        if not shown.older:
            break
        cursor = shown.older
    assert seen == [str(number) for number in reversed(range(60))]
    assert motives(direction, verb="read", suite="forgé")[0] == "59"


def test_a_long_journal_is_counted_no_further_than_1000(direction, cpip):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_entry (spip_id, role, verb, object_kind, motive)"
            " select %s, '', 'read', '', '' from generate_series(1, 1100)",
            [cpip.spip.pk],
        )
    body = direction.get(URL).content.decode()
    assert "plus de 1\N{NO-BREAK SPACE}000" in body


@pytest.mark.parametrize("lines", [1, 3])
def test_a_page_costs_the_same_whatever_it_shows(
    direction, spip, lines, django_assert_num_queries
):
    """Session, account, posting and its service, actor and savepoints are of every
    page; count, lines, people, cases, seal, verification and the line are its own."""
    for _time in range(lines):
        user = agent(Role.CPIP, spip)
        write(user, object_kind="dossier", object_uuid=CaseFactory(referent=user).uuid)
    direction.get(URL)
    with django_assert_num_queries(COSTS):
        direction.get(URL)


COSTS = 13


# -- Reading it leaves a line ----------------------------------------------------------


def test_reading_it_is_a_line_with_its_count_and_no_name(direction, cpip):
    write(cpip, 2)
    direction.get(URL, {"account": "Malik Duval"})
    line = Entry.objects.get(object_kind="journal")
    assert (line.verb, line.count) == (Verb.LIST, 2)
    assert line.motive == f"account={cpip.pk}"


def test_a_journal_that_cannot_be_written_is_not_shown(direction, cpip):
    direction.raise_request_exception = False
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "alter table journal_entry add constraint shut check (id < 0) not valid"
        )
    assert direction.get(URL).status_code == 500
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("alter table journal_entry drop constraint shut")


# -- The export ------------------------------------------------------------------------


def exported(client, **asked) -> dict[str, bytes]:
    response = client.get("/journal/export/", asked)
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_export_holds_what_was_asked_for_and_says_it(auditor, cpip):
    write(cpip, 30, motive="lu")
    write(cpip, verb=Verb.SHARE, motive="=CMD()")
    files = exported(auditor, verb="share")
    manifest = json.loads(files["manifeste.json"])
    assert (manifest["filtres"], manifest["lignes"]) == ({"verb": "share"}, 1)
    lines = files["journal.csv"].decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Malik Duval" in lines[1]
    assert "'=CMD()" in lines[1]  # inert in a spreadsheet
    assert len(exported(auditor)["journal.csv"].splitlines()) == 33
    assert Entry.objects.filter(verb=Verb.EXPORT, object_kind="journal").count() == 2


def test_an_export_is_authentic_until_a_byte_of_it_changes(auditor, cpip, tmp_path):
    write(cpip)
    path = tmp_path / "journal.zip"

    def verified(files: dict[str, bytes]) -> str:
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        said = io.StringIO()
        call_command("verify_journal", "--export", path, stdout=said)
        return said.getvalue()

    files = exported(auditor)
    assert "Export authentique" in verified(files)
    manifest = json.loads(files["manifeste.json"])
    forged = json.dumps(manifest | {"lignes": 0}).encode()
    with pytest.raises(CommandError, match="lignes ont été changées"):
        verified(files | {"journal.csv": files["journal.csv"] + b"x"})
    with pytest.raises(CommandError, match="manifeste a été changé"):
        verified(files | {"manifeste.json": forged})
    stranger = json.dumps(manifest | {"clef_publique": "00" * 32}).encode()
    with pytest.raises(CommandError, match="clef inconnue"):
        verified(files | {"manifeste.json": stranger})
    with pytest.raises(CommandError, match="pas un export"):
        verified({"journal.csv": b""})


def test_a_journal_too_long_for_one_file_is_asked_for_in_parts(
    direction, cpip, monkeypatch
):
    monkeypatch.setattr(export, "MOST", 2)
    write(cpip, 3)
    response = direction.get("/journal/export/", {"verb": "read"}, follow=True)
    assert response.redirect_chain == [("/journal/?verb=read", 302)]
    assert "en plusieurs fois" in response.content.decode()
