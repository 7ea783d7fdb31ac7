"""How a visitor goes through the steps of a registration."""

from partners.models import (
    OrganisationKind,
    Theme,
)

URL = "/partenaires/inscription/"
SENT = "/partenaires/inscription/verifier/"
SIRET = "73282932000074"


def filled(**changes) -> dict:
    return {
        "name": "Les Ateliers du Canal",
        "kind": OrganisationKind.objects.get(code="chrs").pk,
        "siret": "732 829 320 00074",
        "address": "3 quai des Mariniers",
        "postcode": "55100",
        "city": "Verdun",
        "phone": "03 29 00 00 01",
        "themes": [Theme.objects.get(code="hebergement").pk],
        "milieu": "both",
        "publics": "Adultes",
        "excluded_publics": "Animaux",
        "description": "Nous accueillons et nous formons.",
        "first_name": "Lou",
        "last_name": "Martin",
        "function": "Cheffe de service",
        "email": "Lou.Martin@ateliers.example",
    } | changes


STEPS = ("structure", "activite", "contact")


def start(visitor) -> str:
    """The address of the draft, without its step."""
    response = visitor.post(URL)
    assert response.status_code == 302
    return response.url.removesuffix("structure/")


def fill(visitor, **changes) -> str:
    """Every step, up to the summary; each is given all the fields and keeps its own."""
    address = start(visitor)
    for step in STEPS:
        visitor.post(f"{address}{step}/", filled(**changes))
    return address


def read_and_send(visitor, address, **extra):
    summary = f"{address}recapitulatif/"
    return visitor.post(summary, {"seen": seen(visitor.get(summary))}, **extra)


def seen(summary) -> str:
    """What the page of the summary holds of it; nothing once the draft is over."""
    draft = (summary.context or {}).get("draft")
    return draft.digest if draft else ""


def send(visitor, **changes):
    return read_and_send(visitor, fill(visitor, **changes))
