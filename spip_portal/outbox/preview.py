"""A formatted mail as a page of the portal, under a policy as strict as any other.

A mail carries its styles on its elements, which the content security policy refuses.
The same declarations are moved into one style sheet that the policy names by its hash:
nothing a person typed can style, load or run anything.
"""

import base64
import hashlib
import re
from html import unescape

STYLE = re.compile(r'\sstyle="([^"]*)"')
SANDBOX = "sandbox allow-top-navigation-by-user-activation; default-src 'none'"


def as_page(html: str) -> tuple[str, str]:
    """(the page, its content security policy)."""
    classes: dict[str, str] = {}

    def to_class(found: re.Match) -> str:
        declarations = unescape(found[1])
        return f' class="{classes.setdefault(declarations, f"m{len(classes)}")}"'

    body = STYLE.sub(to_class, html)
    sheet = "".join(f".{name}{{{rules}}}" for rules, name in classes.items())
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    page = body.replace("</head>", f"<style>{sheet}</style></head>", 1)
    page = page.replace(' role="article"', ' role="main"', 1)  # a page has a landmark
    closed = "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    return page, f"{SANDBOX}; style-src 'sha256-{digest}'; {closed}"
