"""SECURITY 20: sixty openings in ten minutes by one account; the next one is refused
and the direction is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Opening
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from spip_portal.security.actor import actor
from tests.accounts.factories import agent, client_of
from tests.cases.factories import shared
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return shared()


def opened(row, count: int, ago: timedelta = timedelta(minutes=5)) -> None:
    """So many openings of before, by the recipient."""
    with as_owner():
        Opening.objects.bulk_create(
            Opening(
                user=row.user,
                document=row.content_object,
                opened_at=timezone.now() - ago,
            )
            for _ in range(count)
        )


def read(row, **headers):
    return client_of(row.user).get(
        f"/documents/{row.content_object.uuid}/fichier", headers=headers
    )


def test_the_sixtieth_opening_passes_and_the_next_is_refused(row):
    opened(row, Opening.MANY - 1)
    assert read(row).status_code == 200
    response = read(row)
    assert response.status_code == 429
    assert b"%PDF" not in response.content
    assert Entry.objects.filter(verb=Verb.READ).count() == 1


def test_the_direction_of_the_service_is_told_once_and_no_document_is_named(row):
    manager = agent(Role.MANAGER, row.case.spip)
    agent(Role.MANAGER)
    opened(row, Opening.MANY)
    read(row)
    read(row)
    mail = Message.objects.get()
    assert mail.recipient == manager.email
    for secret in (row.case.reference, str(row.content_object.uuid), "ugement"):
        assert secret not in mail.campaign.text


def test_each_refusal_leaves_its_line(row):
    opened(row, Opening.MANY)
    read(row)
    line = Entry.objects.get(verb=Verb.REFUSED)
    assert (line.actor_id, line.object_uuid) == (
        row.user_id,
        row.content_object.uuid,
    )


def test_ten_minutes_later_one_reads_again(row):
    opened(row, Opening.MANY, ago=timedelta(minutes=10, seconds=1))
    assert read(row).status_code == 200


def test_the_openings_of_others_do_not_count(row):
    opened(row, Opening.MANY)
    other = shared()
    assert read(other).status_code == 200


def test_the_parts_of_an_open_document_do_not_count(row):
    opened(row, Opening.MANY - 1)
    assert read(row).status_code == 200
    for _ in range(3):
        assert read(row, range="bytes=0-9").status_code == 206


def test_openings_of_days_before_are_forgotten(row):
    opened(row, 3, ago=timedelta(days=2))
    assert read(row).status_code == 200
    with actor(row.user):
        assert Opening.objects.count() == 1
