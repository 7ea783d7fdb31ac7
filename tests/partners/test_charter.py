"""A designated professional reads and accepts the charter (/ma-structure/charte/)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from partners.models import Charter, Clearance
from partners.services import members as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import CharterFactory, ClearanceFactory

URL = "/ma-structure/charte/"


@pytest.fixture
def designated(member):
    """Designated, charter not accepted yet."""
    ClearanceFactory(membership=member, charter=None, charter_accepted_at=None)
    return member


@pytest.fixture
def charter(db) -> Charter:
    return Charter.objects.current().get()


def clearance_of(membership) -> Clearance:
    return Clearance.objects.get(membership=membership)


def test_the_version_and_the_date_are_kept(designated, charter):
    client = client_of(designated.user)
    page = client.get(URL).content.decode()
    assert "226-13" in page
    assert "15\N{NO-BREAK SPACE}000 euros" in page
    response = client.post(URL, {"charter": charter.pk, "is_accepted": "on"})
    assert response.url == "/ma-structure/"
    clearance = clearance_of(designated)
    assert clearance.charter == charter
    assert timezone.now() - clearance.charter_accepted_at < timedelta(minutes=1)
    assert "Vous avez accepté cette version" in client.get(URL).content.decode()


def test_the_box_must_be_ticked(designated, charter):
    response = client_of(designated.user).post(URL, {"charter": charter.pk})
    assert list(response.context["form"].errors) == ["is_accepted"]
    assert clearance_of(designated).charter is None


def test_a_second_click_keeps_the_first_date(designated, charter):
    services.accept_charter(membership=designated, charter=charter, by=designated.user)
    first = clearance_of(designated).charter_accepted_at
    client_of(designated.user).post(URL, {"charter": charter.pk, "is_accepted": "on"})
    assert clearance_of(designated).charter_accepted_at == first


def test_an_older_version_than_the_current_is_not_accepted(designated, charter):
    """Published while it was read: the new one must be read."""
    newer = CharterFactory()
    response = client_of(designated.user).post(
        URL, {"charter": charter.pk, "is_accepted": "on"}, follow=True
    )
    assert "La charte a changé" in response.content.decode()
    assert newer.text in response.content.decode()
    assert clearance_of(designated).charter is None
    with pytest.raises(ValidationError):
        services.accept_charter(
            membership=designated, charter=charter, by=designated.user
        )


def test_a_version_to_come_is_neither_shown_nor_accepted(designated, charter):
    later = CharterFactory(published_at=timezone.now() + timedelta(days=1))
    client = client_of(designated.user)
    assert later.text not in client.get(URL).content.decode()
    client.post(URL, {"charter": later.pk, "is_accepted": "on"})
    assert clearance_of(designated).charter is None


def test_who_is_not_designated_reads_and_accepts_nothing(member, charter):
    client = client_of(member.user)
    assert "is_accepted" not in client.get(URL).content.decode()
    response = client.post(URL, {"charter": charter.pk, "is_accepted": "on"})
    assert response.status_code == 404
    assert not Clearance.objects.exists()


def test_who_is_no_longer_designated_accepts_nothing(designated, charter):
    Clearance.objects.update(designated_at=None)
    with pytest.raises(PermissionDenied):
        services.accept_charter(
            membership=designated, charter=charter, by=designated.user
        )


def test_nobody_accepts_for_another(designated, referent, charter):
    with pytest.raises(PermissionDenied):
        services.accept_charter(membership=designated, charter=charter, by=referent)


def test_who_belongs_to_no_structure_has_no_charter(cpip):
    assert_closed(URL, cpip)


def test_the_first_version_has_twelve_articles_with_headings(charter):
    headings = [heading for heading, _ in charter.articles]
    assert len(headings) == 12
    assert all(heading.startswith("Article") for heading in headings)


def test_a_text_without_headings_is_shown_whole():
    assert Charter(text="Un.\n\nDeux.").articles == [("", "Un."), ("", "Deux.")]
