"""Places in a collective action, for whoever asks and for the coordination."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from partners.exports import place_request_rows
from partners.forms.filters import PlaceRequestFilter
from partners.forms.requests import RefusalForm, RequestForm
from partners.models import ActionRequest, CollectiveAction
from partners.services import requests as services
from partners.views.confirming import Confirmation, confirm
from partners.views.listing import Listing, show_list

METHODS = ["GET", "POST"]
ANSWERS = {
    ActionRequest.State.ACCEPTED: gettext_lazy("Vos places sont réservées."),
    ActionRequest.State.WAITING: gettext_lazy(
        "Il ne reste pas assez de places : votre demande est en liste d’attente."
    ),
}


@require_http_methods(METHODS)
def request_add(request: HttpRequest, uuid) -> HttpResponse:
    requestable = CollectiveAction.objects.requestable_by(request.user)
    action = get_object_or_404(requestable, uuid=uuid)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.request_places(
                action=action, by=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, ANSWERS[asked.state])
            return redirect("partners:own_requests")
    context = {"form": form, "action": action, "free": action.free_places}
    return render(request, "partners/request_add.html", context)


@require_safe
def own_requests(request: HttpRequest) -> HttpResponse:
    """Those that the reader made; what is still open can be withdrawn."""
    listing = Listing(
        title=_("Mes demandes de places"),
        parents=[(_("Actions collectives"), reverse("partners:action_list"))],
        none_found=_("Aucune de vos demandes ne correspond à cette recherche."),
        empty=_(
            "Vous n’avez demandé aucune place. La page d’une action à venir permet de "
            "le faire."
        ),
        next_url=reverse("partners:action_list"),
        next_label=_("Voir les actions collectives"),
        filename="mes-demandes-de-places.csv",
        rows_of=place_request_rows,
    )
    own = ActionRequest.objects.visible_to(request.user)
    own = own.filter(requested_by=request.user)
    return show_list(
        request,
        listing,
        "partners/own_requests.html",
        form=PlaceRequestFilter(request.GET),
        rows=own.select_related("organisation", "action__spip"),
    )


@require_http_methods(METHODS)
def request_withdraw(request: HttpRequest, uuid) -> HttpResponse:
    asked = _open_request(uuid, ActionRequest.objects.withdrawable_by(request.user))
    page = Confirmation(
        title=_("Retirer la demande"),
        sentence=_(
            "Les places de la demande %(reference)s dans « %(action)s » seront rendues."
        )
        % _names(asked),
        button=_("Retirer la demande"),
        done=_("La demande est retirée."),
        back=reverse("partners:own_requests"),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.withdraw_request(request=asked, by=request.user),
    )


# -- Coordination --------------------------------------------------------------------


@require_safe
def action_requests(request: HttpRequest, uuid) -> HttpResponse:
    """Who asked for how many places, and how many are left."""
    editable = CollectiveAction.objects.editable_by(request.user)
    action = get_object_or_404(editable, uuid=uuid)
    listing = Listing(
        title=_("Demandes de places"),
        intro=action.title,
        parents=[
            (_("Actions collectives"), reverse("partners:action_list")),
            (action.title, reverse("partners:action", args=[uuid])),
        ],
        none_found=_("Aucune demande ne correspond à cette recherche."),
        empty=_(
            "Personne n’a encore demandé de place. La page de l’action le permet aux "
            "structures partenaires et aux CPIP du service."
        ),
        next_url=reverse("partners:action", args=[uuid]),
        next_label=_("Voir l’action"),
        filename="demandes-de-places.csv",
        rows_of=place_request_rows,
    )
    asked = ActionRequest.objects.visible_to(request.user).filter(action=action)
    accepted = asked.accepted().count_places()
    return show_list(
        request,
        listing,
        "partners/action_requests.html",
        form=PlaceRequestFilter(request.GET),
        rows=asked.select_related("organisation", "action__spip"),
        action=action,
        accepted=accepted,
        waiting=asked.waiting().count_places(),
        free=max(0, action.capacity - accepted),
    )


@require_http_methods(METHODS)
def request_refuse(request: HttpRequest, uuid) -> HttpResponse:
    asked = _open_request(uuid, ActionRequest.objects.decidable_by(request.user))
    page = Confirmation(
        title=_("Refuser la demande"),
        sentence=_(
            "L’auteur de la demande %(reference)s dans « %(action)s » recevra ce refus "
            "et son motif. Les places rendues iront à la liste d’attente."
        )
        % _names(asked),
        button=_("Refuser la demande"),
        done=_("La demande est refusée."),
        back=_requests_url(asked),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda reason: services.refuse_request(
            request=asked, by=request.user, reason=reason
        ),
        RefusalForm(request.POST or None),
    )


@require_http_methods(METHODS)
def request_cancel(request: HttpRequest, uuid) -> HttpResponse:
    asked = _open_request(uuid, ActionRequest.objects.decidable_by(request.user))
    page = Confirmation(
        title=_("Annuler la demande"),
        sentence=_(
            "L’auteur de la demande %(reference)s dans « %(action)s » en sera informé "
            "par courriel. Les places rendues iront à la liste d’attente."
        )
        % _names(asked),
        button=_("Annuler la demande"),
        done=_("La demande est annulée."),
        back=_requests_url(asked),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.cancel_request(request=asked, by=request.user),
    )


def _open_request(uuid, allowed) -> ActionRequest:
    return get_object_or_404(allowed.select_related("action"), uuid=uuid)


def _names(asked: ActionRequest) -> dict[str, object]:
    return {"reference": asked.reference, "action": asked.action}


def _requests_url(asked: ActionRequest) -> str:
    return reverse("partners:action_requests", args=[asked.action.uuid])
