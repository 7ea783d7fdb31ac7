"""Fourteen characters, and not one or two words that everyone tries first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        "court",
        "motdepasse2026!!",
        "M0td3P@sse-2026",
        "MarseilleParis55",
        "SoleilSoleilSoleil",
        "12345678901234567",
        "........2026.......",
        "PortailSpip!2026",
    ],
)
def test_a_common_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "girafe nuage clavier moulin",
        "Le soleil brille sur ma maison",
        "xK9#mw2!pqRz8vT",
    ],
)
def test_a_sentence_or_a_random_word_is_welcome(password):
    validate_password(password)
