from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from spip_portal.accounts import services
from spip_portal.accounts.forms import FactorResetForm
from spip_portal.accounts.models import FactorReset, Posting
from spip_portal.accounts.second_factor import has_second_factor


class ActivateFactorView(ActivateTOTPView):
    """allauth's page; whoever has just typed a right code has proven the factor."""

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    context = {
        "postings": request.user.postings.live().select_related("spip"),
        "roles": [role for role in request.user.roles if not role.is_current],
        "has_second_factor": has_second_factor(request.user),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def choose_posting(request: HttpRequest) -> HttpResponse:
    postings = request.user.postings.live()
    chosen = request.POST.get("posting", "")
    if chosen and not chosen.isdecimal():
        raise Http404
    posting = get_object_or_404(postings, pk=chosen) if chosen else None
    services.choose_posting(user=request.user, posting=posting)
    return redirect("pages:home")


@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """« Rester connecté »: being asked is enough, the middleware notes the visit."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_safe
def postings(request: HttpRequest) -> HttpResponse:
    if not request.user.is_manager:
        raise Http404
    waiting = Posting.objects.confirmable_by(request.user).select_related(
        "user", "spip", "antenne"
    )
    return render(request, "accounts/postings.html", {"postings": waiting})


def posting_confirm(request: HttpRequest, uuid) -> HttpResponse:
    posting = get_object_or_404(Posting.objects.confirmable_by(request.user), uuid=uuid)
    if request.method == "POST":
        services.confirm_posting(posting=posting, by=request.user)
        messages.success(request, _("L’affectation est confirmée."))
        return redirect("accounts:postings")
    context = {
        "title": _("Confirmer une affectation"),
        "sentence": _("%(who)s pourra agir dans votre service comme : %(what)s.")
        % {"who": posting.user, "what": posting.get_role_display()},
        "button": _("Confirmer l’affectation"),
        "cancel_url": reverse("accounts:postings"),
    }
    return render(request, "components/confirm_page.html", context)


def factor_resets(request: HttpRequest) -> HttpResponse:
    """Resets waiting for a second person; the direction starts those of agents."""
    if not (request.user.is_manager or request.user.is_coordinator):
        raise Http404
    form = FactorResetForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        services.start_factor_reset(
            by=request.user, spip=request.user.spip, **form.cleaned_data
        )
        messages.success(
            request, _("La demande est enregistrée. Une autre personne doit confirmer.")
        )
        return redirect("accounts:factor_resets")
    waiting = FactorReset.objects.confirmable_by(request.user).select_related(
        "user", "started_by"
    )
    context = {"form": form, "resets": waiting}
    return render(request, "accounts/factor_resets.html", context)


def factor_reset_confirm(request: HttpRequest, uuid) -> HttpResponse:
    reset = get_object_or_404(
        FactorReset.objects.confirmable_by(request.user), uuid=uuid
    )
    if request.method == "POST":
        services.confirm_factor_reset(reset=reset, by=request.user)
        messages.success(request, _("Le second facteur est effacé."))
        return redirect("accounts:factor_resets")
    context = {
        "title": _("Effacer un second facteur"),
        "sentence": _(
            "Le second facteur de %(who)s sera effacé, ses sessions fermées, et les "
            "dossiers lui resteront fermés pendant 24 heures. La personne est prévenue."
        )
        % {"who": reset.user},
        "button": _("Effacer le second facteur"),
        "kind": "danger",
        "cancel_url": reverse("accounts:factor_resets"),
    }
    return render(request, "components/confirm_page.html", context)
