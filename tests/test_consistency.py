"""Rules of the house that a reader would otherwise have to repeat (STYLE)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise

from tests.undefined import UndefinedVariableError

ROOT = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
PACKAGES = ("spip_portal", "partners", "cases", "newsletters", "meetings")
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
}
PAGES = {
    path: path.read_text(encoding="utf-8")
    for path in sorted(TEMPLATES.rglob("*"))
    if path.suffix in {".html", ".txt"}
}
EVERYTHING = "\n".join([*SOURCES.values(), *PAGES.values()])


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- Nothing is left over -----------------------------------------------------------


def test_every_template_is_used():
    """By its name in a view or a template, or because it replaces a package's own."""
    assert [short(path) for path in PAGES if not _is_used(path)] == []


def _is_used(path: Path) -> bool:
    name = str(path.relative_to(TEMPLATES))
    if f'"{name}"' in EVERYTHING or _is_known_to_a_package(name):
        return True
    # Django finds them by status; mails and the first pages are named by their stem.
    stem = path.name.partition(".")[0]
    is_named_by_stem = path.parent.name in {"emails", "pages"}
    return re.fullmatch(r"\d{3}(_csrf)?", stem) is not None or (
        is_named_by_stem and f'"{stem}"' in EVERYTHING
    )


def _is_known_to_a_package(name: str) -> bool:
    """The same path exists in Django, allauth or django-dsfr."""
    return any(
        (Path(directory) / name).exists()
        for engine in engines.all()
        for directory in engine.template_dirs
        if Path(directory) != TEMPLATES
    )


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        elif entry.namespace:
            yield from names(entry, f"{entry.namespace}:")


def test_every_route_of_ours_is_linked():
    """An address that nothing names is an address that nobody finds. A relative name
    counts where the app's own code builds it."""
    unused = [
        name
        for name in names(get_resolver())
        if not name.startswith(("admin:", "None"))
        and ":" in name
        and not re.search(rf"[\"']{name}[\"']", EVERYTHING)
        and name not in CALLED_FROM_OUTSIDE
    ]
    assert unused == []


# By a watchman of the machine, and by readers of mail.
CALLED_FROM_OUTSIDE = {"pages:liveness", "pages:health"}


# -- What is not written here -------------------------------------------------------

FORBIDDEN = {
    # What was just cleaned, and no other HTML of a row.
    r"\bmark_safe\b": {"spip_portal/ui/rich_text.py"},
    r"\|\s*safe\b": set(),
    # RFC 8058: argued beside it.
    r"\bcsrf_exempt\b": {"newsletters/views/subscriptions.py"},
    # They read dead shares too (ACCESS): only our backend answers.
    r"guardian\.shortcuts|\b(assign|remove)_perm\b|get_objects_for_user": set(),
    r"\bprint\(": set(),
    r"\bTODO\b|\bFIXME\b|\bXXX\b": set(),
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_what_the_house_does_without(pattern):
    found = {
        short(path)
        for path, text in (SOURCES | PAGES).items()
        if re.search(pattern, text)
    }
    assert found == FORBIDDEN[pattern]


def test_only_the_plain_text_of_mails_is_not_escaped():
    found = [short(p) for p, text in PAGES.items() if "autoescape off" in text]
    assert [name for name in found if not name.endswith(".txt")] == []


# -- French -------------------------------------------------------------------------

OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in PACKAGES and not model._meta.auto_created
]
ACRONYM = re.compile(r"[A-Z]{2,}")


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_is_named_in_lower_case_french(model):
    """Names stand in the middle of sentences; only acronyms keep their capitals."""
    meta = model._meta
    assert isinstance(meta.verbose_name, Promise)  # chosen, and not Django's guess
    named = [meta.verbose_name, meta.verbose_name_plural]
    named += [field.verbose_name for field in meta.fields + meta.many_to_many]
    wrong = [
        str(name)
        for name in named
        if name != "ID" and not ACRONYM.match(str(name)) and not str(name)[0].islower()
    ]
    assert wrong == []


def texts() -> Iterator[tuple[str, str]]:
    """Every text handed to gettext, in code and in templates."""
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and _name(node.func) in GETTEXT:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(
                        argument.value, str
                    ):
                        yield short(path), argument.value
    for path, source in PAGES.items():
        for found in TRANSLATED.finditer(source):
            yield short(path), found[1] or found[2]


GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
TRANSLATED = re.compile(
    r'{% translate "([^"]*)"|{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}',
    re.DOTALL,
)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


STRAIGHT = re.compile(r"(?<=\w)'(?=\w)")
NO_SPACE = re.compile(r"[^\s:;?!«…][:;?!»](?=\s|$)|«\S")
PLAIN_SPACE = re.compile(r"[ \n][:;?!»]|«[ \n]")
ENTITY = re.compile(r"&(#\d+|\w+);")


def test_apostrophes_are_typographic():
    assert [(where, text) for where, text in texts() if STRAIGHT.search(text)] == []


def test_signs_hold_to_their_word_by_a_no_break_space():
    """Before : ; ? ! and inside guillemets, narrow or not."""
    wrong = []
    for where, text in texts():
        plain = ENTITY.sub("x", re.sub(r"{%.*?%}|<[^>]*>", "", text))
        if NO_SPACE.search(plain) or PLAIN_SPACE.search(plain):
            wrong.append((where, text))
    assert wrong == []


# -- Templates ----------------------------------------------------------------------


def test_an_undefined_variable_fails_the_test_that_renders_it():
    """`tests/undefined.py` watches every template of ours that any test renders."""
    with pytest.raises(UndefinedVariableError, match="label"):
        render_to_string("components/badge.html", {"kind": "info"})
    assert "Ouvert" in render_to_string("components/badge.html", {"label": "Ouvert"})
