"""What the network offers to pages it does not know (spip_portal.registry)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.badges import partnership_badges
from partners.calendar import calendar_events
from partners.clearance import reason_not_cleared
from partners.enums import Audience
from partners.models import (
    Agreement,
    CollectiveAction,
    Duty,
    Forum,
    JoinRequest,
    Membership,
    Mission,
    Organisation,
    Partnership,
    Term,
)
from spip_portal import registry
from spip_portal.registry import (
    HomeBlock,
    NewsletterItem,
    RoleChoice,
    Searchable,
    SearchHit,
)
from spip_portal.security.dates import today

SHOWN = 5
AGREEMENT_NOTICE_DAYS = 90
RECENTLY = timedelta(days=90)


def register() -> None:
    registry.register("home_blocks", home_blocks)
    registry.register("newsletter_items", newsletter_items)
    registry.register("roles", role_choices)
    registry.register("search", searchables)
    registry.register("calendar", calendar_events)


# -- First page ---------------------------------------------------------------------


def home_blocks(user) -> Iterator[HomeBlock]:
    if not user.is_active:
        return chain(_missions(user), _coming_actions(user))
    if user.is_coordinator:
        return chain(_requests(user), _ending_agreements(user))
    if user.is_manager:
        return _categories(user)
    if user.is_agent:
        return iter(())
    return _partner_blocks(user)


def _missions(user) -> Iterator[HomeBlock]:
    if missions := Mission.objects.visible_to(user)[:6]:
        context = {"missions": missions}
        yield HomeBlock(_("Nos missions"), "partners/home_missions.html", context, 20)


def _coming_actions(user) -> Iterator[HomeBlock]:
    actions = CollectiveAction.objects.visible_to(user).coming()
    if actions := actions.select_related("theme")[:SHOWN]:
        context = {"actions": actions}
        title = _("Prochaines actions collectives")
        yield HomeBlock(title, "partners/home_actions.html", context, 60)


def _requests(user) -> Iterator[HomeBlock]:
    waiting = Partnership.objects.managed_by(user).waiting()
    waiting = waiting.select_related("organisation").order_by("state_changed_at", "pk")
    if requests := waiting[:SHOWN]:
        context = {"requests": requests}
        title = _("Demandes de partenariat à examiner")
        yield HomeBlock(title, "partners/home_requests.html", context, 10)


def _ending_agreements(user) -> Iterator[HomeBlock]:
    own = Agreement.objects.editable_by(user)
    if agreements := own.ending_within(AGREEMENT_NOTICE_DAYS)[:SHOWN]:
        context = {"agreements": agreements}
        title = _("Conventions qui finissent sous 90 jours")
        yield HomeBlock(title, "partners/home_agreements.html", context, 20)


def _categories(user) -> Iterator[HomeBlock]:
    waiting = Partnership.objects.confirmable_by(user).select_related("organisation")
    if categories := waiting.order_by("art46_proposed_at", "pk")[:SHOWN]:
        context = {"categories": categories}
        title = _("Catégories à confirmer")
        yield HomeBlock(title, "partners/home_categories.html", context, 10)


def _partner_blocks(user) -> Iterator[HomeBlock]:
    membership = Membership.objects.active_for(user).with_clearance().first()
    if membership is None:
        return iter(())
    return chain(
        _own_clearance(membership),
        _own_organisation(membership),
        _coming_actions(user),
    )


def _own_clearance(membership: Membership) -> Iterator[HomeBlock]:
    """Once designated: the charter to accept, the second factor to enrol."""
    clearance = getattr(membership, "clearance", None)
    is_designated = clearance is not None and clearance.designated_at is not None
    if is_designated and (reason := reason_not_cleared(membership)):
        context = {
            "reason": reason,
            "must_accept": clearance.charter_id != membership.current_charter_id,
            "must_enrol": not membership.has_second_factor,
        }
        title = _("Avant de recevoir des documents")
        yield HomeBlock(title, "partners/home_clearance.html", context, 5)


def _own_organisation(membership: Membership) -> Iterator[HomeBlock]:
    if not membership.is_referent:
        return
    known = Partnership.objects.with_agreement().select_related("spip")
    known = known.filter(organisation=membership.organisation_id).order_by("pk")
    asking = JoinRequest.objects.decidable_by(membership.user)
    context = {
        "organisation": membership.organisation,
        "join_requests": asking.filter(organisation=membership.organisation).count(),
        "partnerships": [(each.spip, partnership_badges(each)) for each in known],
    }
    yield HomeBlock(_("Ma structure"), "partners/home_organisation.html", context, 15)


# -- Newsletter ---------------------------------------------------------------------


def newsletter_items(user) -> Iterator[NewsletterItem]:
    """Conventions of the service in force or just signed, and actions to come. What
    only its parties read is not offered: an issue is public."""
    if not user.is_active or user.spip is None:
        return iter(())
    return chain(_agreement_items(user), _action_items(user))


def _agreement_items(user) -> Iterator[NewsletterItem]:
    agreements = Agreement.objects.visible_to(user).filter(spip=user.spip)
    fresh = agreements.filter(signed_on__gte=today() - RECENTLY)
    chosen = agreements.filter(Q(pk__in=agreements.in_force()) | Q(pk__in=fresh))
    for agreement in chosen.exclude(audience=Audience.PARTIES):
        yield NewsletterItem(
            key=f"agreement:{agreement.uuid}",
            section="agreements",
            title=agreement.title,
            summary=agreement.objectives,
            url=reverse("partners:agreement", args=[agreement.uuid]),
            date=agreement.signed_on,
        )


def _action_items(user) -> Iterator[NewsletterItem]:
    actions = CollectiveAction.objects.filter(spip=user.spip).coming()
    for action in actions.exclude(audience=Audience.PARTIES):
        yield NewsletterItem(
            key=f"action:{action.uuid}",
            section="actions",
            title=action.title,
            summary=action.objective,
            url=reverse("partners:action", args=[action.uuid]),
            date=timezone.localtime(action.next_at).date(),
        )


# -- Roles --------------------------------------------------------------------------


def role_choices(user) -> Iterator[RoleChoice]:
    """The structures one acts for, for the menus. One query."""
    if not user.is_active:
        return
    mine = Membership.objects.active_for(user).with_named_data()
    for rank, membership in enumerate(mine.select_related("organisation")):
        yield RoleChoice(
            label=membership.organisation.name,
            url=reverse("partners:membership_choose"),
            name="membership",
            value=str(membership.uuid),
            is_current=rank == 0 and not user.is_agent,
            receives_documents=membership.receives_documents,
        )


# -- Search -------------------------------------------------------------------------


def searchables(user) -> Iterator[Searchable]:
    """What the network offers to the search box, as far as this person may read it."""
    yield Searchable(
        _("Missions"),
        Mission.objects.visible_to(user),
        lambda row: _hit("mission", row.slug, row.title, row.summary),
        reverse("partners:mission_list"),
    )
    yield Searchable(
        _("Lexique"),
        Term.objects.visible_to(user),
        _term_hit,
        reverse("partners:glossary"),
    )
    yield Searchable(
        _("Qui fait quoi"),
        Duty.objects.visible_to(user),
        lambda row: SearchHit(row.who, reverse("partners:duties"), row.does),
        reverse("partners:duties"),
    )
    yield Searchable(
        _("Conventions et protocoles"),
        Agreement.objects.visible_to(user),
        lambda row: _hit("agreement", row.uuid, row.title, row.objectives),
        reverse("partners:agreement_list"),
    )
    yield Searchable(
        _("Actions collectives"),
        CollectiveAction.objects.visible_to(user),
        lambda row: _hit("action", row.uuid, row.title, row.objective),
        reverse("partners:action_list"),
    )
    yield Searchable(
        _("Forums"),
        Forum.objects.visible_to(user),
        lambda row: _hit("forum", row.uuid, row.title, row.place),
        reverse("partners:forum_list"),
    )
    yield Searchable(
        _("Structures"),
        Organisation.objects.visible_to(user),
        lambda row: _hit("organisation", row.uuid, row.name, row.city),
        reverse("partners:directory"),
    )


def _term_hit(row: Term) -> SearchHit:
    """Leads to its line on the page."""
    url = f"{reverse('partners:glossary')}#{row.slug}"
    return SearchHit(str(row), url, row.definition)


def _hit(route: str, key, title: str, summary: str) -> SearchHit:
    return SearchHit(title, reverse(f"partners:{route}", args=[key]), summary)
