"""Finding rows of the network by their words. Nothing of `cases` is searched so: a text
index *is* the text, in every dump (PERFORMANCE)."""

import re
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models

CONFIGURATION = "portal_french"  # made by this package's migration
SOME = 50  # rows


def stored_words(*columns: str) -> models.GeneratedField:
    """Kept with the row: to read its text again costs a hundred times more than to
    compare words, and the planner knows how frequent each is (PERFORMANCE)."""
    return models.GeneratedField(
        expression=SearchVector(*columns, config=CONFIGURATION),
        output_field=SearchVectorField(),
        db_persist=True,
    )


class SearchableManager(models.Manager):
    """Rows come without their vector: only the database reads it."""

    def get_queryset(self):
        return super().get_queryset().defer("words")


class SearchableQuerySet(models.QuerySet):
    """`name_field` is what mistyped words are compared with, `text_fields` are read
    too. The model has `words = ….words_field()`, its Meta `….search_indexes()`, and its
    `objects` come from SearchableManager."""

    name_field: ClassVar[str]
    text_fields: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def words_field(cls) -> models.GeneratedField:
        return stored_words(cls.name_field, *cls.text_fields)

    @classmethod
    def search_indexes(cls, name: str, *within: str) -> list[GinIndex]:
        """`within`: columns of short codes that say who may read a row. What a reader
        may not see is then never compared."""
        return [
            GinIndex(name=f"{name}_words", fields=[*within, "words"]),
            GinIndex(
                name=f"{name}_trigrams",
                fields=[*within, cls.name_field],
                opclasses=[*("varchar_ops" for _ in within), "gin_trgm_ops"],
            ),
        ]

    def search(self, words: str) -> Self:
        """Those that hold every word, or else those whose name looks like them."""
        found = self.with_words(words)
        # Asked for one row, PostgreSQL reads the table until it meets one, and there
        # may be none; asked for some, it goes by the index.
        some = found.order_by().values("pk")[:SOME]
        return found if some.count() else self.resembling(words)

    def with_words(self, words: str) -> Self:
        """Those that hold every word, its accents and its ending aside."""
        beginnings = " & ".join(f"{word}:*" for word in re.findall(r"\w+", words))
        if not beginnings:
            return self.none()
        # PostgreSQL reads a number such as « A-7 » in its own way, hence the words too.
        query = SearchQuery(words, config=CONFIGURATION) | SearchQuery(
            beginnings, config=CONFIGURATION, search_type="raw"
        )
        return self.holding(query)

    def holding(self, query: SearchQuery) -> Self:
        """Where the words are looked for: in the columns of the row."""
        return self.filter(words=query)

    def resembling(self, words: str) -> Self:
        """Those whose name has words that share enough letters with these."""
        return self.filter(**{f"{self.name_field}__trigram_word_similar": words})
