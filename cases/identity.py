"""Who a person is, as three words: how they are sealed, and how they are found again
without being read.

The database holds a sealed text, and a keyed hash that answers one question only: is it
this very person? The key is the installation's SECRET_KEY, never in a dump; a former
one, kept in SECRET_KEY_FALLBACKS, still finds what was written under it."""

import json
import re
from dataclasses import dataclass
from datetime import date
from unicodedata import combining, normalize

from django.conf import settings
from django.utils.crypto import salted_hmac

from spip_portal.vault import envelope

PURPOSE = "cases.identity"
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


@dataclass(frozen=True)
class Identity:
    last_name: str
    first_name: str
    born_on: date

    @property
    def canonical(self) -> str:
        names = f"{plain(self.last_name)}|{plain(self.first_name)}"
        return f"{names}|{self.born_on.isoformat()}"

    def seal(self, context: bytes) -> bytes:
        """`context` ties it to its case: moved to another, it does not open."""
        text = json.dumps([self.last_name, self.first_name, self.born_on.isoformat()])
        return envelope.seal(text.encode(), purpose=PURPOSE, context=context)

    @classmethod
    def unseal(cls, sealed: bytes, context: bytes) -> "Identity":
        text = envelope.unseal(bytes(sealed), purpose=PURPOSE, context=context)
        last_name, first_name, born_on = json.loads(text)
        return cls(last_name, first_name, date.fromisoformat(born_on))

    def digest(self, spip_id: int, key: str | bytes | None = None) -> bytes:
        """Not the same in two services: nobody compares their lists."""
        return salted_hmac(
            PURPOSE, f"{spip_id}|{self.canonical}", secret=key, algorithm="sha256"
        ).digest()

    def digests(self, spip_id: int) -> list[bytes]:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return [self.digest(spip_id, key) for key in keys]


def plain(name: str) -> str:
    """« Saïdi-Le  Goff » → saidilegoff: accents, case, spaces, hyphens and apostrophes
    make no difference."""
    letters = normalize("NFKD", name.casefold().translate(LIGATURES))
    return re.sub(
        r"[\W_]+", "", "".join(each for each in letters if not combining(each))
    )
