"""Forums of the département: some to come, some covered, one missed."""

from partners.models import Forum, Organisation
from spip_portal.demo.loading import people, source

HOME = "val-d-ornel"
COPIED = ("place", "stand", "material", "audience")


def load() -> None:
    numbers = {
        row["id"]: row["number"] for row in source.read("organisations")["organisation"]
    }
    for row in source.read("forums")["forum"]:
        first, last = (source.moment(days).date() for days in row["days"])
        forum, is_new = Forum.objects.get_or_create(
            spip=people.spip_of(HOME),
            title=row["title"],
            defaults={
                "starts_on": first,
                "ends_on": max(first, last),
                "is_covered": row["covered"],
                **{name: row[name] for name in COPIED},
            },
        )
        if is_new:
            forum.agents.set(people.named(name) for name in row["agents"])
            sirets = [source.siret(numbers[name]) for name in row["organisations"]]
            forum.organisations.set(Organisation.objects.filter(siret__in=sirets))
