"""Where a structure receives people, and how many: kept by its référents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.forms.reception import PlacesForm, SiteForm
from partners.models import Organisation, Site
from partners.services import reception as services
from partners.views.confirming import Confirmation, confirm
from partners.views.organisation import HOME, own_organisation

METHODS = ["GET", "POST"]


@require_http_methods(METHODS)
def site_add(request: HttpRequest) -> HttpResponse:
    editable = Organisation.objects.editable_by(request.user)
    organisation = own_organisation(request, editable)
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_site(
                by=request.user, organisation=organisation, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Le site est ajouté."))
            return redirect(HOME)
    return render(request, "partners/site_edit.html", {"form": form, "site": None})


@require_http_methods(METHODS)
def site_edit(request: HttpRequest, uuid) -> HttpResponse:
    site = _editable(request, uuid)
    form = SiteForm(request.POST or None, instance=site)
    if request.method == "POST" and form.is_valid():
        services.save_site(by=request.user, site=site, **form.cleaned_data)
        messages.success(request, _("Le site est enregistré."))
        return redirect(HOME)
    return render(request, "partners/site_edit.html", {"form": form, "site": site})


@require_http_methods(METHODS)
def site_remove(request: HttpRequest, uuid) -> HttpResponse:
    site = _editable(request, uuid)
    page = Confirmation(
        title=_("Retirer le site"),
        sentence=_("« %(site)s », à %(city)s, ne figurera plus sur votre page.")
        % {"site": site, "city": site.city},
        button=_("Retirer le site"),
        done=_("Le site est retiré."),
        back=reverse(HOME),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.remove_site(site=site, by=request.user)
    )


def _editable(request: HttpRequest, uuid) -> Site:
    editable = Site.objects.editable_by(request.user)
    return get_object_or_404(editable.select_related("organisation"), uuid=uuid)


@require_http_methods(METHODS)
def places(request: HttpRequest) -> HttpResponse:
    """All kinds in one short form; saved unchanged, it is a declaration of today."""
    editable = Organisation.objects.editable_by(request.user)
    organisation = own_organisation(request, editable)
    known = list(organisation.declared_places.all())
    form = PlacesForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        services.declare_places(
            by=request.user, organisation=organisation, places=form.places
        )
        messages.success(request, _("Les places sont déclarées à ce jour."))
        return redirect(HOME)
    return render(request, "partners/places_edit.html", {"form": form})
