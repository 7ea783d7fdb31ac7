import uuid

from django import forms


class KeyedForm(forms.Form):
    """Carries a key made when the page was shown: posted twice, it acts once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
