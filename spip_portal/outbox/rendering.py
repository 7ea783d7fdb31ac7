"""From `templates/emails/<name>.*` to the three texts of a mail."""

import re
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string


def render_mail(template: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """(subject, text, html) from `<template>.subject.txt`, `.txt` and `.html`.

    Nothing is escaped in the two plain texts. The subject becomes one line whatever a
    title in it holds; its no-break spaces stay.
    """
    context = {"site_url": settings.SITE_URL, **context}
    subject = _plain(f"emails/{template}.subject.txt", context)
    text = _plain(f"emails/{template}.txt", context)
    html = render_to_string(f"emails/{template}.html", context)
    return _one_line(subject), _tidy(text), html


def _plain(name: str, context: dict[str, Any]) -> str:
    template = Engine.get_default().get_template(name)
    return template.render(Context(context, autoescape=False))


def _one_line(subject: str) -> str:
    """ASCII white space, control characters and line separators become one space."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", subject).strip(" ")


def _tidy(text: str) -> str:
    """What template tags leave behind: spaces at line ends, runs of empty lines."""
    text = re.sub(r"[ \t\r]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
