"""What a line of the table of rights says."""

from dataclasses import dataclass

from tests.security.cast import Group


@dataclass(frozen=True)
class Line:
    readers: Group  # who gets the page by GET, and may post to it
    object: str = ""
    status: int = 200  # what readers get
    others: int = 404  # what the others get, once signed in where one must be
    unknown: int = 404  # what everyone gets for an object that nobody made
    args: tuple = ()  # the rest of the address
    tells: str = ""  # the secret that whoever holds this address may read
    is_read_only: bool = False  # posting is a 405
    is_button: bool = False  # there is no page: GET is a 405, readers post


def page(*readers_and_object, **more) -> Line:
    """A page with a form."""
    return Line(*readers_and_object, **more)


def read(*readers_and_object, **more) -> Line:
    """A page that only shows."""
    return Line(*readers_and_object, is_read_only=True, **more)


def button(*readers_and_object, **more) -> Line:
    """An act without a page of its own."""
    return Line(*readers_and_object, is_button=True, **more)


# What the member whose feed it is may see.
