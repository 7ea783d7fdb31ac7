"""What everyone reads, each as far as `visible_to` lets them."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partners.badges import agreement_state
from partners.exports import action_rows, organisation_rows
from partners.forms.directory import DirectoryFilter
from partners.forms.filters import ActionFilter
from partners.models import (
    Agreement,
    CollectiveAction,
    Mission,
    Organisation,
    Partnership,
)
from partners.results import results_of
from partners.views.listing import Listing, ListPaginator, show_list
from spip_portal.accounts.models import is_coordination


def adding(user, route: str, label: str) -> dict[str, str]:
    """The button above a list, for whoever publishes."""
    if not is_coordination(user):
        return {}
    return {"add_url": reverse(route), "add_label": label}


class ActionPaginator(ListPaginator):
    """No index holds the order of actions by their next session: only those that can
    be on the page or before it are put in order."""

    def _get_page(self, _rows: QuerySet, number: int, *args: Any) -> Page:
        top = number * self.per_page
        few = self.object_list.holding_first(top)
        return super()._get_page(few[top - self.per_page : top], number, *args)


@require_safe
@login_not_required
def action_list(request: HttpRequest) -> HttpResponse:
    """Those to come first, soonest on top."""
    listing = Listing(
        title=_("Actions collectives"),
        none_found=_("Aucune action ne correspond à cette recherche."),
        empty=_(
            "Aucune action n’est annoncée pour l’instant. Les missions disent ce que "
            "fait le service."
        ),
        next_url=reverse("partners:mission_list"),
        next_label=_("Lire les missions"),
        filename="actions.csv",
        rows_of=action_rows,
        **adding(request.user, "partners:action_add", _("Ajouter une action")),
    )
    actions = CollectiveAction.objects.visible_to(request.user).with_next_session()
    return show_list(
        request,
        listing,
        "partners/action_list.html",
        form=ActionFilter(request.GET),
        paginator=ActionPaginator,
        rows=actions.select_related("theme", "spip"),
    )


@require_safe
@login_not_required
def action(request: HttpRequest, uuid) -> HttpResponse:
    actions = CollectiveAction.objects.visible_to(request.user)
    action = get_object_or_404(actions.select_related("theme", "spip"), uuid=uuid)
    may_write = may_edit(request.user, action)
    documents = action.documents.select_related("file")
    context = {
        "action": action,
        "sessions": action.sessions.all(),
        "contributors": action.contributors.visible_to(request.user),
        "now": timezone.now(),
        "documents": documents if may_write else documents.available(),
        "may_edit": may_write,
        "may_request": _may_request(request.user, action),
        "results": results_of(action),
        "missions": Mission.objects.visible_to(request.user).filter(actions=action),
    }
    return render(request, "partners/action.html", context)


def _may_request(user, action: CollectiveAction) -> bool:
    """The lightest question first: visitors ask for nothing."""
    requestable = CollectiveAction.objects.requestable_by(user)
    return user.is_active and requestable.filter(pk=action.pk).exists()


@require_safe
@login_not_required
def directory(request: HttpRequest) -> HttpResponse:
    """Structures only: never a personal name."""
    user = request.user
    form = DirectoryFilter(request.GET, user=user)
    listing = Listing(
        title=_("Annuaire des partenaires"),
        none_found=_(
            "Aucune structure ne correspond à cette recherche. Une distance plus "
            "grande ou un filtre de moins en montrera peut-être."
        ),
        empty=_(
            "Aucune structure ne figure encore ici. La vôtre travaille avec le "
            "service ?"
        ),
        next_url=reverse("partners:registration"),
        next_label=_("Devenir partenaire"),
        filename="annuaire.csv",
        rows_of=organisation_rows,
        **importing(user),
    )
    shown = Organisation.objects.visible_to(user).telling_addresses_to(user)
    return show_list(
        request,
        listing,
        "partners/directory.html",
        form=form,
        rows=shown.select_related("kind").prefetch_related("themes"),
        near=form.asked("commune"),
        has_places=form.asked("places"),
    )


def importing(user) -> dict[str, str]:
    if not (user.is_active and user.is_coordinator):
        return {}
    label = _("Importer des structures")
    return {"add_url": reverse("partners:import"), "add_label": label}


@require_safe
@login_not_required
def organisation(request: HttpRequest, uuid) -> HttpResponse:
    shown = Organisation.objects.visible_to(request.user)
    shown = shown.telling_addresses_to(request.user).select_related("kind")
    organisation = get_object_or_404(shown, uuid=uuid)
    agreements = Agreement.objects.visible_to(request.user)
    context = {
        "organisation": organisation,
        "themes": organisation.themes.all(),
        "sites": organisation.sites.all(),
        "places": organisation.declared_places.select_related("kind"),
        "agreements": [
            (agreement, agreement_state(agreement))
            for agreement in agreements.filter(organisations=organisation)
        ],
        "partnership": Partnership.objects.managed_by(request.user)
        .filter(organisation=organisation)
        .first(),
    }
    return render(request, "partners/organisation.html", context)


def may_edit(user, row) -> bool:
    return is_coordination(user) and row.spip_id == user.spip.pk
