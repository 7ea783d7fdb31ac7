"""Change the key-encryption key: what an old key wraps is wrapped anew by the newest,
row by row, while everything is read as before; then the old key may go."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from spip_portal import registry
from spip_portal.vault import envelope

BATCH = 200


@dataclass(frozen=True)
class Sealed:
    """Where an app keeps something sealed. `read` gives what a row holds of it, `write`
    puts others in their place without saving; `context` is what was given to seal."""

    rows: QuerySet
    fields: tuple[str, ...]
    purpose: str
    read: Callable[[Any], list[bytes]]
    write: Callable[[Any, list[bytes]], None]
    context: Callable[[Any], bytes] = lambda _row: b""

    @property
    def model(self) -> type[Model]:
        return self.rows.model


def rewrap_all() -> Counter[str]:
    """Wrap under the newest key all that an older one wraps. Returns how many sealed
    things each model had of them. Can be stopped and begun again."""
    return Counter({sealed.model.__name__: _rewrap(sealed) for sealed in _everything()})


def in_use() -> Counter[str]:
    """How many sealed things hang on each key, by its id: one that has none may go."""
    found: Counter[str] = Counter({path.stem: 0 for path in envelope.key_paths()})
    for sealed in _everything():
        for row in sealed.rows.iterator(chunk_size=BATCH):
            found.update(envelope.key_id(each) for each in sealed.read(row))
    return found


def _everything() -> list[Sealed]:
    return registry.gather("sealed", None)


def _rewrap(sealed: Sealed) -> int:
    return sum(_rewrap_batch(sealed, keys) for keys in _batches(sealed))


def _batches(sealed: Sealed) -> Iterator[list[int]]:
    keys = list(sealed.rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


@transaction.atomic
def _rewrap_batch(sealed: Sealed, keys: list[int]) -> int:
    newest, changed = envelope.newest_key_id(), 0
    rows = sealed.rows.select_for_update(of=("self",))
    for row in rows.filter(pk__in=keys):
        old = sealed.read(row)
        if all(envelope.key_id(each) == newest for each in old):
            continue
        context = sealed.context(row)
        sealed.write(
            row,
            [
                envelope.seal(
                    envelope.unseal(each, purpose=sealed.purpose, context=context),
                    purpose=sealed.purpose,
                    context=context,
                )
                for each in old
            ],
        )
        row.save(update_fields=sealed.fields)
        changed += len(old)
    return changed
