"""Headers that one kind of answer bears, beside those of the settings."""

# A file that somebody uploaded: it runs nothing, loads nothing, is framed by nothing.
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
