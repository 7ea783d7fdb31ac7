"""SECURITY 7: `is_superuser` reads no document, however it is asked."""

import pytest
from django.contrib.auth import get_user_model
from guardian.shortcuts import get_objects_for_user

from cases.models import Case, Document
from spip_portal.security.actor import actor
from tests.accounts.factories import UserFactory, client_of
from tests.cases.factories import shared
from tests.cases.test_locks import OPEN, SHUT, locks

pytestmark = pytest.mark.django_db
READ = f"cases.{Document.READ}"


@pytest.fixture
def row():
    return shared()


@pytest.fixture
def administrator():
    return UserFactory(is_superuser=True, is_staff=True, totp=True)


def test_each_lock_is_shut(row, administrator):
    assert locks(administrator, row.content_object) == SHUT


def test_no_page_and_no_byte(row, administrator):
    browser, page = client_of(administrator), f"/documents/{row.content_object.uuid}/"
    for address in (page, f"{page}fichier", f"{page}apercu", f"{page}etat/"):
        assert browser.get(address).status_code == 404
    for address in (f"/dossiers/{row.case.uuid}/", f"/partages/{row.share.uuid}/"):
        assert browser.get(address).status_code == 404


def test_guardian_grants_nothing_and_lists_nothing(row, administrator):
    assert administrator.get_all_permissions(row.content_object) == set()
    assert not administrator.has_perms([READ], row.content_object)
    with actor(administrator):
        assert not Document.objects.exists()
        assert not Case.objects.exists()
        assert not get_objects_for_user(administrator, READ, Document).exists()


def test_the_flag_adds_nothing_to_what_a_person_has(row):
    """Nor does it take away: named on a share, they read like anyone."""
    get_user_model().objects.filter(pk=row.user_id).update(is_superuser=True)
    assert locks(row.user, row.content_object) == OPEN
    assert locks(row.user, shared().content_object) == SHUT
