"""The persona switch: one click signs in as somebody of the demo.

The app is installed in the demo and in tests only, so the routes exist nowhere else."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from spip_portal.accounts.models import User
from spip_portal.demo.personas import GROUPS, PERSONAS

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PROOF = "demo"  # one of accounts.second_factor.PROOFS


@require_safe
@login_not_required
def personas(request: HttpRequest) -> HttpResponse:
    return _personas_page(request)


@require_POST
@login_not_required
def sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """No password and no code: `demo` stands in for the second factor."""
    persona = PERSONAS.get(slug)
    if persona is None:
        raise Http404
    user = User.objects.filter(email=persona.email).first()
    if user is None:
        refusal = _("Les données de la démonstration ne sont pas encore chargées.")
        return _personas_page(request, refusal, status=404)
    if not user.is_active:
        refusal = _("Le compte de %(name)s est désactivé : la connexion est refusée.")
        return _personas_page(request, refusal % {"name": persona.name}, status=403)
    logout(request)  # nothing of the persona before survives: proofs, time, messages
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method=PROOF)
    messages.success(
        request, _("Vous êtes maintenant %(name)s.") % {"name": persona.name}
    )
    return redirect("pages:home")


def _personas_page(
    request: HttpRequest, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "groups": GROUPS,
        "refusal": refusal,
        "current_email": request.user.email if request.user.is_authenticated else "",
    }
    return render(request, "demo/personas.html", context, status=status)
