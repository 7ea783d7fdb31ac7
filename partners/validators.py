from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret


def clean_siret(value: str) -> str:
    """The 14 digits of a SIRET typed with or without spaces. Raises ValidationError."""
    try:
        return siret.validate(value)
    except StdnumError as error:
        raise ValidationError(
            _(
                "Ce numéro SIRET n’est pas valable : vérifiez ses 14 chiffres sur un "
                "courrier de l’INSEE ou un avis de situation."
            ),
            code="siret",
        ) from error


def validate_siret(value: str) -> None:
    clean_siret(value)
