import logging
import re

# Logs carry ids only: an address that slipped into a message is cut.
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class RedactFilter(logging.Filter):
    """Removes e-mail addresses from every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "@" in message:
            record.msg, record.args = ADDRESS.sub("[adresse]", message), None
        return True
