"""Missions and their images, as the coordination writes them."""

import uuid

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField
from partners.forms.words import SeenForm
from partners.models import Agreement, Charge, CollectiveAction, Mission
from spip_portal.accounts.models import Spip
from spip_portal.ui import rich_text
from spip_portal.ui.validators import in_our_times
from spip_portal.ui.widgets import DateTimeInput, RichTextInput
from spip_portal.vault.fields import ImageField


class MissionForm(SeenForm):
    """`images`: the (address, alternative text) that the text may show."""

    title = LineField(label=_("Titre"), max_length=120)
    summary = LineField(
        label=_("Résumé"),
        max_length=300,
        help_text=_("Deux lignes, pour la liste des missions."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    body = forms.CharField(label=_("Texte"), max_length=40_000, widget=RichTextInput)
    is_published = forms.BooleanField(label=_("Publier cette page"), required=False)
    published_from = forms.DateTimeField(
        label=_("Visible à partir du"),
        required=False,
        widget=DateTimeInput,
        validators=[in_our_times],
        help_text=_(
            "Laissez vide pour publier tout de suite. Avant cette date, seuls les "
            "agents du service la lisent."
        ),
    )

    class Meta:
        model = Mission
        fields = ["title", "summary", "body", "contact", "agreements", "actions"]
        labels = {
            "contact": _("Qui contacter"),
            "agreements": _("Conventions de cette mission"),
            "actions": _("Actions de cette mission"),
        }
        help_texts = {
            "contact": _("Une ligne de « Qui contacter » : elle finit avec son agent."),
            "agreements": _("Chacun ne voit que celles qu’il peut lire."),
            "actions": _("Chacun ne voit que celles qu’il peut lire."),
        }
        widgets = {
            "agreements": forms.CheckboxSelectMultiple,
            "actions": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, spip: Spip, images=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.images = images
        self.fields["contact"].queryset = Charge.objects.live().filter(spip=spip)
        self.fields["agreements"].queryset = self._choices(
            Agreement, Agreement.objects.in_force(), spip
        )
        self.fields["actions"].queryset = self._choices(
            CollectiveAction,
            CollectiveAction.objects.exclude(state=CollectiveAction.State.CANCELLED),
            spip,
        )
        # The editor too gets nothing that was not cleaned.
        self.initial["body"] = rich_text.clean(self.instance.body)
        self.initial["is_published"] = self.instance.published_at is not None
        self.initial["published_from"] = self.instance.published_at

    def _choices(self, model, current, spip: Spip):
        """What the service has now, and what was chosen before."""
        chosen = model.objects.none()
        if self.instance.pk:
            chosen = model.objects.filter(missions=self.instance)
        asked = Q(pk__in=current.values("pk")) | Q(pk__in=chosen.values("pk"))
        return model.objects.filter(asked, spip=spip)

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if rich_text.is_too_deep(rich_text.clean(body)):
            raise forms.ValidationError(
                _("Des listes sont trop imbriquées : ramenez-les à trois niveaux.")
            )
        return body

    def clean(self) -> dict:
        """What the service takes: one date, or none for a draft."""
        data = super().clean()
        since = data.pop("published_from", None)
        is_published = data.pop("is_published", False)
        known = self.instance.published_at
        if since and known and since == known.replace(second=0, microsecond=0):
            since = known  # the field shows no seconds
        data["published_at"] = (since or timezone.now()) if is_published else None
        return data


class MissionImageForm(forms.Form):
    """`key` is made when the page is shown: posted twice, it adds one image."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    content = ImageField(label=_("Fichier de l’image"))
    alternative = LineField(
        label=_("Texte de remplacement"),
        max_length=250,
        help_text=_(
            "Ce que l’image apprend à qui ne la voit pas. Aucun nom de personne suivie."
        ),
    )
