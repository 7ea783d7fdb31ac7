"""Versions of a mission: who wrote, when, taken back; nobody overwrites unseen."""

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Mission
from partners.services import missions as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import MissionFactory


@pytest.fixture
def mission(spip) -> Mission:
    return MissionFactory(spip=spip, slug="une", title="Une", body="<p>Premier.</p>")


def write(mission: Mission, by, body: str, seen: int) -> Mission:
    return services.save_mission(
        mission=mission,
        by=by,
        seen=seen,
        title=mission.title,
        summary="…",
        body=body,
        published_at=mission.published_at,
    )


def form(**changes) -> dict:
    return {
        "title": "Une",
        "summary": "…",
        "body": "<p>Le mien.</p>",
        "is_published": "on",
        "seen": "1",
        **changes,
    }


def test_each_save_keeps_a_version_with_its_author(mission, coordinator, manager):
    write(mission, coordinator, "<p>Deuxième.</p>", 1)
    write(mission, manager, "<p>Troisième.</p>", 2)
    page = client_of(coordinator).get("/missions/une/versions/").context["page"]
    assert [(each.number, each.written_by) for each in page] == [
        (3, manager),
        (2, coordinator),
        (1, None),
    ]
    old = client_of(manager).get("/missions/une/versions/2/")
    assert "<p>Deuxième.</p>" in old.content.decode()


def test_an_old_version_comes_back_as_a_new_one(mission, coordinator):
    write(mission, coordinator, "<p>Deuxième.</p>", 1)
    browser = client_of(coordinator)
    restore = "/missions/une/versions/1/reprendre/"
    assert "Reprendre cette version" in browser.get(restore).content.decode()
    assert Mission.objects.get().version == 2  # asking changed nothing
    assert browser.post(restore).url == "/missions/une/"
    mission = Mission.objects.get()
    assert (mission.version, mission.body) == (3, "<p>Premier.</p>")
    newest = mission.versions.first()
    assert (newest.number, newest.restores, newest.written_by) == (3, 1, coordinator)
    assert mission.versions.count() == 3
    # The present one has nothing to come back from.
    assert browser.get("/missions/une/versions/3/reprendre/").status_code == 404
    assert browser.get("/missions/une/versions/9/").status_code == 404


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(
    mission, coordinator, manager
):
    """SECURITY 36: both texts are on the page; the second decides."""
    write(mission, manager, "<p>Le sien.</p>", 1)
    browser = client_of(coordinator)
    response = browser.post("/missions/une/modifier/", form())
    page = response.content.decode()
    assert "a enregistré cette page" in response.context["form"].non_field_errors()[0]
    assert "<p>Le sien.</p>" in page
    assert "&lt;p&gt;Le mien.&lt;/p&gt;" in page
    assert Mission.objects.get().body == "<p>Le sien.</p>"
    again = form(seen=response.context["form"]["seen"].value())
    assert browser.post("/missions/une/modifier/", again).url == "/missions/une/"
    assert Mission.objects.get().body == "<p>Le mien.</p>"
    assert [each.body for each in mission.versions.all()] == [
        "<p>Le mien.</p>",
        "<p>Le sien.</p>",
        "<p>Premier.</p>",
    ]


@pytest.mark.parametrize("seen", ["", "x", "0", "7"])
def test_a_save_says_which_version_it_comes_after(mission, coordinator, seen):
    response = client_of(coordinator).post("/missions/une/modifier/", form(seen=seen))
    assert response.context["form"].errors
    assert Mission.objects.get().version == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    count, mission, coordinator, django_assert_num_queries
):
    for number in range(1, count):
        write(mission, coordinator, f"<p>{number}</p>", number)
    browser = client_of(coordinator)
    browser.get("/missions/une/versions/")
    with django_assert_num_queries(9):
        response = browser.get("/missions/une/versions/")
    assert len(response.context["page"]) == count


def test_versions_are_for_who_may_write(mission, cpip, referent, other_coordinator):
    for address in ("versions/", "versions/1/"):
        closed = (cpip, referent, other_coordinator)
        assert_closed(f"/missions/une/{address}", *closed, methods=("get",))
    assert_closed(
        "/missions/une/versions/1/reprendre/", cpip, referent, other_coordinator
    )
    with pytest.raises(PermissionDenied):
        services.restore_version(mission=mission, by=other_coordinator, number=1)
