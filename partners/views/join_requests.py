"""Joining a structure that is already registered: asked, proven, answered."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.registering import JoinRequestForm
from partners.links import join_request_of
from partners.models import JoinRequest, Organisation, Partnership
from partners.services import join_requests as services
from partners.services.registration import registered
from partners.views.confirming import Confirmation, confirm
from partners.views.joining import link_over
from spip_portal.pages.errors import too_many_requests

METHODS = ["GET", "POST"]


@require_http_methods(METHODS)
@login_not_required
def join_ask(request: HttpRequest, siret: str) -> HttpResponse:
    """By its SIRET, which whoever asks has typed: a structure that they may not see is
    not named."""
    organisation = registered(siret) if siret.isdecimal() else None
    if organisation is None:
        raise Http404
    form = JoinRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # Each request mails an address that somebody typed: so many an hour.
        if not ratelimit.consume(request, action="registration"):
            return too_many_requests(request)
        services.ask_to_join(organisation=organisation, **form.cleaned_data)
        return redirect("partners:join_asked")
    shown = Organisation.objects.visible_to(request.user).filter(pk=organisation.pk)
    context = {"form": form, "organisation": shown.first(), "siret": siret}
    return render(request, "partners/join_ask.html", context)


@require_safe
@login_not_required
def join_asked(request: HttpRequest) -> HttpResponse:
    """The same words whether or not the address has an account."""
    return render(request, "partners/join_asked.html")


@never_cache
@require_http_methods(METHODS)
@login_not_required
def join_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing happens on GET: mail gateways open links."""
    join_request = join_request_of(token)
    if join_request is None:
        return link_over(request)
    if request.method == "POST":
        services.confirm_join_request(join_request=join_request)
    context = {"join_request": join_request, "is_done": request.method == "POST"}
    return render(request, "partners/join_confirm.html", context)


@require_http_methods(METHODS)
def join_accept(request: HttpRequest, uuid) -> HttpResponse:
    join_request = _decidable(request, uuid)
    page = Confirmation(
        title=_("Accepter la demande"),
        sentence=_(
            "%(person)s (%(function)s) recevra à %(email)s une invitation à rejoindre "
            "« %(structure)s ». Vérifiez d’abord qu’il s’agit bien d’un collègue."
        )
        % _names(join_request),
        button=_("Accepter et inviter"),
        done=_("L’invitation est envoyée."),
        back=_back(request, join_request),
    )
    return confirm(
        request,
        page,
        lambda: services.accept_join_request(
            join_request=join_request, by=request.user
        ),
    )


@require_http_methods(METHODS)
def join_refuse(request: HttpRequest, uuid) -> HttpResponse:
    join_request = _decidable(request, uuid)
    page = Confirmation(
        title=_("Refuser la demande"),
        sentence=_(
            "%(person)s (%(function)s, %(email)s) ne rejoindra pas « %(structure)s » "
            "et en sera informé par courriel."
        )
        % _names(join_request),
        button=_("Refuser la demande"),
        done=_("La demande est refusée."),
        back=_back(request, join_request),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.refuse_join_request(
            join_request=join_request, by=request.user
        ),
    )


def _decidable(request: HttpRequest, uuid) -> JoinRequest:
    decidable = JoinRequest.objects.decidable_by(request.user)
    return get_object_or_404(decidable.select_related("organisation"), uuid=uuid)


def _names(join_request: JoinRequest) -> dict[str, object]:
    return {
        "person": f"{join_request.first_name} {join_request.last_name}",
        "function": join_request.function,
        "email": join_request.email,
        "structure": join_request.organisation,
    }


def _back(request: HttpRequest, join_request: JoinRequest) -> str:
    """The coordination comes from the page of the partnership."""
    managed = Partnership.objects.managed_by(request.user)
    partnership = managed.filter(organisation=join_request.organisation_id).first()
    if partnership:
        return reverse("partners:partnership", args=[partnership.uuid])
    return reverse("partners:my_organisation")
