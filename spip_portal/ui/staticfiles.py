"""What is collected from the apps: of the design system and of the text editor, only
what our pages use.

django-dsfr ships 1 600 files; a manifest and two compressions make that many minutes
of `collectstatic`. The list below names what a page asks for itself; what a kept style
sheet refers to (fonts, icons) follows from it.
"""

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder

DSFR_APP = "dsfr"
DSFR_STYLES = ("dsfr/dist/dsfr/dsfr.main.min.css", "dsfr/dist/dsfr.print.min.css")
DSFR_FILES = (
    *DSFR_STYLES,
    "dsfr/dist/dsfr/dsfr.module.min.js",
    "dsfr/dist/favicon/*",
    "dsfr/dist/artwork/*.svg",
    "dsfr/dist/artwork/pictograms/*.svg",
)
EDITOR_APP = "django_prose_editor"
EDITOR_FILES = ("django_prose_editor/editor.js", "django_prose_editor/editor.js.map")
URL_IN_CSS = re.compile(r"""url\(["']?(?!data:)([^)"'#?]+)""")


class PortalAppDirectoriesFinder(AppDirectoriesFinder):
    def list(self, ignore_patterns):
        for path, storage in super().list(ignore_patterns):
            app = next(name for name, each in self.storages.items() if each is storage)
            if self.is_used(app, path):
                yield path, storage

    def find_in_app(self, app, path):
        return super().find_in_app(app, path) if self.is_used(app, path) else None

    def is_used(self, app: str, path: str) -> bool:
        path = path.replace("\\", "/")
        if app == EDITOR_APP:
            return path in EDITOR_FILES
        if app != DSFR_APP:
            return True
        return path in self.referenced or any(fnmatch(path, p) for p in DSFR_FILES)

    @cached_property
    def referenced(self) -> frozenset[str]:
        """Files of the design system that a style sheet we serve refers to."""
        dsfr = self.storages[DSFR_APP]
        own = settings.BASE_DIR / "static"
        names = [(name, Path(dsfr.path(name))) for name in DSFR_STYLES]
        names += [(p.relative_to(own).as_posix(), p) for p in own.glob("css/*.css")]
        return frozenset(url for name, path in names for url in _urls_in(name, path))


def _urls_in(name: str, path: Path) -> Iterator[str]:
    folder = posixpath.dirname(name)
    for url in URL_IN_CSS.findall(path.read_text(encoding="utf-8")):
        yield posixpath.normpath(posixpath.join(folder, url))
