"""What narrows the journal, read from its address. What is not understood filters
nothing, and says so beside the field."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip, User
from spip_portal.journal.models import Verb
from spip_portal.security.dates import end_of_day, start_of_day
from spip_portal.ui.widgets import DateInput

NO_SERVICE = "aucun"
NAMESAKES = 20  # accounts of one name that are looked for at once
NOT_WHOLE = _(
    "Il faut la référence entière, de 32 chiffres et lettres : « Tout sur… », à côté "
    "d’une ligne, la cherche pour vous."
)


class JournalFilter(forms.Form):
    """One service at a time: a list of one stays quick however long the journal is."""

    marks_optional = False

    since = forms.DateField(label=_("Du"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Au"), required=False, widget=DateInput)
    verb = forms.ChoiceField(
        label=_("Acte"),
        choices=[("", _("Indifférent")), *Verb.choices],
        required=False,
    )
    account = forms.CharField(
        label=_("Compte"),
        help_text=_("Adresse électronique exacte, ou prénom et nom."),
        max_length=200,
        required=False,
    )
    object = forms.UUIDField(
        label=_("Référence de l’objet"),
        required=False,
        error_messages={"invalid": NOT_WHOLE},
    )
    share = forms.UUIDField(
        label=_("Référence du partage"),
        required=False,
        error_messages={"invalid": NOT_WHOLE},
    )
    refused = forms.BooleanField(label=_("Refus seulement"), required=False)

    def __init__(self, *args, user: User, services: list[Spip], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.role == Role.AUDITOR:
            choices = [(service.slug, service.short_name) for service in services]
            self.fields["service"] = forms.ChoiceField(
                label=_("Service"),
                choices=[*choices, (NO_SERVICE, _("Aucun (visiteurs, partenaires)"))],
                required=False,
            )
        self.by_slug = {service.slug: service for service in services}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("La fin précède le début."))
        return data

    def asked(self, name: str) -> Any:
        return None if name in self.errors else self.cleaned_data.get(name)

    @property
    def is_filtering(self) -> bool:
        return any(self.asked(name) for name in self.fields)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return list(self)[:3]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return list(self)[3:]

    @property
    def uses_more(self) -> bool:
        return any(field.errors or field.data for field in self.more_fields)

    def apply(self, entries: QuerySet) -> QuerySet:
        """Of rows of `visible_to()`."""
        entries = entries.filter(spip_id=self._service_id())
        if since := self.asked("since"):
            entries = entries.filter(at__gte=start_of_day(since))
        if until := self.asked("until"):
            entries = entries.filter(at__lt=end_of_day(until))
        if verb := self.asked("verb"):
            entries = entries.filter(verb=verb)
        if self.asked("refused"):
            entries = entries.filter(verb=Verb.REFUSED)
        if account := self.asked("account"):
            entries = entries.filter(actor_id__in=self._accounts(account))
        if uuid := self.asked("object"):
            entries = entries.filter(object_uuid=uuid)
        if uuid := self.asked("share"):
            entries = entries.filter(share_uuid=uuid)
        return entries

    def _service_id(self) -> int | None:
        asked = self.asked("service")
        if asked == NO_SERVICE:
            return None
        return self.by_slug[asked].pk if asked else self.user.spip.pk

    @staticmethod
    def _accounts(words: str) -> list[int]:
        """One who is unknown has no line, as one who did nothing."""
        named = User.objects.annotate(
            full_name=Concat("first_name", Value(" "), "last_name")
        )
        found = named.filter(Q(email=words.lower()) | Q(full_name__iexact=words))
        return list(found.values_list("pk", flat=True)[:NAMESAKES])

    def described(self) -> dict[str, str]:
        """What was asked, for the file and the line of the journal: an account by its
        number, never its name."""
        asked = {name: self.asked(name) for name in self.fields}
        if asked["account"]:
            asked["account"] = ",".join(map(str, self._accounts(asked["account"])))
        return {name: str(value) for name, value in asked.items() if value}
