"""Who is in charge of what, and what each mission leads to."""

from partners.models import Agreement, Charge, CollectiveAction, Mission, Term, Theme
from spip_portal.accounts.models import Spip
from spip_portal.demo.loading import people, source

HOME = "val-d-ornel"
SHOWN = 3


def load() -> None:
    data = source.read("contacts")
    spip = people.spip_of(HOME)
    if Charge.objects.filter(spip=spip).exists():
        return
    for row in data["contact"]:
        _load_charge(spip, row)
    for slug, code in data["themes"].items():
        mission = Mission.objects.get(slug=slug)
        agreements = Agreement.objects.filter(spip=spip, themes__code=code)
        actions = CollectiveAction.objects.filter(spip=spip, theme__code=code)
        mission.agreements.set(agreements.order_by("pk")[:SHOWN])
        mission.actions.set(actions.order_by("pk")[:SHOWN])
    for slug, mission_slug in data["terms"].items():
        mission = Mission.objects.get(slug=mission_slug)
        Term.objects.filter(slug=slug, mission=None).update(mission=mission)


def _load_charge(spip: Spip, row: dict) -> None:
    agent = people.named(row["agent"]) if "agent" in row else None
    charge = Charge.objects.create(
        spip=spip,
        function=row["function"],
        theme=Theme.objects.filter(code=row.get("theme")).first(),
        antenne=spip.antennes.filter(name=row.get("antenne")).first(),
        territory=row.get("territory", ""),
        posting=agent.active_posting if agent else None,
        phone=row["phone"],
        email=row["email"],
    )
    Mission.objects.filter(slug__in=row["missions"]).update(contact=charge)
