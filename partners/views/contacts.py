"""« Qui contacter »: which function is in charge of what, and where."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms.words import AntenneForm, ChargeForm, ContactFilter
from partners.models import Charge
from partners.services import contacts as services
from partners.views.confirming import Confirmation, confirm
from partners.views.editing import FormPage, edit
from partners.views.listing import page_of
from spip_portal.accounts.models import Antenne, is_coordination

METHODS = ["GET", "POST"]


@require_safe
@login_not_required
def contacts(request: HttpRequest) -> HttpResponse:
    """Visitors read functions and switchboards; the network, names and direct lines."""
    form = ContactFilter(request.GET)
    context = {
        "form": form,
        "page": page_of(request, form.apply(Charge.objects.for_page_of(request.user))),
        "antennes": Antenne.objects.select_related("spip").order_by("spip__name", "pk"),
        "may_publish": is_coordination(request.user),
        "own_spip": request.user.spip if is_coordination(request.user) else None,
    }
    return render(request, "partners/contacts.html", context)


def _page(title: str, done: str) -> FormPage:
    return FormPage(
        title=title,
        done=done,
        back=reverse("partners:contacts"),
        back_label=_("Qui contacter"),
    )


@require_http_methods(METHODS)
def charge_add(request: HttpRequest) -> HttpResponse:
    return _edit_charge(request, Charge(), _("Ajouter un contact"))


@require_http_methods(METHODS)
def charge_edit(request: HttpRequest, uuid) -> HttpResponse:
    charge = get_object_or_404(Charge.objects.editable_by(request.user), uuid=uuid)
    return _edit_charge(request, charge, _("Modifier le contact"))


def _edit_charge(request: HttpRequest, charge: Charge, title: str) -> HttpResponse:
    if not is_coordination(request.user):
        raise Http404
    form = ChargeForm(request.POST or None, instance=charge, spip=request.user.spip)
    return edit(
        request,
        _page(title, _("Le contact est enregistré.")),
        form,
        lambda **data: services.save_charge(charge=charge, by=request.user, **data),
    )


@require_http_methods(METHODS)
def charge_delete(request: HttpRequest, uuid) -> HttpResponse:
    charge = get_object_or_404(Charge.objects.editable_by(request.user), uuid=uuid)
    page = Confirmation(
        title=_("Supprimer le contact"),
        sentence=_("« %(function)s » disparaîtra de la liste et des missions.")
        % {"function": charge},
        button=_("Supprimer le contact"),
        done=_("Le contact est supprimé."),
        back=reverse("partners:contacts"),
        kind="danger",
    )
    return confirm(
        request, page, lambda: services.delete_charge(charge=charge, by=request.user)
    )


@require_http_methods(METHODS)
def antenne_add(request: HttpRequest) -> HttpResponse:
    return _edit_antenne(request, Antenne(), _("Ajouter une antenne"))


@require_http_methods(METHODS)
def antenne_edit(request: HttpRequest, uuid) -> HttpResponse:
    antenne = get_object_or_404(Antenne.objects.editable_by(request.user), uuid=uuid)
    return _edit_antenne(request, antenne, _("Modifier l’antenne"))


def _edit_antenne(request: HttpRequest, antenne: Antenne, title: str) -> HttpResponse:
    if not is_coordination(request.user):
        raise Http404
    form = AntenneForm(request.POST or None, instance=antenne, spip=request.user.spip)
    return edit(
        request,
        _page(title, _("L’antenne est enregistrée.")),
        form,
        lambda **data: services.save_antenne(antenne=antenne, by=request.user, **data),
    )
