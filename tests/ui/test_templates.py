"""Rules of the house on every template of the portal, whoever wrote it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
# Mails cannot have a style sheet: theirs is inline, and no policy applies to them.
WEB_PAGES = [page for page in PAGES if "emails" not in page.parts]
ICON = re.compile(r"\bfr-icon-([a-z0-9-]+)")
PLAIN_SPACE = re.compile(r"(?<=[\w’»)}]) [:;?!»](?=[\s\"<.,)]|$)|« ", re.MULTILINE)
NOT_TEXT = re.compile(
    r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL
)


def named(paths: list[Path]):
    return pytest.mark.parametrize(
        "path", [pytest.param(p, id=str(p.relative_to(TEMPLATES))) for p in paths]
    )


@named(WEB_PAGES)
def test_no_style_and_no_script_inline(path):
    """The content security policy would refuse them."""
    text = NOT_TEXT.sub("", path.read_text())
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@named(WEB_PAGES)
def test_every_icon_is_served(path):
    """An icon that is not in static/css/icons.css shows as a grey square."""
    served = set(ICON.findall((settings.BASE_DIR / "static/css/icons.css").read_text()))
    assert set(ICON.findall(path.read_text())) <= served


@named(PAGES)
def test_french_punctuation_holds_to_its_word(path):
    """No plain space before : ; ? ! » nor after «: the mark would start a line."""
    assert PLAIN_SPACE.findall(NOT_TEXT.sub("", path.read_text())) == []


@named(PAGES)
def test_apostrophes_are_typographic(path):
    """« l’adresse », never « l'adresse »."""
    text = NOT_TEXT.sub("", path.read_text())
    assert re.findall(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|aujourd)'\w+", text) == []


@named(sorted((TEMPLATES / "components").glob("*.html")))
def test_a_component_says_what_it_wants(path):
    """Its first lines name its parameters."""
    assert re.match(r"\{% comment %\}|\{#", path.read_text())
