"""Names of communes as people type them, and the file that lists them all: facts only,
taken by `bin/communes` from what the State publishes (NOTICE.md)."""

import csv
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

from partners.spreadsheets import plain

FILE = Path(__file__).parent / "data" / "communes.csv.xz"
WORDS = {"st": "saint", "ste": "sainte"}
ARTICLES = {"l", "le", "la", "les"}
# « Verdun CEDEX 2 », « Paris 12e arrondissement »
TAIL = re.compile(r" (cedex( \d+)?|\d+(er|e|eme)?( arrondissement)?)$")


def commune_key(name: str) -> str:
    """What two ways to write one name have in common: « St Mihiel » and
    « SAINT-MIHIEL », « L’Hôpital » and « Hopital »."""
    text = plain(name).replace("œ", "oe").replace("s/", "sur ")
    words = TAIL.sub("", " ".join(re.findall(r"[a-z0-9]+", text))).split()
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return " ".join(WORDS.get(word, word) for word in words)


def departement_of(code: str) -> str:
    """From the code of a commune or from a postcode: 55, 2A, 971."""
    if code.startswith("97"):
        return code[:3]
    if code.startswith("20"):  # Corsica has postcodes of its own
        return "2A" if code < "20200" else "2B"
    return code[:2]


def read_communes() -> Iterator[dict[str, str]]:
    """code, name, postcodes (separated by spaces), latitude, longitude."""
    with lzma.open(FILE, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
