from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from spip_portal.accounts.enums import PARTNER, Role
from spip_portal.registry import RoleChoice
from spip_portal.ui import navigation

NAMED = RoleChoice("Le Pont", "/", "membership", "1", receives_documents=True)


def person(role: str, **more) -> SimpleNamespace:
    """What a request has loaded of somebody: enough for a menu, without a query."""
    flags = {"is_authenticated": True, "is_superuser": False, "is_staff": False}
    return SimpleNamespace(**{**flags, "role": role, **more})


def labels(user) -> list[str]:
    return [str(e.label) for e in navigation.MAIN if e.is_open_to(user)]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (AnonymousUser(), ["Missions", "Conventions", "Actions", "Annuaire"]),
        (
            person(PARTNER, roles=[]),
            ["Missions", "Conventions", "Actions", "Annuaire", "Réunions"],
        ),
        (
            person(PARTNER, roles=[NAMED]),
            [
                "Missions",
                "Conventions",
                "Actions",
                "Annuaire",
                "Documents partagés",
                "Réunions",
            ],
        ),
        (
            person(Role.CPIP),
            ["Missions", "Conventions", "Actions", "Annuaire", "Dossiers", "Réunions"],
        ),
        (
            person(Role.MANAGER),
            ["Missions", "Conventions", "Actions", "Annuaire", "Dossiers", "Réunions"],
        ),
        (
            person(Role.COORDINATOR),
            ["Missions", "Conventions", "Actions", "Annuaire", "Réunions"],
        ),
        (
            person(Role.AUDITOR),
            ["Missions", "Conventions", "Actions", "Annuaire", "Réunions"],
        ),
        (
            person(PARTNER, is_superuser=True, is_staff=True),
            ["Missions", "Conventions", "Actions", "Annuaire", "Réunions"],
        ),
    ],
    ids=[
        "visitor",
        "partner",
        "recipient",
        "cpip",
        "manager",
        "coordinator",
        "auditor",
        "admin",
    ],
)
def test_each_sees_what_they_may_use(user, expected):
    """At most six entries, in one order for all."""
    assert labels(user) == expected


@pytest.mark.parametrize(
    "entry",
    [
        *navigation.MAIN,
        *navigation.PERSON,
        *navigation.FOOTER,
        *navigation.DEMO,
        *navigation.LEGAL,
    ],
    ids=lambda entry: entry.route,
)
def test_every_entry_leads_somewhere(entry):
    """An entry without its app is left out in silence: not in the whole portal."""
    assert reverse(entry.route)


def test_the_section_one_is_in_is_marked():
    """A page under /accessibilite/ marks that entry and no other."""
    links = navigation.links(
        navigation.LEGAL, AnonymousUser(), reverse("pages:accessibility") + "schema/"
    )
    assert [link.is_current for link in links] == [True, False, False]


@pytest.mark.parametrize(
    ("user", "section"),
    [
        (person(Role.CPIP), "Dossiers"),
        (person(Role.MANAGER), "Dossiers"),
        (person(PARTNER, roles=[NAMED]), "Documents partagés"),
    ],
    ids=["cpip", "manager", "recipient"],
)
def test_a_share_lies_among_the_cases_of_an_agent(user, section):
    """And among the documents received of whoever is not one."""
    page = reverse("cases:incidents")
    links = navigation.links(navigation.MAIN, user, page)
    assert [str(link.label) for link in links if link.is_current] == [section]
