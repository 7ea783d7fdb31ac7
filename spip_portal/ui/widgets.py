"""Widgets Django lacks: the browser's own pickers want ISO values."""

from django import forms


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class InlineRadioSelect(forms.RadioSelect):
    """Two or three short answers on one line."""

    inline = True


class RichTextInput(forms.Textarea):
    """HTML in a textarea, over which `js/rich_text.js` lays an editor. `images`: the
    (address, alternative text) of what can be put in."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 16, **(attrs or {})})
        self.images: list[tuple[str, str]] = []
