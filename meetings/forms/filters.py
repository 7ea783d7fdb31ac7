"""The filters of the lists: they stand in the address and never fail."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from meetings.enums import Answer, MeetingState
from meetings.models import InviteeQuerySet, MeetingQuerySet


class Period(TextChoices):
    COMING = "coming", gettext_lazy("à venir")
    PAST = "past", gettext_lazy("passées")


class MeetingFilterForm(forms.Form):
    """The filters of the list. Only those who manage meetings see states."""

    marks_optional = False

    q = forms.CharField(label=gettext_lazy("Intitulé ou lieu"), required=False)
    when = forms.ChoiceField(
        label=gettext_lazy("Période"),
        required=False,
        choices=[("", gettext_lazy("toutes")), *Period.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("État"),
        required=False,
        choices=[("", gettext_lazy("tous")), *MeetingState.choices],
    )

    def __init__(self, *args: Any, can_manage: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_manage:
            del self.fields["state"]

    def apply(self, meetings: MeetingQuerySet) -> MeetingQuerySet:
        """What the filters leave; one that is not understood filters nothing."""
        self.full_clean()
        data = self.cleaned_data
        meetings = meetings.matching(data.get("q", ""))
        if data.get("state"):
            meetings = meetings.filter(state=data["state"])
        if data.get("when"):
            is_past = data["when"] == Period.PAST
            meetings = meetings.past() if is_past else meetings.coming()
        return meetings

    @property
    def is_used(self) -> bool:
        return any(self.cleaned_data.values())


class InvitationFilterForm(forms.Form):
    marks_optional = False

    q = forms.CharField(label=gettext_lazy("Nom, structure ou adresse"), required=False)
    answer = forms.ChoiceField(
        label=gettext_lazy("Réponse"),
        required=False,
        choices=[("", gettext_lazy("toutes")), *Answer.choices],
    )

    def apply(self, invitations: InviteeQuerySet) -> InviteeQuerySet:
        self.full_clean()
        data = self.cleaned_data
        invitations = invitations.matching(data.get("q", ""))
        if data.get("answer"):
            invitations = invitations.filter(answer=data["answer"])
        return invitations
