"""Structures, partnerships, members, conventions and actions, as rows: the
services that make them write to people at each step, and an old network is not news."""

from datetime import date, datetime, timedelta
from itertools import count

from django.utils import timezone

from partners.communes import commune_key, departement_of
from partners.enums import Audience
from partners.models import (
    ActionDocument,
    ActionRequest,
    ActionSession,
    Agreement,
    AgreementAmendment,
    AgreementAnnex,
    AgreementParty,
    Charter,
    Clearance,
    CollectiveAction,
    Commune,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationKind,
    Partnership,
    PartnershipChange,
    SessionAttendance,
    Theme,
)
from partners.models.attendance import PARTS
from partners.services.communes import locate
from partners.services.registration import invite_member
from spip_portal.accounts.models import User
from spip_portal.accounts.services import deactivate_account
from spip_portal.demo.loading import people, reception, source
from spip_portal.pdf import render_pdf
from spip_portal.vault import services as vault

HOME = "val-d-ornel"
DAYS_SINCE_VALIDATED = 400
DAYS_SINCE_CLEARED = 360
DAYS_SINCE_PROPOSED = 12


class Network:
    """What the rows of the data files name, found once."""

    def __init__(self) -> None:
        self.kinds = {kind.code: kind for kind in OrganisationKind.objects.all()}
        self.themes = {theme.code: theme for theme in Theme.objects.all()}
        self.spips = {slug: people.spip_of(slug) for slug in (HOME, "hautes-combes")}
        self.coordinator = people.named("coordination")
        self.manager = people.named("direction")
        self.charter = Charter.objects.current().get()
        self.organisations: dict[str, Organisation] = {}


def load() -> None:
    _load_communes()
    network = Network()
    for row in source.read("organisations")["organisation"]:
        _load_organisation(network, row)
    locate(Organisation.objects.all())
    for row in source.read("agreements")["agreement"]:
        _load_agreement(network, row)
    for row in source.read("actions")["action"]:
        _load_action(network, row)
    _deactivate_former_member()
    _invite_colleague(network)
    _ask_to_join(network)


def _load_communes() -> None:
    for row in source.read("communes")["commune"]:
        latitude, longitude = row["place"]
        Commune.objects.get_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "key": commune_key(row["name"]),
                "postcodes": row["postcodes"],
                "departement": departement_of(row["code"]),
                "latitude": latitude,
                "longitude": longitude,
            },
        )


# -- Structures and their people -------------------------------------------------------


def _load_organisation(network: Network, row: dict) -> None:
    fields = ("name", "address", "postcode", "city", "description", "audience")
    fields += ("milieu", "publics", "excluded_publics", "opening_hours")
    organisation, is_new = Organisation.objects.get_or_create(
        siret=source.siret(row["number"]),
        defaults={
            "kind": network.kinds[row["kind"]],
            "phone": f"03 53 01 20 {row['number']:02}",
            "email": f"contact@{row['domain']}.example",
            "reviewed_at": timezone.now()
            - Organisation.FRESH_FOR * row.get("half_years_unseen", 0),
            **{name: row[name] for name in fields if name in row},
        },
    )
    network.organisations[row["id"]] = organisation
    if not is_new:
        return
    organisation.themes.set(network.themes[code] for code in row["themes"])
    reception.load(organisation, row)
    for slug in [row.get("spip", HOME), *row.get("also_with", [])]:
        _load_partnership(network, organisation, slug, row)
    for member in row["members"]:
        _load_member(network, organisation, member, row["domain"])


def _load_partnership(
    network: Network, organisation: Organisation, slug: str, row: dict
) -> None:
    state = row.get("state", Partnership.State.VALIDATED)
    since = source.moment(-row.get("since_days", DAYS_SINCE_VALIDATED))
    is_submitted = state == Partnership.State.SUBMITTED
    category = row.get("category", "")
    partnership = Partnership.objects.create(
        organisation=organisation,
        spip=network.spips[slug],
        state=state,
        decided_by=None if is_submitted else network.coordinator,
        reason=row.get("reason", ""),
        art46_category=category,
    )
    dates = {"state_changed_at": since}  # set by itself at creation
    if category:
        is_confirmed = row.get("category_confirmed", True)
        proposed_at = since if is_confirmed else source.moment(-DAYS_SINCE_PROPOSED)
        dates["art46_proposed_by"] = network.coordinator
        dates["art46_proposed_at"] = proposed_at
        if is_confirmed:
            dates["art46_confirmed_by"] = network.manager
            dates["art46_confirmed_at"] = proposed_at + timedelta(days=3)
    Partnership.objects.filter(pk=partnership.pk).update(**dates)
    _load_history(network, partnership, since)


def _load_history(network: Network, partnership: Partnership, since: datetime) -> None:
    """Asked ten days before the service decided, or asked then."""
    states = Partnership.State
    steps = [(partnership.state, since)]
    if partnership.state == states.SUSPENDED:
        steps.insert(0, (states.VALIDATED, since - timedelta(days=5)))
    if partnership.state != states.SUBMITTED:
        steps.insert(0, (states.SUBMITTED, since - timedelta(days=10)))
    for state, moment in steps:
        is_decided = state != states.SUBMITTED
        PartnershipChange.objects.create(
            partnership=partnership,
            state=state,
            changed_at=moment,
            changed_by=network.coordinator if is_decided else None,
            reason=partnership.reason if state == partnership.state else "",
        )


def _load_member(
    network: Network, organisation: Organisation, row: dict, domain: str
) -> None:
    is_cleared = row.get("cleared", False)
    user = people.account(row, domain, has_factor=is_cleared)
    has_left = row.get("ended", False)
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        role=row.get("role", Membership.Role.MEMBER),
        function=row.get("function", ""),
        started_at=source.moment(-DAYS_SINCE_VALIDATED + 10),
        ended_at=source.moment(-60) if has_left else None,
    )
    if is_cleared:
        Clearance.objects.create(
            membership=membership,
            designated_by=_designates(network, membership),
            designated_at=source.moment(-DAYS_SINCE_CLEARED),
            charter=network.charter,
            charter_accepted_at=source.moment(-DAYS_SINCE_CLEARED + 1),
        )


def _designates(network: Network, membership: Membership) -> User:
    """The référent; nobody designates themself, so the coordination does for them."""
    referent = membership.organisation.memberships.live().filter(
        role=Membership.Role.REFERENT
    )
    other = referent.exclude(pk=membership.pk).first()
    return other.user if other else network.coordinator


def _deactivate_former_member() -> None:
    former = people.named("ancien")
    if former.is_active:
        deactivate_account(user=former)


def _invite_colleague(network: Network) -> None:
    """By the service: this invitation's mail waits in the demo's mailbox."""
    email = "emma.dupuis@relais.example"
    if not Invitation.objects.filter(email=email).exists():
        invite_member(
            organisation=network.organisations["relais"],
            by=people.named("referent"),
            email=email,
            first_name="Emma",
            last_name="Dupuis",
            function="maîtresse de maison",
        )


def _ask_to_join(network: Network) -> None:
    """Somebody found the structure already registered; its référent answers."""
    JoinRequest.objects.get_or_create(
        organisation=network.organisations["relais"],
        email="paul.tessier@relais.example",
        defaults={
            "first_name": "Paul",
            "last_name": "Tessier",
            "function": "moniteur d’atelier",
            "asked_at": source.moment(-2),
            "confirmed_at": source.moment(-2),
            "expires_at": timezone.now() + JoinRequest.KEPT_FOR,
        },
    )


# -- Conventions, actions --------------------------------------------------------------


AGREEMENT_WORDS = (
    "territory",
    "expected_results",
    "indicators",
    "renewal",
    "notice_days",
    "authority",
    "places",
)


def _load_agreement(network: Network, row: dict) -> None:
    starts_on = source.month_start(row["starts"])
    agreement, is_new = Agreement.objects.get_or_create(
        spip=network.spips[row.get("spip", HOME)],
        number=row["number"],
        defaults={
            "kind": row["kind"],
            "title": row["title"],
            "objectives": row["objectives"],
            "audience": row["audience"],
            "starts_on": starts_on,
            "ends_on": source.month_end(row["ends"]),
            "signed_on": _signed_on(starts_on) if row.get("signed", True) else None,
            "denounced_on": _month_of(row, "denounced"),
            "evaluation_on": _month_of(row, "evaluation"),
            "evaluated_on": _month_of(row, "evaluated"),
            **{name: row[name] for name in AGREEMENT_WORDS if name in row},
        },
    )
    if not is_new:
        return
    agreement.themes.set(network.themes[code] for code in row["themes"])
    lead = row.get("lead", row["parties"][0])
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=agreement,
            organisation=network.organisations[name],
            is_lead=name == lead,
        )
        for name in row["parties"]
    )
    if agreement.is_approval:
        lead_members = network.organisations[lead].memberships.live().referents()
        agreement.persons_in_charge.set(lead_members)
    for title, audience in row.get("annexes", []):
        _load_annex(network, agreement, title, audience)
    AgreementAmendment.objects.bulk_create(
        AgreementAmendment(
            agreement=agreement,
            signed_on=source.month_start(months),
            changes=changes,
            added_by=network.coordinator,
        )
        for months, changes in row.get("amendments", [])
    )
    if number := row.get("renewed_by"):
        Agreement.objects.filter(number=number).update(renews=agreement)


def _load_annex(
    network: Network, agreement: Agreement, title: str, audience: str
) -> None:
    context = {
        "agreement": agreement,
        "organisations": agreement.organisations.all(),
    }
    AgreementAnnex.objects.create(
        agreement=agreement,
        title=title,
        audience=audience,
        file=vault.store(content=render_pdf("pdf/demo_agreement.html", context)),
        added_by=network.coordinator,
    )


def _month_of(row: dict, name: str) -> date | None:
    return source.month_start(row[name]) if name in row else None


def _signed_on(starts_on: date) -> date:
    """Three weeks before it begins, or last week for one still to come; on a working
    day."""
    wanted = min(starts_on - timedelta(days=21), source.day(-7))
    return source.moment((wanted - source.day(0)).days).date()


def _load_action(network: Network, row: dict) -> None:
    copied = ("objective", "target_public", "milieu", "place", "capacity")
    action, is_new = CollectiveAction.objects.get_or_create(
        spip=network.spips[row.get("spip", HOME)],
        title=row["title"],
        defaults={
            "theme": network.themes[row["theme"]],
            "audience": row.get("audience", Audience.NETWORK),
            "state": row.get("state", CollectiveAction.State.PUBLISHED),
            **{name: row[name] for name in copied},
        },
    )
    if not is_new:
        return
    action.contributors.set(network.organisations[n] for n in row["contributors"])
    ActionSession.objects.bulk_create(
        ActionSession(
            action=action,
            starts_at=start,
            ends_at=start + timedelta(hours=length),
            cancelled_at=(
                source.moment(-1) if rank in row.get("cancelled", []) else None
            ),
        )
        for rank, (start, length) in enumerate(_planned(row["sessions"]), 1)
    )
    _load_attendance(action, row.get("attendance", []))
    for title in row.get("documents", []):
        _load_document(network, action, title)
    for name, reference, places, state in row.get("requests", []):
        organisation = network.organisations[name]
        ActionRequest.objects.create(
            action=action,
            organisation=organisation,
            requested_by=organisation.memberships.live().referents()[0].user,
            reference=reference,
            places=places,
            state=state,
        )


def _load_document(network: Network, action: CollectiveAction, title: str) -> None:
    context = {"action": action, "title": title, "sessions": action.sessions.held()}
    ActionDocument.objects.create(
        action=action,
        title=title,
        file=vault.store(content=render_pdf("pdf/demo_action.html", context)),
        added_by=network.coordinator,
    )


def _load_attendance(action: CollectiveAction, rows: list) -> None:
    """Figures of the first sessions, in their order."""
    for session, figures in zip(action.sessions.all(), rows, strict=False):
        SessionAttendance.objects.create(
            session=session,
            registered=sum(figures),
            **dict(zip(PARTS, figures, strict=True)),
        )


def _planned(rows: list) -> list[tuple[datetime, float]]:
    """(start, hours) of each session; two never fall on one day."""
    starts: dict[datetime, float] = {}
    for days, hour, length in rows:
        free = (source.moment(days + wait, hour) for wait in count())
        starts[next(start for start in free if start not in starts)] = length
    return list(starts.items())
