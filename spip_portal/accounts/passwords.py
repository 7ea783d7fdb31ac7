import re
import unicodedata
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What French speakers put in a password first: keyboard, calendar, first names,
# affection, places, and this service's own words.
COMMON_WORDS = frozenset(
    Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split()
)
LEET = str.maketrans("0134578@$!", "oleastbasi")


def _letters(password: str, *, decode: bool) -> str:
    """The letters of a password; `decode` reads digits and signs between them as the
    letters they stand for, once those around the word are gone (« M0td3p@sse-26 »)."""
    text = unicodedata.normalize("NFKD", password.lower())
    text = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
    return re.sub("[^a-z]", "", text.translate(LEET) if decode else text)


def is_common(letters: str, words_left: int = 2) -> bool:
    """Whether `letters` is one or two common words end to end, repeated or not."""
    if not letters:
        return True
    if not words_left:
        return False
    starts = (w for w in COMMON_WORDS if letters.startswith(w))
    return any(is_common(letters.replace(w, ""), words_left - 1) for w in starts)


class FrenchWordsValidator:
    """Refuses a password that is one or two common French words with digits or signs
    around them; a sentence of several words remains welcome."""

    def validate(self, password: str, user=None) -> None:
        if any(is_common(_letters(password, decode=d)) for d in (True, False)):
            raise ValidationError(
                _(
                    "Ce mot de passe est fait de mots trop courants. Choisissez par "
                    "exemple quatre mots sans rapport entre eux."
                ),
                code="password_common_french",
            )

    def get_help_text(self) -> str:
        return _(
            "Votre mot de passe ne peut pas être un ou deux mots courants suivis de "
            "chiffres. Quatre mots sans rapport entre eux conviennent très bien."
        )
