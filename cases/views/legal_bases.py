from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.forms.legal_bases import LegalBasisForm
from cases.models import LegalBasis
from cases.services import legal_bases as services
from partners.views.confirming import Confirmation, confirm


def legal_bases(request: HttpRequest) -> HttpResponse:
    """The closed list that the direction keeps; a basis in use is withdrawn, never
    deleted."""
    if not request.user.is_manager:
        raise Http404
    form = LegalBasisForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_legal_basis(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("label", error)
        else:
            messages.success(request, _("La base légale est ajoutée."))
            return redirect("cases:legal_bases")
    bases = LegalBasis.objects.editable_by(request.user)
    return render(request, "cases/legal_bases.html", {"form": form, "bases": bases})


def legal_basis_withdraw(request: HttpRequest, uuid) -> HttpResponse:
    offered = LegalBasis.objects.editable_by(request.user).filter(is_active=True)
    basis = get_object_or_404(offered, uuid=uuid)
    page = Confirmation(
        title=_("Retirer une base légale"),
        sentence=_(
            "« %(label)s » ne sera plus proposée. Les partages faits sur cette base "
            "gardent leur durée."
        )
        % {"label": basis},
        button=_("Retirer la base légale"),
        done=_("La base légale n’est plus proposée."),
        back=reverse("cases:legal_bases"),
        kind="danger",
    )
    return confirm(
        request,
        page,
        lambda: services.withdraw_legal_basis(by=request.user, basis=basis),
    )
