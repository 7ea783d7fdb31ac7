"""Run as a child process by `images`: a picture on stdin, the same one drawn anew on
stdout. Arguments: its limits, memory in bytes and CPU in seconds, which it sets on
itself before it reads anything. Ends with an error for what it does not draw.

Deliberately outside Django: the child loads Pillow and nothing of the portal.
"""

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps

LONGEST_SIDE = 4000
QUALITY = 85


def draw(content: bytes) -> bytes:
    """The first image of the file, upright, without what describes it."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
        if max(image.size) > LONGEST_SIDE:
            sys.exit("too large")
        kind = image.format
        image.load()
        upright = ImageOps.exif_transpose(image)
        mode = "RGB" if kind == "JPEG" else "RGBA"
        fresh = Image.new(mode, upright.size)
        fresh.paste(upright.convert(mode))
    drawn = io.BytesIO()
    fresh.save(drawn, kind, quality=QUALITY, optimize=True)
    return drawn.getvalue()


def limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    limit(*map(int, sys.argv[1:]))
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read()))
