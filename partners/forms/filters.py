"""The filters and the order of a list, read from its address. What is not one of the
choices filters nothing, and says so beside the field."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partners.enums import Milieu
from partners.models import (
    ActionRequest,
    Agreement,
    CollectiveAction,
    Forum,
    Membership,
    Organisation,
    OrganisationKind,
    Partnership,
    Theme,
)
from spip_portal.security.dates import today


class FilterForm(forms.Form):
    """`SORTS`: what `?sort=` may say, with its label and the columns; the first is the
    order of an address that says nothing. A list writes `narrow()`."""

    SORTS: ClassVar[dict[str, tuple[Any, Sequence]]] = {}
    NARROWS_NOTHING = ("sort",)  # alone, these leave every row
    FIRST = 3  # fields that are always open; one more is not worth folding
    marks_optional = False
    matches: Sequence = ()  # what a person may have meant

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.SORTS:
            choices = [(code, label) for code, (label, _order) in self.SORTS.items()]
            self.fields["sort"] = forms.ChoiceField(
                label=_("Trier par"), choices=choices, required=False
            )

    def asked(self, name: str) -> Any:
        return None if name in self.errors else self.cleaned_data.get(name)

    def apply(self, rows: QuerySet) -> QuerySet:
        _label, order = self.SORTS[self.asked("sort") or ""]
        return self.narrow(rows).order_by(*order)

    @property
    def is_filtering(self) -> bool:
        names = set(self.fields) - set(self.NARROWS_NOTHING)
        return any(self.asked(name) for name in names)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return list(self)[: self._open]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return list(self)[self._open :]

    @property
    def _open(self) -> int:
        return self.FIRST if len(self.fields) > self.FIRST + 1 else len(self.fields)

    @property
    def uses_more(self) -> bool:
        return any(field.errors or field.data for field in self.more_fields)


def search_field(label) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


def choice_field(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", _("Indifférent")), *choices], required=False
    )


def model_field(label, queryset: QuerySet) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        queryset=queryset,
        to_field_name="code",
        required=False,
        empty_label=_("Indifférent"),
    )


def in_milieu(rows: QuerySet, milieu: str) -> QuerySet:
    return rows.filter(milieu__in=[milieu, Milieu.BOTH])


# -- What the network reads ------------------------------------------------------------


class MissionFilter(FilterForm):
    SORTS = {
        "": (_("ordre du service"), ["position", "title", "pk"]),
        "intitule": (_("titre"), ["title", "pk"]),
        "date": (_("publication, la plus récente d’abord"), ["-published_at", "-pk"]),
    }
    q = search_field(_("Mots du titre ou du texte"))

    def narrow(self, missions: QuerySet) -> QuerySet:
        words = self.asked("q")
        return missions.search(words) if words else missions


class AgreementFilter(FilterForm):
    SORTS = {
        "": (_("début, la plus récente d’abord"), ["-starts_on", "-pk"]),
        "fin": (_("fin, la plus proche d’abord"), ["ends_on", "pk"]),
        "intitule": (_("intitulé"), ["title", "pk"]),
    }

    q = search_field(_("Mots de la convention ou de ses annexes publiques"))
    party = search_field(_("Structure signataire"))
    state = choice_field(_("État"), Agreement.STATES)
    kind = choice_field(_("Nature"), Agreement.Kind.choices)
    theme = model_field(_("Thématique"), Theme.objects.all())
    year = forms.IntegerField(
        label=_("Année d’application"), min_value=1990, max_value=2100, required=False
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def narrow(self, agreements: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            agreements = agreements.search(words)
        if name := self.asked("party"):
            parties = Organisation.objects.visible_to(self.user).resembling(name)
            agreements = agreements.signed_by(parties)
        if kind := self.asked("kind"):
            agreements = agreements.filter(kind=kind)
        if state := self.asked("state"):
            agreements = agreements.in_state(state)
        if theme := self.asked("theme"):
            agreements = agreements.filter(themes=theme)
        if year := self.asked("year"):
            agreements = agreements.running_in(year)
        return agreements


class ActionFilter(FilterForm):
    """Rows of `with_next_session()`."""

    SORTS = {
        "": (_("prochaine séance"), CollectiveAction.SOONEST_FIRST),
        "intitule": (_("intitulé"), ["title", "pk"]),
    }
    q = search_field(_("Mots de l’action ou lieu"))
    theme = model_field(_("Thématique"), Theme.objects.all())
    state = choice_field(_("État"), CollectiveAction.STAGES)
    milieu = choice_field(_("Milieu"), Milieu.choices)

    def narrow(self, actions: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            actions = actions.search(words)
        if theme := self.asked("theme"):
            actions = actions.filter(theme=theme)
        if milieu := self.asked("milieu"):
            actions = in_milieu(actions, milieu)
        if stage := self.asked("state"):
            actions = actions.in_stage(stage)
        return actions


class ForumFilter(FilterForm):
    """One year at a time: this one when the address names none."""

    FIRST_YEAR, LAST_YEAR = 2000, 2099
    SORTS = {
        "": (_("dates"), ["starts_on", "title", "pk"]),
        "intitule": (_("intitulé"), ["title", "pk"]),
    }
    NARROWS_NOTHING = ("sort", "annee")

    annee = forms.IntegerField(
        label=_("Année"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False
    )
    q = search_field(_("Nom du forum ou lieu"))
    state = choice_field(_("État"), Forum.State.choices)

    @property
    def year(self) -> int:
        return self.asked("annee") or today().year

    def narrow(self, forums: QuerySet) -> QuerySet:
        forums = forums.of_year(self.year)
        if words := self.asked("q"):
            forums = forums.search(words)
        if state := self.asked("state"):
            forums = forums.in_state(state)
        return forums


# -- What waits for an answer ----------------------------------------------------------


class PlaceRequestFilter(FilterForm):
    SORTS = {
        "": (_("date, la dernière d’abord"), ["-asked_at", "-pk"]),
        "ancienne": (_("date, la plus ancienne d’abord"), ["asked_at", "pk"]),
        "intitule": (_("action"), ["action__title", "-asked_at", "-pk"]),
    }
    q = search_field(_("Référence, action ou structure"))
    state = choice_field(_("État"), ActionRequest.State.choices)

    def narrow(self, requests: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            requests = requests.filter(
                Q(reference__icontains=words)
                | Q(action__title__unaccent__icontains=words)
                | Q(organisation__name__unaccent__icontains=words)
            )
        if state := self.asked("state"):
            requests = requests.filter(state=state)
        return requests


def of_structures(partnerships: QuerySet, words: str) -> QuerySet:
    """By the words of their structure, looked for among these structures only."""
    structures = Organisation.objects.filter(pk__in=partnerships.values("organisation"))
    return partnerships.filter(organisation__in=structures.search(words))


class PartnershipFilter(FilterForm):
    """Those that wait for an answer, unless another state is asked for."""

    SORTS = {
        "": (_("date, la plus ancienne d’abord"), ["state_changed_at", "pk"]),
        "recente": (_("date, la plus récente d’abord"), ["-state_changed_at", "-pk"]),
        "nom": (_("nom"), ["organisation__name", "pk"]),
    }
    q = search_field(_("Nom ou commune de la structure"))
    state = forms.ChoiceField(
        label=_("État"),
        choices=[
            ("", _("à examiner")),
            (Partnership.State.VALIDATED, Partnership.State.VALIDATED.label),
            (Partnership.State.REFUSED, Partnership.State.REFUSED.label),
            (Partnership.State.SUSPENDED, Partnership.State.SUSPENDED.label),
        ],
        required=False,
    )
    kind = model_field(_("Type de structure"), OrganisationKind.objects.all())

    def narrow(self, partnerships: QuerySet) -> QuerySet:
        state = self.asked("state") or Partnership.State.SUBMITTED
        partnerships = partnerships.filter(state=state)
        if words := self.asked("q"):
            partnerships = of_structures(partnerships, words)
        if kind := self.asked("kind"):
            partnerships = partnerships.filter(organisation__kind=kind)
        return partnerships


class CategoryFilter(FilterForm):
    SORTS = {
        "": (_("date, la plus ancienne d’abord"), ["art46_proposed_at", "pk"]),
        "nom": (_("nom"), ["organisation__name", "pk"]),
    }
    q = search_field(_("Nom ou commune de la structure"))

    def narrow(self, partnerships: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            partnerships = of_structures(partnerships, words)
        return partnerships


class MemberFilter(FilterForm):
    PERSON = ["user__last_name", "user__first_name", "pk"]
    SORTS = {
        "": (_("nom"), PERSON),
        "structure": (_("structure"), ["organisation__name", *PERSON]),
        "arrivee": (_("arrivée, la plus récente d’abord"), ["-started_at", "-pk"]),
    }
    q = search_field(_("Nom, métier ou structure"))
    role = choice_field(_("Rôle"), Membership.Role.choices)
    documents = choice_field(
        _("Réception de documents"),
        [("oui", _("en règle")), ("non", _("pas encore en règle"))],
    )

    def narrow(self, members: QuerySet) -> QuerySet:
        for word in (self.asked("q") or "").split():
            members = members.filter(
                Q(user__last_name__unaccent__icontains=word)
                | Q(user__first_name__unaccent__icontains=word)
                | Q(function__unaccent__icontains=word)
                | Q(organisation__name__unaccent__icontains=word)
            )
        if role := self.asked("role"):
            members = members.filter(role=role)
        if documents := self.asked("documents"):
            cleared = Membership.objects.cleared()
            is_in = Q(pk__in=cleared.values("pk"))
            members = members.filter(is_in if documents == "oui" else ~is_in)
        return members
