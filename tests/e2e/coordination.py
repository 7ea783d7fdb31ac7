"""What the coordination and the direction do in more than one story."""

import re

from tests.e2e.person import Person, in_days


def decide(somebody: Person, link: str, button: str, outcome: str) -> None:
    """From a page, through the one that says what will happen."""
    somebody.follow(link)
    somebody.press(button)
    somebody.sees(outcome)


def open_partnership(agent: Person, structure: str, state: str = "validated") -> str:
    agent.open(f"/partenaires/demandes/?state={state}&q={structure}")
    agent.follow(structure)
    return agent.path


def propose_category(agent: Person, structure: str, name: str = "association") -> None:
    open_partnership(agent, structure)
    agent.follow("Proposer une catégorie")
    agent.tick(re.compile(name))
    agent.press("Proposer cette catégorie")


def confirm_category(direction: Person, structure: str) -> None:
    direction.open("/partenaires/categories/")
    direction.follow(structure)
    direction.follow("Confirmer la catégorie")
    direction.press("Confirmer la catégorie")
    direction.sees("La catégorie est confirmée")


def sign_agreement(coordinator: Person, structure: str, **said: str) -> str:
    coordinator.open("/conventions/ajouter/")
    fields = {"kind": "convention locale", "audience": "réseau", "renewal": "express"}
    coordinator.fill(**fields | said, lead=structure)
    coordinator.fill(
        signed_on=in_days(-20), starts_on=in_days(-10), ends_on=in_days(400)
    )
    coordinator.press("Enregistrer")
    coordinator.sees("en vigueur")
    coordinator.sees(structure)
    return coordinator.path


def add_annex(coordinator: Person, page: str, title: str, who: str, pdf: bytes) -> None:
    coordinator.open(f"{page}annexes/ajouter/")
    coordinator.attach(pdf)
    coordinator.fill(title=title, audience=who)
    coordinator.press("Ajouter une annexe")
    coordinator.reload_until(
        coordinator.main.get_by_role("link", name=title, exact=True)
    )


def end_in(coordinator: Person, page: str, days: int) -> None:
    coordinator.open(f"{page}modifier/")
    coordinator.fill(ends_on=in_days(days))
    coordinator.press("Enregistrer")
    assert coordinator.path == page
