"""Whoever received a link joins."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from partners.forms.joining import JoinForm
from partners.links import invitation_of
from partners.models import Invitation
from partners.services import registration as services
from spip_portal.accounts.models import User


@never_cache
@require_http_methods(["GET", "POST"])
@login_not_required
@sensitive_post_parameters("password", "password_again")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing happens on GET: mail gateways open links. Three readers of the link: who
    has no account makes one; who has one signs in first; who is signed in joins."""
    invitation = invitation_of(token)
    if invitation is None:
        return link_over(request)
    if request.user.is_authenticated:
        return _join_as_self(request, invitation)
    if User.objects.filter(email__iexact=invitation.email).exists():
        if request.method == "POST":
            return redirect_to_login(request.get_full_path())
        return _page(request, invitation, "sign_in")
    return _join_as_new(request, invitation)


def _join_as_self(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.user.email.lower() != invitation.email.lower():
        return _page(request, invitation, "wrong_account")
    if request.method == "POST":
        try:
            services.accept_invitation(invitation=invitation, user=request.user)
        except PermissionDenied:  # used by a faster click
            return link_over(request)
        messages.success(request, _welcome(invitation))
        return redirect("partners:my_organisation")
    return _page(request, invitation, "join")


def _join_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.join_with_new_account(
                invitation=invitation, **form.cleaned_data
            )
        except PermissionDenied:  # used by a faster click
            return link_over(request)
        messages.success(request, _welcome(invitation))
        home = reverse("partners:my_organisation")
        login = Login(user=user, email=user.email, redirect_url=home)
        return perform_password_login(request, {"email": user.email}, login)
    return _page(request, invitation, "new_account", form)


def link_over(request: HttpRequest) -> HttpResponse:
    """Expired, used, called back or unknown: one page for all."""
    return render(request, "partners/invitation_over.html", status=410)


def _page(
    request: HttpRequest,
    invitation: Invitation,
    situation: str,
    form: JoinForm | None = None,
) -> HttpResponse:
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "situation": situation,
        "form": form,
        "here": request.get_full_path(),
    }
    return render(request, "partners/invitation.html", context)


def _welcome(invitation: Invitation) -> str:
    if invitation.invited_by_id is None:
        return _(
            "Votre adresse est confirmée. Le service examine la demande et vous écrira."
        )
    return _("Vous avez rejoint la structure.")
