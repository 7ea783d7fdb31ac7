"""Who a person is. A name travels in the body of a request only: never in an address,
hence never in a log."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases.forms.identities import NAMES, PersonForm, PersonSearchForm
from cases.models import Case
from cases.services import identities as services
from partners.views.editing import FormPage, edit


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
    form = PersonForm(posted, by=request.user, case=found)
    is_forgotten = form.is_valid() and form.identity is None
    page = FormPage(
        title=_("Identité de la personne"),
        intro=_(
            "Facultative et chiffrée. Seuls les agents qui suivent ce dossier la "
            "lisent ; elle sert à retrouver le dossier. Videz les trois champs pour "
            "l’effacer."
        ),
        done=_("Le dossier ne porte plus d’identité.")
        if is_forgotten
        else _("L’identité est enregistrée, chiffrée."),
        back=reverse("cases:case", args=[uuid]),
        back_label=_("Dossier %(reference)s") % {"reference": found},
    )
    return edit(
        request,
        page,
        form,
        lambda **fields: services.write_identity(
            by=request.user, case=found, identity=form.identity, seen=fields["seen"]
        ),
    )
