"""Who a person is. A name travels in the body of a request only: never in an address,
hence never in a log."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases.forms.identities import NAMES, IdentityForm, PersonSearchForm
from cases.models import Case, Person
from cases.services import identities as services


@sensitive_post_parameters(*NAMES)
@require_http_methods(["GET", "POST"])
def person_search(request: HttpRequest) -> HttpResponse:
    """Among one's own cases. The answer is the page itself."""
    if not request.user.is_cpip:
        raise Http404
    form = PersonSearchForm(request.POST or None)
    context = {"form": form, "cases": None}
    if form.is_valid():
        context["cases"] = services.search_person(
            by=request.user, identity=form.identity, request=request
        ).prefetch_related("measures")
    return render(request, "cases/person_search.html", context)


@sensitive_post_parameters(*NAMES)
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, uuid) -> HttpResponse:
    found = get_object_or_404(Case.objects.followed_by(request.user), uuid=uuid)
    posted = request.POST if request.method == "POST" else None
    form = IdentityForm(posted, initial=_initial(request.user, found))
    if form.is_valid():
        services.write_identity(by=request.user, case=found, identity=form.identity)
        messages.success(
            request,
            _("L’identité est enregistrée, chiffrée.")
            if form.identity
            else _("Le dossier ne porte plus d’identité."),
        )
        return redirect("cases:case", uuid=uuid)
    return render(request, "cases/person_edit.html", {"form": form, "case": found})


def _initial(user, case: Case) -> dict:
    person = Person.objects.visible_to(user).filter(case=case).first()
    if person is None:
        return {}
    return {name: getattr(person.identity, name) for name in NAMES}
