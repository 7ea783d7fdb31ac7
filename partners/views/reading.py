"""What everyone reads, each as far as `visible_to` lets them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.badges import agreement_state
from partners.forms.filters import ActionFilter, DirectoryFilter
from partners.models import (
    Agreement,
    CollectiveAction,
    Mission,
    Organisation,
    Partnership,
)
from partners.results import results_of
from partners.views.listing import page_of
from spip_portal.accounts.models import User


def may_publish(user) -> bool:
    """Whether buttons to write are shown; the services check by themselves."""
    return user.is_active and (user.is_coordinator or user.is_manager)


@require_safe
@login_not_required
def action_list(request: HttpRequest) -> HttpResponse:
    """Those to come first, soonest on top."""
    form = ActionFilter(request.GET)
    actions = CollectiveAction.objects.visible_to(request.user).soonest_first()
    actions = form.apply(actions).select_related("theme", "spip")
    context = {
        "form": form,
        "page": page_of(request, actions),
        "may_publish": may_publish(request.user),
    }
    return render(request, "partners/action_list.html", context)


@require_safe
@login_not_required
def action(request: HttpRequest, uuid) -> HttpResponse:
    actions = CollectiveAction.objects.visible_to(request.user)
    action = get_object_or_404(actions.select_related("theme", "spip"), uuid=uuid)
    context = {
        "action": action,
        "sessions": action.sessions.all(),
        "contributors": action.contributors.visible_to(request.user),
        "now": timezone.now(),
        "may_edit": may_edit(request.user, action),
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
    form = DirectoryFilter(request.GET)
    organisations = form.apply(Organisation.objects.visible_to(request.user))
    organisations = organisations.select_related("kind").prefetch_related("themes")
    context = {"form": form, "page": page_of(request, organisations)}
    return render(request, "partners/directory.html", context)


@require_safe
@login_not_required
def organisation(request: HttpRequest, uuid) -> HttpResponse:
    shown = Organisation.objects.visible_to(request.user).select_related("kind")
    organisation = get_object_or_404(shown, uuid=uuid)
    agreements = Agreement.objects.visible_to(request.user)
    context = {
        "organisation": organisation,
        "shows_address": shows_address(request.user, organisation),
        "themes": organisation.themes.all(),
        "agreements": [
            (agreement, agreement_state(agreement))
            for agreement in agreements.filter(organisations=organisation)
        ],
        "partnership": Partnership.objects.managed_by(request.user)
        .filter(organisation=organisation)
        .first(),
    }
    return render(request, "partners/organisation.html", context)


def shows_address(user: User, organisation: Organisation) -> bool:
    """Where people are housed is not told to visitors."""
    return user.is_active or not organisation.kind.takes_people_in


def may_edit(user, row) -> bool:
    return may_publish(user) and row.spip_id == user.spip.pk
