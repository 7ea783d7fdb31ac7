"""Who sees and who writes which issue: one rule, in the queryset."""

import pytest
from django.contrib.auth.models import AnonymousUser

from newsletters.models import Issue, Newsletter
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from tests.accounts.factories import agent
from tests.newsletters.factories import IssueFactory, NewsletterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def issues(letter):
    """A draft and a sent issue of the letter, and the same of another service."""
    other = NewsletterFactory()
    return {
        "draft": IssueFactory(newsletter=letter),
        "sent": IssueFactory(newsletter=letter, sent=True),
        "other draft": IssueFactory(newsletter=other),
        "other sent": IssueFactory(newsletter=other, sent=True),
    }


def named(queryset, issues) -> set[str]:
    found = set(queryset)
    return {name for name, issue in issues.items() if issue in found}


SENT = {"sent", "other sent"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER])
def test_the_service_writes_its_own_letter(letter, issues, role):
    """Coordination and direction of the service see its drafts and may change them."""
    user = agent(role, letter.spip)
    assert named(Issue.objects.visible_to(user), issues) == SENT | {"draft"}
    assert named(Issue.objects.editable_by(user), issues) == {"draft"}
    assert named(Issue.objects.managed_by(user), issues) == {"draft", "sent"}
    assert list(Newsletter.objects.managed_by(user)) == [letter]


def test_visitors_see_sent_issues_only(issues):
    """The archive is public, drafts are not."""
    visitor = AnonymousUser()
    assert named(Issue.objects.visible_to(visitor), issues) == SENT
    assert not Issue.objects.editable_by(visitor)
    assert not Newsletter.objects.managed_by(visitor)


def test_nobody_else_sees_a_draft(letter, issues, outsiders):
    """No other role, not even the technical administrator, sees a draft of it."""
    for name, user in outsiders.items():
        assert named(Issue.objects.visible_to(user), issues) == SENT, name
        assert not Issue.objects.managed_by(user), name


def test_a_closed_account_sees_the_public_archive_only(author, issues):
    """Whoever was deactivated is a visitor."""
    User.objects.filter(pk=author.pk).update(is_active=False)
    closed = User.objects.get(pk=author.pk)
    assert named(Issue.objects.visible_to(closed), issues) == SENT
    assert not Issue.objects.managed_by(closed)
