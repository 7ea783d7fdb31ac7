"""The first page says which messages of liaison one has not read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import LiaisonMessage, Share
from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    AssignmentFactory,
    ShareFactory,
    message_of,
    professional,
    recipient_row,
    shared,
)
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
TITLE = "Messages de liaison non lus"


def threads(user) -> list[tuple]:
    """(share, how many messages) of the block, [] when it is not there."""
    blocks = client_of(user).get("/").context["blocks"]
    found = [block.context["threads"] for block in blocks if block.title == TITLE]
    return [(t["share__uuid"], t["count"]) for lines in found for t in lines]


def page_of(row) -> str:
    return f"/partages/{row.share.uuid}/messages/"


def test_who_has_a_part_in_the_share_is_led_to_the_thread_until_they_open_it():
    row = shared()
    named = professional(row.case.spip)
    recipient_row(row.share, row.content_object, named)
    second = agent(Role.CPIP, row.case.spip)
    AssignmentFactory(case=row.case, user=second)
    for text in ("Elle arrive lundi.", "Non, mardi."):
        message_of(row.membership, row.share, text)
    for user in (row.case.referent, second, named.user):
        assert threads(user) == [(row.share.uuid, 2)]
        assert f'href="{page_of(row)}"' in client_of(user).get("/").text
        assert "2 messages, le dernier" in client_of(user).get("/").text
        client_of(user).get(page_of(row))
        assert threads(user) == []
    assert threads(row.user) == []  # their author
    message_of(row.membership, row.share, "Mardi à 9 h.")
    assert threads(second) == [(row.share.uuid, 1)]


def test_opening_another_thread_of_the_case_reads_nothing_of_this_one():
    row = shared()
    other = ShareFactory(case=row.case)
    message_of(row.membership, row.share, "Elle arrive lundi.")
    message_of(row.membership, other, "Elle est arrivée.")
    client_of(row.case.referent).get(f"/partages/{other.uuid}/messages/")
    client_of(row.case.referent).get(f"/partages/{row.share.uuid}/bordereau.pdf")
    assert threads(row.case.referent) == [(row.share.uuid, 1)]


def test_nobody_else_hears_of_it_nor_whose_share_is_over():
    row = shared()
    message_of(row.membership, row.share, "Elle arrive lundi.")
    colleague = professional(row.case.spip)
    recipient_row(row.share, row.content_object, colleague)
    with as_owner():
        Share.objects.update(revoked_at=timezone.now(), revoked_by=row.case.referent)
    strangers = (
        colleague.user,
        agent(Role.CPIP, row.case.spip),
        agent(Role.MANAGER, row.case.spip),
        professional(row.case.spip).user,
    )
    assert [threads(user) for user in strangers] == [[]] * 4
    assert threads(row.case.referent) == [(row.share.uuid, 1)]


@pytest.mark.parametrize(("days", "count"), [(89, 1), (91, 0)])
def test_what_is_old_is_recalled_no_more(days, count):
    row = shared()
    message_of(row.membership, row.share, "Elle arrive lundi.")
    with as_owner():
        LiaisonMessage.objects.update(written_at=timezone.now() - timedelta(days=days))
    assert len(threads(row.case.referent)) == count


@pytest.mark.parametrize("number", [1, 3])
def test_the_first_page_costs_the_same_whatever_waits(
    number, django_assert_num_queries
):
    row = shared()
    for _ in range(number):
        message_of(row.membership, ShareFactory(case=row.case), "Elle arrive lundi.")
    browser = client_of(row.case.referent)
    browser.get("/")
    with django_assert_num_queries(13):
        browser.get("/")
