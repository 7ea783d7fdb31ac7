from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.enums import MeasureKind
from cases.forms.rules import MEASURES, RulesForm
from cases.models import Rules, RulesVersion
from cases.services import rules as services

VERSIONS_SHOWN = 10


def rules(request: HttpRequest) -> HttpResponse:
    """The direction decides the rules of sharing of its service; its CPIP read them."""
    if not (request.user.is_manager or request.user.is_cpip):
        raise Http404
    measure_kind = request.GET.get("mesure", "")
    if measure_kind and measure_kind not in MeasureKind:
        raise Http404
    known = Rules.of(request.user.spip)
    may_decide = request.user.is_manager
    form = RulesForm(
        request.POST or None if may_decide else None,
        rules=known,
        measure_kind=measure_kind,
    )
    if form.is_valid():
        try:
            services.decide_rules(
                by=request.user, measure_kind=measure_kind, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Les nouvelles règles sont en vigueur."))
            page = reverse("cases:rules")
            return redirect(f"{page}?mesure={measure_kind}" if measure_kind else page)
    versions = RulesVersion.objects.visible_to(request.user)
    context = {
        "form": form,
        "may_decide": may_decide,
        "rules": known,
        "measures": MEASURES,
        "measure_kind": measure_kind,
        "categories": [category.label for category in services.CATEGORIES],
        "versions": versions.select_related("decided_by")[:VERSIONS_SHOWN],
    }
    return render(request, "cases/rules.html", context)
