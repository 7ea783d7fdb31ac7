from collections.abc import Sequence
from itertools import groupby

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from newsletters.models import Issue, Newsletter
from newsletters.services import in_order, reserved_brackets, section_of
from spip_portal.outbox.content import mail_address, sentinels
from spip_portal.registry import NewsletterItem
from spip_portal.ui.templatetags.portal import long_date


def refuse_brackets(*texts: str) -> None:
    """`[[name]]` means something to the outbox: no text of an issue may hold it."""
    if names := sentinels(*texts):
        raise ValidationError(reserved_brackets(names))


class NewsletterForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de la lettre"),
        max_length=120,
        help_text=_("Par exemple : « Le trait d’union »."),
        validators=[refuse_brackets],
    )
    sender = forms.CharField(
        label=_("Expéditeur légal"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Au bas de chaque numéro : qui édite la lettre, son adresse, comment "
            "le joindre."
        ),
        validators=[refuse_brackets],
    )


class IssueForm(forms.Form):
    """`offered`: what the apps propose, and what the draft holds already. One field a
    rubric, so that each has its legend."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=150,
        help_text=_("Il suit le nom de la lettre dans l’objet du courriel."),
        validators=[refuse_brackets],
    )
    introduction = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Une ligne vide sépare deux paragraphes."),
        validators=[refuse_brackets],
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        offered: Sequence[NewsletterItem],
        picked: Sequence[str] = (),
        **more,
    ) -> None:
        super().__init__(*args, **more)
        self.offered = in_order(offered)
        for section, items in groupby(self.offered, key=section_of):
            choices = [(item.key, _label(item)) for item in items]
            self.fields[f"section_{section}"] = forms.MultipleChoiceField(
                label=section.label,
                required=False,
                choices=choices,
                initial=[key for key, _shown in choices if key in picked],
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def has_changed_meanwhile(self) -> bool:
        """Somebody saved the draft since this form was opened."""
        return self.has_error(NON_FIELD_ERRORS, "changed")

    def clean(self) -> dict:
        """What services want: the items themselves under `items`."""
        super().clean()
        cleaned = self.cleaned_data
        keys = {
            key
            for name in self.fields
            if name.startswith("section_")
            for key in cleaned.pop(name, ())
        }
        cleaned["items"] = [item for item in self.offered if item.key in keys]
        for item in cleaned["items"]:
            refuse_brackets(item.title, item.summary)
        return cleaned


def _label(item: NewsletterItem) -> str:
    return f"{item.title} ({long_date(item.date)})" if item.date else item.title


class SendForm(forms.Form):
    """What the editor has read: the version that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class NewsletterChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Newsletter) -> str:
        return f"{obj.name} – {obj.spip}"


class SubscriptionForm(forms.Form):
    """One letter: nothing to choose. Several: tick those wanted."""

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        max_length=254,
        help_text=_("Par exemple : prenom.nom@association.fr"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, newsletters: Sequence[Newsletter], **more) -> None:
        super().__init__(*args, **more)
        self.newsletters = newsletters
        if len(newsletters) > 1:
            self.fields["newsletters"] = NewsletterChoiceField(
                label=_("Les lettres que vous souhaitez recevoir"),
                queryset=Newsletter.objects.select_related("spip"),
                to_field_name="slug",
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Choisissez au moins une lettre.")},
            )

    def clean_email(self) -> str:
        """As the outbox will want it, which is narrower than what a form accepts."""
        email = self.cleaned_data["email"]
        try:
            mail_address(email)
        except ValueError as error:
            raise ValidationError(
                _("Aucun courriel ne peut être envoyé à cette adresse : vérifiez-la.")
            ) from error
        return email

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        if "newsletters" not in self.fields:
            cleaned["newsletters"] = self.newsletters
        return cleaned


def issue_form(
    data, *, offered: Sequence[NewsletterItem], issue: Issue | None = None
) -> IssueForm:
    """The form of a new issue or of a draft; what a draft holds stays on offer even
    when its app no longer proposes it."""
    if issue is None:
        return IssueForm(data, offered=offered)
    held = [item.as_offered for item in issue.items.all()]
    current = {item.key for item in offered}
    return IssueForm(
        data,
        offered=[*offered, *(item for item in held if item.key not in current)],
        picked=[item.key for item in held],
        initial={
            "title": issue.title,
            "introduction": issue.introduction,
            "version": issue.version,
        },
    )
