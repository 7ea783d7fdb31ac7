"""The coordination writes collective actions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.forms.publishing import ActionForm, SessionFormSet
from partners.models import CollectiveAction
from partners.services import publishing as services
from partners.views.confirming import Confirmation, confirm
from partners.views.sessions import told
from spip_portal.accounts.models import Spip, is_coordination

METHODS = ["GET", "POST"]


def _service(request: HttpRequest) -> Spip:
    """The service one writes for; 404 for whoever writes for none."""
    if not is_coordination(request.user):
        raise Http404
    return request.user.spip


@require_http_methods(METHODS)
def action_add(request: HttpRequest) -> HttpResponse:
    form = ActionForm(request.POST or None, spip=_service(request))
    sessions = SessionFormSet(request.POST or None)
    if request.method == "POST" and form.is_valid() and sessions.is_valid():
        action = services.add_action(
            by=request.user, sessions=_rows(sessions), **form.cleaned_data
        )
        messages.success(request, _("L’action est enregistrée comme brouillon."))
        return redirect("partners:action", action.uuid)
    context = {"form": form, "sessions": sessions, "action": None}
    return render(request, "partners/action_edit.html", context)


@require_http_methods(METHODS)
def action_edit(request: HttpRequest, uuid) -> HttpResponse:
    editable = CollectiveAction.objects.editable_by(request.user)
    action = get_object_or_404(editable, uuid=uuid)
    form = ActionForm(request.POST or None, instance=action, spip=_service(request))
    sessions = SessionFormSet(request.POST or None, instance=action)
    if request.method == "POST" and form.is_valid() and sessions.is_valid():
        try:
            services.save_action(
                action=action,
                by=request.user,
                sessions=_rows(sessions),
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("L’action est enregistrée."))
            return redirect("partners:action", uuid)
    context = {"form": form, "sessions": sessions, "action": action}
    return render(request, "partners/action_edit.html", context)


def _rows(sessions) -> list[dict]:
    """The rows that say something; a blank one adds nothing."""
    return [
        form.cleaned_data for form in sessions if form.cleaned_data.get("starts_at")
    ]


@require_http_methods(METHODS)
def action_publish(request: HttpRequest, uuid) -> HttpResponse:
    action = _action(request, uuid)
    page = Confirmation(
        title=_("Publier l’action"),
        sentence=_("« %(title)s » sera visible : %(audience)s.")
        % {"title": action, "audience": action.get_audience_display()},
        button=_("Publier l’action"),
        done=_("L’action est publiée."),
        back=reverse("partners:action", args=[uuid]),
    )
    return confirm(
        request,
        page,
        lambda: services.publish_action(action=action, by=request.user),
    )


@require_http_methods(METHODS)
def action_cancel(request: HttpRequest, uuid) -> HttpResponse:
    action = _action(request, uuid)
    page = Confirmation(
        title=_("Annuler l’action"),
        sentence=_(
            "« %(title)s » restera visible, marquée comme annulée, et les demandes "
            "de places en cours seront closes. %(told)s"
        )
        % {"title": action, "told": told(action)},
        button=_("Annuler l’action"),
        done=_("L’action est annulée."),
        back=reverse("partners:action", args=[uuid]),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.cancel_action(action=action, by=request.user),
    )


def _action(request: HttpRequest, uuid) -> CollectiveAction:
    editable = CollectiveAction.objects.editable_by(request.user)
    return get_object_or_404(editable, uuid=uuid)
