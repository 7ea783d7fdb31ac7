"""SECURITY 9: once a share is revoked the next request is a 404, in a session that was
open, also for the rest of a file whose reading had begun."""

import pytest

from cases.models import Share
from spip_portal.journal.models import Entry, Verb
from tests.accounts.factories import client_of
from tests.cases.factories import CaseFactory, DocumentFactory, shared
from tests.cases.test_locks import OPEN, SHUT, locks
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return shared()


def revoke(row) -> None:
    """As its CPIP does."""
    address = f"/partages/{row.share.uuid}/terminer/"
    done = client_of(row.case.referent).post(address, {"reason": "Changement"})
    assert done.status_code == 302
    with as_owner():
        assert Share.objects.get(pk=row.share_id).revoked_at is not None


def test_the_next_request_of_an_open_session_is_not_found(row):
    reader, page = client_of(row.user), f"/documents/{row.content_object.uuid}/"
    ways = (page, f"{page}etat/", f"{page}fichier", f"{page}fichier?telecharger=1")
    assert [reader.get(way).status_code for way in ways] == [200] * 4
    read = Entry.objects.filter(verb=Verb.READ).count()
    revoke(row)
    assert [reader.get(way).status_code for way in ways] == [404] * 4
    assert reader.head(f"{page}fichier").status_code == 404
    assert reader.post(f"{page}accuser-lecture/").status_code == 404
    assert row.case.reference not in reader.get("/partages/").text
    assert Entry.objects.filter(verb=Verb.READ).count() == read


def test_the_rest_of_a_file_that_was_being_read_is_not_found(row):
    reader = client_of(row.user)
    file = f"/documents/{row.content_object.uuid}/fichier"
    etag = reader.get(file)["ETag"]
    resumed = {"range": "bytes=5-", "if-range": etag}
    assert reader.get(file, headers=resumed).status_code == 206
    revoke(row)
    for headers in (resumed, {"range": "bytes=5-"}, {"if-none-match": etag}):
        response = reader.get(file, headers=headers)
        assert response.status_code == 404
        assert b"%PDF" not in response.content
    assert Entry.objects.filter(verb=Verb.READ).count() == 1


def test_each_lock_shuts_at_once_and_the_cpip_still_reads(row):
    assert locks(row.user, row.content_object) == OPEN
    revoke(row)
    assert locks(row.user, row.content_object) == SHUT
    assert locks(row.case.referent, row.content_object) == OPEN


def test_a_case_handed_over_in_the_middle_the_rest_is_not_found():
    document = DocumentFactory()
    former, other = document.case.referent, CaseFactory(spip=document.case.spip)
    browser, file = client_of(former), f"/documents/{document.uuid}/fichier"
    etag = browser.get(file)["ETag"]
    with as_owner():
        document.case.referent = other.referent
        document.case.save()
    resumed = {"range": "bytes=5-", "if-range": etag}
    assert browser.get(file, headers=resumed).status_code == 404
