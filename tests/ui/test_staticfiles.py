import pytest
from django.contrib.staticfiles.finders import find, get_finders

DSFR = "dsfr/dist"


def collected() -> list[str]:
    return [path for finder in get_finders() for path, _storage in finder.list([])]


@pytest.mark.parametrize(
    "name",
    [
        f"{DSFR}/dsfr/dsfr.main.min.css",
        f"{DSFR}/dsfr/dsfr.module.min.js",
        f"{DSFR}/fonts/Marianne-Regular.woff2",
        f"{DSFR}/icons/user/account-circle-line.svg",  # icons.css asks for it
        f"{DSFR}/icons/system/menu-fill.svg",  # DSFR's own style sheet asks for it
        "css/portal.css",
        "js/portal.js",
        "django_prose_editor/editor.js",  # with its map, which the manifest wants
        "django_prose_editor/editor.js.map",
    ],
)
def test_what_a_page_asks_for_is_collected(name):
    """Style, script, fonts and the icons they refer to."""
    assert name in collected()
    assert find(name)


@pytest.mark.parametrize(
    "name",
    [
        f"{DSFR}/dsfr/dsfr.min.css",
        f"{DSFR}/utility/utility.min.css",
        f"{DSFR}/icons/weather/typhoon-line.svg",
        "django-dsfr/icon-picker/README.md",
        "django_prose_editor/editor.css",
        "django_prose_editor/material-icons.woff2",
    ],
)
def test_the_rest_of_the_design_system_is_left_out(name):
    """Neither collected nor served in development, so that both behave alike."""
    assert name not in collected()
    assert find(name) is None


def test_collecting_stays_short():
    """1 600 files became a few hundred, administration included."""
    assert len(collected()) < 600
