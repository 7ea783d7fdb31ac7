"""Pages that exist for the tests: every component and every widget, seen at once."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from spip_portal import urls as portal
from tests.ui.test_forms import EveryWidget

FORM = """
{% extends "base.html" %}{% block title %}Formulaire{% endblock %}
{% block breadcrumb %}
  {% include "components/breadcrumb.html" with current="Formulaire" only %}
{% endblock %}
{% block content %}
  {% include "components/page_header.html" with title="Formulaire" only %}
  {% include "components/form.html" with form=form button="Enregistrer" cancel_url="/" csrf_token=csrf_token only %}
  <p><a href="/accessibilite/" id="away">Ailleurs</a></p>
{% endblock %}
"""
COMPONENTS = """
{% extends "base.html" %}{% load portal %}{% block title %}Composants{% endblock %}
{% block breadcrumb %}
  {% include "components/breadcrumb.html" with current="Ici" parent_label="Là" parent_url="/" only %}
{% endblock %}
{% block content %}
  {% include "components/page_header.html" with title="Conventions" count=214 intro="Les textes signés." action_label="Ajouter" action_url="/" only %}
  {% responsive_table caption="Conventions en vigueur" %}
    <thead><tr><th scope="col">Titre</th><th scope="col">État</th></tr></thead>
    <tbody><tr>
      <th scope="row"><a href="/">Convention de placement à l’extérieur avec la communauté de communes</a></th>
      <td data-label="État">{% include "components/badge.html" with label="En vigueur" kind="success" only %}</td>
    </tr></tbody>
  {% endresponsive_table %}
  {% include "components/pagination.html" with page=page query=request.GET only %}
  {% include "components/empty_state.html" with text="Rien." action_label="Tout voir" action_url="/" only %}
  {% include "components/progress.html" with percent=40 label="2 messages sur 5" url="/progres/" only %}
{% endblock %}
"""


def _page(request, template: str, **context) -> HttpResponse:
    return HttpResponse(
        engines["django"].from_string(template.strip()).render(context, request)
    )


class NoteForm(forms.Form):
    note = forms.CharField(label="Note")


@login_not_required
def every_widget(request):
    return _page(request, FORM, form=EveryWidget(request.POST or None))


@login_not_required
def note(request):
    return _page(request, FORM, form=NoteForm())


@login_not_required
def components(request):
    messages.success(request, "La convention est enregistrée.")
    messages.error(request, "Le fichier n’a pas été lu.")
    page = Paginator(range(400), 20).page(7)
    return _page(request, COMPONENTS, page=page)


@login_not_required
def progress(request):
    context = {"percent": 100, "label": "5 messages sur 5", "url": ""}
    return render(request, "components/progress.html", context)


@login_not_required
def confirm(request):
    context = {
        "title": "Envoyer la lettre",
        "sentence": "La lettre partira vers 1 240 personnes.",
        "button": "Envoyer à 1 240 personnes",
        "cancel_url": "/",
        "kind": "danger",
    }
    return render(request, "components/confirm_page.html", context)


urlpatterns = [
    path("formulaire/", every_widget),
    path("note/", note),
    path("composants/", components),
    path("progres/", progress),
    path("confirmer/", confirm),
    *portal.urlpatterns,
]
