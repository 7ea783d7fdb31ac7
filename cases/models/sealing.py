"""Words that the database holds sealed: whoever has a dump reads none of them."""

import uuid
from typing import Any

from spip_portal.vault import envelope


class SealedWords:
    """`row.text`, kept sealed in the binary field `field` of the row. The seal is of
    that row and of that purpose: moved elsewhere, it opens no more."""

    def __init__(self, field: str, *, purpose: str) -> None:
        self.field, self.purpose = field, purpose

    def __get__(self, row: Any, owner: type) -> Any:
        """Nothing written yet reads as no words; asked of the class, itself."""
        if row is None:
            return self
        return "".join(
            envelope.unseal(each, purpose=self.purpose, context=row.uuid.bytes).decode()
            for each in self.kept_by(row)
        )

    def __set__(self, row: Any, text: str) -> None:
        setattr(row, self.field, self.sealed(text, row.uuid))

    def sealed(self, text: str, of: uuid.UUID) -> bytes:
        return envelope.seal(text.encode(), purpose=self.purpose, context=of.bytes)

    def kept_by(self, row: Any) -> list[bytes]:
        kept = getattr(row, self.field)
        return [] if kept is None else [bytes(kept)]

    def keep(self, row: Any, again: list[bytes]) -> None:
        setattr(row, self.field, again[0])
