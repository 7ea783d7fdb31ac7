"""Whom to invite, and what they answer."""

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.enums import Answer
from meetings.models import Invitation, Meeting
from meetings.services import Invitee, agents_of, referents_of
from spip_portal.outbox.content import mail_address

EVERYONE = "all"


class InviteesForm(forms.Form):
    """Référents of the network by kind of structure, agents of the service, anyone
    else. Each group has a box for all of it, so that no script is needed."""

    marks_optional = False

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.choosable: dict[str, dict[str, Invitee]] = {}
        known = {each.email: each for each in meeting.invitations.all()}
        self._add_groups(known)
        self._add_others(known)

    def _add_groups(self, known: dict[str, Invitation]) -> None:
        referents = referents_of(self.meeting.spip)
        for kind, members in groupby(referents, lambda each: each.organisation.kind):
            people = {
                str(each.uuid): (
                    Invitee(each.user.email.lower(), str(each.user), each.organisation),
                    f"{each.organisation.name} – {each.user}",
                )
                for each in members
            }
            self._add_group(f"kind_{kind.pk}", capfirst(kind.label), people, known)
        agents = {
            str(agent.uuid): (Invitee(agent.email.lower(), str(agent)), str(agent))
            for agent in agents_of(self.meeting.spip)
        }
        self._add_group("agents", _("Agents du service"), agents, known)

    def _add_group(
        self,
        name: str,
        label: str,
        people: dict[str, tuple[Invitee, str]],
        known: dict[str, Invitation],
    ) -> None:
        """Those already convened are not offered again; a draft keeps its choice."""
        if not self.meeting.is_draft:
            people = {
                key: each for key, each in people.items() if each[0].email not in known
            }
        if not people:
            return
        self.choosable[name] = {key: each[0] for key, each in people.items()}
        choices = [(key, each[1]) for key, each in people.items()]
        if len(people) > 1:
            everyone = _("Tout cocher : %(count)s personnes") % {"count": len(people)}
            choices.insert(0, (EVERYONE, everyone))
        self.fields[name] = forms.MultipleChoiceField(
            label=label,
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            initial=[
                key
                for key, each in people.items()
                if self.meeting.is_draft and each[0].email in known
            ],
        )

    def _add_others(self, known: dict[str, Invitation]) -> None:
        groups = self.choosable.values()
        offered = {each.email for group in groups for each in group.values()}
        lines = [
            f"{each.name} <{each.email}>" if each.name else each.email
            for each in known.values()
            if self.meeting.is_draft and each.email not in offered
        ]
        self.fields["others"] = forms.CharField(
            label=_("Autres adresses"),
            required=False,
            initial="\n".join(lines),
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_(
                "Une personne par ligne : « prefet@example.fr » ou « Cabinet du préfet "
                "<prefet@example.fr> »."
            ),
        )

    def clean_others(self) -> list[Invitee]:
        invitees, errors = [], []
        lines = map(str.strip, self.cleaned_data["others"].splitlines())
        for number, line in enumerate(lines, start=1):
            try:
                if line:
                    invitees.append(_invitee(line))
            except ValueError:
                message = _("Ligne %(number)s : « %(line)s » n’est pas une adresse.")
                errors.append(message % {"number": number, "line": line[:80]})
        if errors:
            raise ValidationError(errors)
        return invitees

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.invitees():
            self.add_error("others", _("Choisissez au moins une personne à inviter."))
        return data

    def invitees(self) -> list[Invitee]:
        """Each address once; the network's own entry before what was typed."""
        chosen: list[Invitee] = []
        for name, people in self.choosable.items():
            keys = self.cleaned_data.get(name, [])
            chosen += [
                invitee
                for key, invitee in people.items()
                if EVERYONE in keys or key in keys
            ]
        chosen += self.cleaned_data.get("others", [])
        return list({each.email: each for each in reversed(chosen)}.values())


def _invitee(line: str) -> Invitee:
    """« nom <adresse> » or an address alone; ValueError for anything else."""
    name, bracket, rest = line.rpartition("<")
    address = rest.rstrip("> ").strip() if bracket else line
    address = address.lower()
    mail_address(address)
    if len(name) > 150 or not name.isprintable():
        raise ValueError("name: a short line is wanted")
    return Invitee(address, " ".join(name.strip(' "').split()))


class AnswerForm(forms.Form):
    CHOICES = [
        (Answer.YES, gettext_lazy("Je participe")),
        (Answer.REPRESENTED, gettext_lazy("Une autre personne me représentera")),
        (Answer.NO, gettext_lazy("Je ne participe pas")),
    ]

    answer = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez l’une des réponses.")},
    )
    represented_by = forms.CharField(
        label=gettext_lazy("Nom et fonction de la personne qui vous représentera"),
        required=False,
        max_length=150,
    )
    comment = forms.CharField(
        label=gettext_lazy("Un mot pour le service"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("answer") == Answer.REPRESENTED and not data.get("represented_by"):
            self.add_error("represented_by", _("Indiquez qui vous représente."))
        return data
