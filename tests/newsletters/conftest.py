import pytest

from newsletters.models import Newsletter
from spip_portal import registry
from spip_portal.accounts.enums import Role
from tests.accounts.factories import SpipFactory, UserFactory, agent
from tests.newsletters.factories import NewsletterFactory, coordinator, offer


@pytest.fixture
def letter() -> Newsletter:
    return NewsletterFactory()


@pytest.fixture
def author(letter):
    """The coordinator who writes the letter."""
    return coordinator(letter)


@pytest.fixture
def outsiders(letter):
    """Everybody signed in who has no say in it, by what they are."""
    return {
        "partner": UserFactory(),
        "cpip": agent(Role.CPIP, letter.spip),
        "auditor": agent(Role.AUDITOR, letter.spip),
        "coordinator of another service": agent(Role.COORDINATOR, SpipFactory()),
        "manager of another service": agent(Role.MANAGER, SpipFactory()),
        "administrator": UserFactory(is_staff=True, is_superuser=True, totp=True),
    }


@pytest.fixture
def offers(monkeypatch):
    """What the apps propose; a test may add to it."""
    proposed = [
        offer(1),
        offer(2),
        offer(3, key="action:3", section="actions", title="Atelier emploi"),
        offer(4, key="action:4", section="actions", title="Sport et santé"),
    ]
    monkeypatch.setitem(
        registry._providers, "newsletter_items", [lambda _user: proposed]
    )
    return proposed


@pytest.fixture
def guards(monkeypatch):
    """The guards that read a text before it leaves; a test may add to them."""
    registered = []
    monkeypatch.setitem(registry._providers, "text_guards", registered)
    return registered
