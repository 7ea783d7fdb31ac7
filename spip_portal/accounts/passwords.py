import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What French speakers put in a password first: keyboard, calendar, first names,
# affection, places, and this service's own words.
COMMON_WORDS = frozenset(
    """
    motdepasse mdp passe azerty azertyuiop qsdfgh qsdfghjkl wxcvbn bonjour bonsoir salut
    soleil lune etoile amour jetaime moncoeur coeur chouchou doudou loulou bisous cheri
    cherie princesse maman papa famille enfant bebe vacances voiture maison jardin chat
    chien cheval lapin licorne dauphin football marseille paris lyon bordeaux toulouse
    nancy metz verdun barleduc meuse lorraine france republique liberte egalite
    fraternite janvier fevrier mars avril mai juin juillet aout septembre octobre
    novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche printemps ete
    automne hiver noel nicolas julien thomas camille marie sophie isabelle nathalie
    sandrine stephane philippe pascal martin durand dupont admin administrateur
    utilisateur compte acces entree bienvenue portail spip cpip prison probation
    insertion justice ministere direction partenaire partenariat association service
    bureau secret secretpartage dossier chocolat fromage baguette cafe
    """.split()
)
LEET = str.maketrans("0134578@$!", "oleastbasi")


def _letters(password: str, *, decode: bool) -> str:
    text = unicodedata.normalize("NFKD", password.lower())
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
