import pytest
from django.core.exceptions import ValidationError

from partners.validators import clean_siret
from tests.partners.factories import siret


@pytest.mark.parametrize("number", range(20))
def test_a_valid_siret_is_returned_without_spaces(number):
    """Spaces are welcome, as on the letters of INSEE."""
    digits = siret(number)
    typed = f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}"
    assert clean_siret(typed) == clean_siret(digits) == digits


@pytest.mark.parametrize("position", range(14))
def test_one_wrong_digit_is_refused(position):
    """The key catches any single digit mistyped."""
    digits = list(siret(1))
    digits[position] = str((int(digits[position]) + 1) % 10)
    with pytest.raises(ValidationError, match="14 chiffres"):
        clean_siret("".join(digits))


@pytest.mark.parametrize("typed", ["", "123", "1" * 15, "abcdefghijklmn", "²" * 14])
def test_what_is_not_14_digits_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_siret(typed)
