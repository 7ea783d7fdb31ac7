"""The form of a meeting and of its agenda: they return a `Plan` and save nothing."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import AgendaItem, Meeting
from meetings.services import Plan
from spip_portal.outbox.content import sentinels
from spip_portal.security.dates import today
from spip_portal.ui.validators import in_our_times
from spip_portal.ui.widgets import DateInput, TimeInput


def no_sentinel(text: str) -> None:
    """Double brackets stand in mails for what each recipient reads of their own."""
    if sentinels(text):
        raise ValidationError(_("Remplacez les doubles crochets « [[ »."))


class MeetingForm(forms.ModelForm):
    """A meeting without its agenda: see `MeetingEditor`."""

    day = forms.DateField(
        label=gettext_lazy("Date"), widget=DateInput, validators=[in_our_times]
    )
    begins = forms.TimeField(label=gettext_lazy("Début"), widget=TimeInput)
    finishes = forms.TimeField(label=gettext_lazy("Fin"), widget=TimeInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = [
        *("title", "day", "begins", "finishes", "place", "address", "message"),
        *("reply_by", "version"),
    ]

    class Meta:
        model = Meeting
        fields = ["title", "place", "address", "message", "reply_by"]
        widgets = {
            "address": forms.Textarea(attrs={"rows": 2}),
            "message": forms.Textarea(attrs={"rows": 5}),
            "reply_by": DateInput,
        }
        labels = {"reply_by": gettext_lazy("Réponse attendue jusqu’au")}
        help_texts = {
            "place": gettext_lazy("Par exemple : salle du conseil, hôtel de ville."),
            "message": gettext_lazy("Repris dans le message et dans la convocation."),
            "reply_by": gettext_lazy(
                "Ce jour-là compris. Sans date, on répond jusqu’au début de la réunion."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "place", "address", "message"):
            self.fields[name].validators.append(no_sentinel)

    def clean_address(self) -> str:
        """One line, as letters and calendars write it."""
        lines = (line.strip(" ,") for line in self.cleaned_data["address"].splitlines())
        return ", ".join(filter(None, lines))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        day, begins, finishes = (
            data.get(name) for name in ("day", "begins", "finishes")
        )
        if day and day < today():
            self.add_error("day", _("Cette date est passée."))
        elif day and begins:
            data["starts_at"] = timezone.make_aware(datetime.combine(day, begins))
            if data["starts_at"] <= timezone.now():
                self.add_error("begins", _("Cette heure est passée."))
            if finishes and finishes <= begins:
                self.add_error("finishes", _("La fin vient après le début."))
            elif finishes:
                data["ends_at"] = timezone.make_aware(datetime.combine(day, finishes))
        self._check_reply_day(day)
        return data

    def _check_reply_day(self, day: date | None) -> None:
        reply_by = self.cleaned_data.get("reply_by")
        if not reply_by:
            return
        if reply_by < today():
            self.add_error("reply_by", _("Cette date est passée."))
        elif day and reply_by > day:
            self.add_error("reply_by", _("On répond avant la réunion."))


class AgendaItemForm(forms.ModelForm):
    """One point. A row left or made empty is no point."""

    marks_optional = False

    rank = forms.IntegerField(
        label=gettext_lazy("Ordre"), required=False, min_value=1, max_value=99
    )

    class Meta:
        model = AgendaItem
        fields = ["title", "speaker", "minutes"]
        labels = {
            "title": gettext_lazy("Intitulé"),
            "speaker": gettext_lazy("Présenté par"),
            "minutes": gettext_lazy("Durée (min)"),
        }
        help_texts = {"speaker": ""}
        error_messages = {
            "title": {"required": gettext_lazy("Indiquez l’intitulé du point.")},
            "minutes": {"required": gettext_lazy("Indiquez la durée du point.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "speaker"):
            self.fields[name].validators.append(no_sentinel)

    @property
    def point(self) -> AgendaItem | None:
        data = self.cleaned_data
        if not data.get("title"):
            return None
        return AgendaItem(
            title=data["title"], speaker=data["speaker"], minutes=data["minutes"]
        )


class BaseAgendaFormSet(forms.BaseFormSet):
    SPARE_ROWS = 3

    def initial_form_count(self) -> int:
        """Every row may be emptied, those already saved too."""
        return 0

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["rank"].initial = (index or 0) + 1

    def clean(self) -> None:
        if any(self.errors):
            return
        if self.points():
            return
        message = _("L’ordre du jour compte au moins un point.")
        if not self.forms:  # a request made by hand, without a row
            raise ValidationError(message)
        self.forms[0].add_error("title", message)

    def points(self) -> list[AgendaItem]:
        """In the order asked for; equal ranks as they stand."""
        ranked = sorted(
            self.forms, key=lambda form: form.cleaned_data.get("rank") or 99
        )
        return [form.point for form in ranked if form.point]


AgendaFormSet = forms.formset_factory(
    AgendaItemForm, formset=BaseAgendaFormSet, max_num=40, absolute_max=40
)


class MeetingEditor:
    """The form of a meeting and the rows of its agenda, valid together."""

    def __init__(self, data=None, *, initial=None, agenda=()) -> None:
        self.form = MeetingForm(data, initial=initial)
        self.agenda: Any = AgendaFormSet(data, initial=list(agenda), prefix="agenda")
        self.agenda.extra = len(agenda) + BaseAgendaFormSet.SPARE_ROWS

    @classmethod
    def of(cls, meeting: Meeting) -> "MeetingEditor":
        """Filled in with a meeting as it stands."""
        initial = {
            "day": timezone.localdate(meeting.starts_at),
            "begins": timezone.localtime(meeting.starts_at).time(),
            "finishes": timezone.localtime(meeting.ends_at).time(),
            "reply_by": meeting.reply_by,
        }
        return cls(initial=initial | cls._lasting(meeting), agenda=_rows(meeting))

    @classmethod
    def like(cls, meeting: Meeting) -> "MeetingEditor":
        """A new meeting that begins with what another one had, its dates aside."""
        return cls(initial=cls._lasting(meeting), agenda=_rows(meeting))

    @staticmethod
    def _lasting(meeting: Meeting) -> dict[str, Any]:
        names = ("title", "place", "address", "message", "version")
        return {name: getattr(meeting, name) for name in names}

    def with_more_rows(self) -> "MeetingEditor":
        """The same, typed text included, with empty rows to fill in."""
        initial = {field.name: field.value() for field in self.form}
        typed = [
            {name: form[name].value() for name in ("title", "speaker", "minutes")}
            for form in self.agenda
        ]
        return type(self)(
            initial=initial, agenda=[row for row in typed if any(row.values())]
        )

    def is_valid(self) -> bool:
        if not all([self.form.is_valid(), self.agenda.is_valid()]):
            return False
        lasts = timedelta(minutes=sum(item.minutes for item in self.agenda.points()))
        data = self.form.cleaned_data
        if lasts > data["ends_at"] - data["starts_at"]:
            message = _(
                "L’ordre du jour prend %(minutes)s minutes : la réunion finit trop tôt."
            )
            self.form.add_error(
                "finishes", message % {"minutes": lasts // timedelta(minutes=1)}
            )
            return False
        return True

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or any(self.agenda.errors))

    def plan(self) -> Plan:
        data = self.form.cleaned_data
        facts = {name: data[name] for name in Plan.FACTS}
        return Plan(**facts, agenda=self.agenda.points())

    @property
    def version(self) -> int:
        return self.form.cleaned_data.get("version") or 0


def _rows(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {"title": item.title, "speaker": item.speaker, "minutes": item.minutes}
        for item in meeting.agenda.all()
    ]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        required=False,
        max_length=300,
        validators=[no_sentinel],
        help_text=gettext_lazy("Repris dans le message aux personnes invitées."),
    )
