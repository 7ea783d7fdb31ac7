from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.broken_glass import BreakGlassForm
from cases.models import BrokenGlass
from cases.services import broken_glass as services
from partners.views.listing import page_of
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


@require_safe
def broken_glass(request: HttpRequest) -> HttpResponse:
    """The direction: every one of its service. A CPIP: those that run, and those on the
    cases that they follow."""
    if not (request.user.is_cpip or request.user.is_manager):
        raise Http404
    rows = BrokenGlass.objects.visible_to(request.user).select_related("case", "user")
    page = page_of(request, rows)
    record(
        actor=request.user,
        verb=Verb.LIST,
        object_kind="accès motivé",
        count=len(page),
        request=request,
    )
    return render(request, "cases/broken_glass.html", {"page": page})


@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """A restricted case is answered as one that does not exist."""
    if not (request.user.is_cpip or request.user.is_manager):
        raise Http404
    form = BreakGlassForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            opened = services.break_glass(
                by=request.user, request=request, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
            record(
                actor=request.user,
                verb=Verb.REFUSED,
                object_kind="accès motivé",
                motive=form.cleaned_data["motive"],
                request=request,
            )
        else:
            messages.success(
                request, _("L’accès est ouvert, en lecture. La direction est informée.")
            )
            if len(opened) > 1:
                return redirect("cases:broken_glass")
            return redirect("cases:case", uuid=opened[0].case.uuid)
    return render(request, "cases/break_glass.html", {"form": form})
