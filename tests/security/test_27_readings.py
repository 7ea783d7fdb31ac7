"""SECURITY 27: one reading is one opening (a quarter of an hour, one person, one
version) and one line of the journal; parts of the file ask the right again; without a
line, nothing is sent."""

import time
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from cases.models import Document, Opening
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.actor import actor
from spip_portal.vault import files
from tests.accounts.factories import client_of
from tests.cases.factories import (
    DocumentFactory,
    ShareFactory,
    professional,
    recipient_row,
    shared,
)
from tests.conftest import as_owner
from tests.vault.factories import PDF, stored_file
from tests.vault.papers import text_of

pytestmark = pytest.mark.django_db


def address(document: Document) -> str:
    return f"/documents/{document.uuid}/fichier"


def read(user, document: Document, **headers):
    return client_of(user).get(address(document), headers=headers)


def part(user, document: Document, asked: str, etag: str = ""):
    headers = {"range": f"bytes={asked}"} | ({"if-range": etag} if etag else {})
    return read(user, document, **headers)


def lines() -> int:
    return Entry.objects.filter(verb=Verb.READ).count()


@pytest.fixture
def row():
    return shared()


# -- Who gets what ------------------------------------------------------------------


def test_the_agent_who_follows_the_case_gets_the_original_byte_for_byte(row):
    response = read(row.case.referent, row.content_object)
    assert response.getvalue() == PDF
    assert response["Content-Length"] == str(len(PDF))


@pytest.mark.parametrize("query", ["", "?telecharger=1"])
def test_the_recipient_always_gets_a_copy_that_names_them(row, query):
    response = client_of(row.user).get(f"{address(row.content_object)}{query}")
    copy = response.getvalue()
    assert response["Content-Length"] == str(len(copy))
    said = text_of(copy)
    for word in (str(row.user), str(row.membership.organisation)):
        assert word in said
    assert row.content_object.uuid.hex[:8] in said
    assert str(timezone.localtime().year) in said


def test_an_expert_report_is_read_on_the_screen_and_downloaded_by_no_recipient(row):
    """FEATURES, story 9. Whoever follows the case keeps their download."""
    with as_owner():
        Document.objects.filter(pk=row.content_object_id).update(kind="expertise")
    page, file = f"/documents/{row.content_object.uuid}/", address(row.content_object)
    reader, cpip = client_of(row.user), client_of(row.case.referent)
    assert reader.get(f"{file}?telecharger=1").status_code == 404
    assert reader.get(file)["Content-Disposition"].startswith("inline")
    assert lines() == 1
    assert "telecharger" not in (text := reader.get(page).text)
    assert "ne se télécharge pas" in text
    assert cpip.get(f"{file}?telecharger=1").status_code == 200
    assert "telecharger=1" in cpip.get(page).text


def test_no_clear_byte_of_the_copy_stays_on_the_disk(row, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    read(row.user, row.content_object).getvalue()
    assert list(tmp_path.iterdir()) == []
    raw = files.path_of(row.content_object.file.uuid).read_bytes()
    assert b"%PDF" not in raw


def test_an_original_leaves_in_chunks():
    content = PDF + b"%" + b"x" * (2 * files.CHUNK) + b"\n%%EOF\n"
    document = DocumentFactory(file=stored_file(content))
    response = read(document.case.referent, document)
    sizes = [len(chunk) for chunk in response.streaming_content]
    assert max(sizes) == files.CHUNK
    assert sum(sizes) == len(content)


# -- One opening, one line ----------------------------------------------------------


def test_a_reading_and_its_parts_leave_one_line(row):
    whole = read(row.user, row.content_object)
    copy, etag = whole.getvalue(), whole["ETag"]
    for asked, expected in (
        ("0-9", copy[:10]),
        ("5-", copy[5:]),
        ("-7", copy[-7:]),
        (f"3-{len(copy) + 50}", copy[3:]),
    ):
        response = part(row.user, row.content_object, asked, etag)
        assert (response.status_code, response.getvalue()) == (206, expected)
        start = copy.rindex(expected)
        shown = f"bytes {start}-{start + len(expected) - 1}/{len(copy)}"
        assert response["Content-Range"] == shown
    assert lines() == 1
    line = Entry.objects.get(verb=Verb.READ)
    assert (line.actor_id, line.object_uuid, line.share_uuid) == (
        row.user_id,
        row.content_object.uuid,
        row.share.uuid,
    )


def test_a_part_of_an_original_may_cross_chunks():
    content = PDF + bytes(range(256)) * 3000 + b"\n%%EOF\n"
    document = DocumentFactory(file=stored_file(content))
    for start, stop in ((0, 1), (files.CHUNK - 5, files.CHUNK + 5), (600_000, 700_000)):
        response = part(document.case.referent, document, f"{start}-{stop - 1}")
        assert response.getvalue() == content[start:stop]
    assert lines() == 1


def test_each_whole_reading_is_a_line_of_its_own(row):
    etags = {read(row.user, row.content_object)["ETag"] for _ in range(2)}
    assert (lines(), len(etags)) == (2, 2)


def test_a_part_asked_out_of_the_blue_is_a_reading(row):
    assert part(row.user, row.content_object, "0-9").status_code == 206
    assert lines() == 1


def test_beyond_the_end_nothing_is_sent(row):
    size = len(read(row.user, row.content_object).getvalue())
    response = part(row.user, row.content_object, f"{size}-")
    assert (response.status_code, response.content) == (416, b"")
    assert response["Content-Range"] == f"bytes */{size}"


@pytest.mark.parametrize("asked", ["9-5", "a-b", "0-1,4-5", "-"])
def test_what_is_not_understood_gets_the_whole(row, asked):
    response = part(row.user, row.content_object, asked)
    assert (response.status_code, response.getvalue()[:5]) == (200, b"%PDF-")


def test_the_rest_of_another_opening_is_a_new_reading(row):
    read(row.user, row.content_object)
    response = part(row.user, row.content_object, "5-", '"another"')
    assert response.status_code == 200
    assert lines() == 2


def test_after_a_quarter_of_an_hour_it_is_a_new_reading(row):
    etag = read(row.user, row.content_object)["ETag"]
    with as_owner():
        Opening.objects.update(opened_at=timezone.now() - Opening.LIFE)
    assert part(row.user, row.content_object, "5-").status_code == 206
    assert part(row.user, row.content_object, "5-", etag).status_code == 200
    assert lines() == 3


def test_an_opening_serves_one_person_and_one_document(row):
    etag = read(row.user, row.content_object)["ETag"]
    part(row.case.referent, row.content_object, "5-", etag)
    other = recipient_row(
        ShareFactory(case=row.case), DocumentFactory(case=row.case), row.membership
    )
    part(row.user, other.content_object, "5-", etag)
    assert lines() == 3


def test_asking_for_the_headers_is_no_reading(row):
    assert client_of(row.user).head(address(row.content_object)).status_code == 200
    assert lines() == 0


# -- The right, each time -----------------------------------------------------------


def test_the_database_opens_no_document_that_it_hides(row):
    stranger = professional(row.case.spip).user
    with actor(stranger), pytest.raises(ProgrammingError, match="row-level security"):
        with transaction.atomic():
            Opening.objects.create(user=stranger, document=row.content_object)
    with actor(row.user), pytest.raises(ProgrammingError, match="row-level security"):
        with transaction.atomic():
            Opening.objects.create(user=stranger, document=row.content_object)


def test_nobody_sees_or_changes_the_openings_of_others(row):
    read(row.user, row.content_object)
    with actor(row.case.referent):
        assert not Opening.objects.exists()
    with actor(row.user):
        assert Opening.objects.count() == 1
        assert Opening.objects.all().delete()[0] == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Opening.objects.update(opened_at=timezone.now())


# -- The second factor --------------------------------------------------------------


def with_code_of(user, minutes: int, method: str = "mfa"):
    browser = client_of(user)
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time() - minutes * 60}
    ]
    session.save()
    return browser


def test_a_code_older_than_an_hour_is_asked_again_and_one_comes_back(row):
    url = f"{address(row.content_object)}?telecharger=1"
    assert with_code_of(row.user, 59).get(url).status_code == 200
    response = with_code_of(row.user, 61).get(url)
    assert response.status_code == 302
    assert response.url.startswith("/compte/2fa/reauthenticate/?next=")
    assert response.url.endswith("fichier%3Ftelecharger%3D1")
    assert lines() == 1


def test_an_old_code_reads_the_page_of_the_document_only(row):
    browser = with_code_of(row.user, 61)
    assert browser.get(f"/documents/{row.content_object.uuid}/").status_code == 200


def test_the_persona_switch_stands_in_for_a_code(row):
    browser = with_code_of(row.user, 61, method="demo")
    assert browser.get(address(row.content_object)).status_code == 200


# -- No line, no byte ---------------------------------------------------------------


@contextmanager
def unwritable_journal():
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        before = cursor.fetchone()[0]
        cursor.execute("set role portal_owner")
        cursor.execute(
            "create function pg_temp.refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'disk full'; end $$;"
            " create trigger refuse before insert on journal_entry"
            " for each row execute function pg_temp.refuse()"
        )
        cursor.execute(f"set role {before}")
    yield


@pytest.mark.parametrize("who", ["recipient", "agent"])
@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-9"}])
def test_when_the_journal_cannot_be_written_nothing_is_sent(row, who, headers):
    user = row.user if who == "recipient" else row.case.referent
    with unwritable_journal():
        response = read(user, row.content_object, **headers)
    assert response.status_code == 503
    assert b"%PDF" not in response.content
    assert not response.streaming
    with as_owner():
        assert not Opening.objects.exists()


@pytest.mark.parametrize("who", ["recipient", "agent"])
def test_a_file_that_was_touched_is_not_sent_and_leaves_no_line(row, who):
    user = row.user if who == "recipient" else row.case.referent
    path = files.path_of(row.content_object.file.uuid)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert read(user, row.content_object).status_code == 503
    path.unlink()
    assert read(user, row.content_object).status_code == 503
    assert lines() == 0


def test_what_cannot_be_marked_is_not_sent_to_a_recipient(row):
    broken = stored_file(b"%PDF-1.4\nrien\n%%EOF\n")
    with as_owner():
        Document.objects.filter(pk=row.content_object_id).update(file=broken)
    assert read(row.user, row.content_object).status_code == 503
    assert read(row.case.referent, row.content_object).status_code == 200


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_what_is_not_found_harmless_is_not_found(row, state):
    document = DocumentFactory(case=row.case, file=stored_file(state=state))
    recipient_row(row.share, document, row.membership)
    for user in (row.user, row.case.referent):
        assert read(user, document).status_code == 404


def test_the_line_is_committed_before_the_first_byte(row):
    """The transaction that wrote it is over when the first byte is asked for."""
    response = read(row.user, row.content_object)
    assert lines() == 1
    assert next(iter(response.streaming_content)).startswith(b"%PDF-")
