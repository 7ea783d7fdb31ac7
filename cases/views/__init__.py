"""HTTP, one module a subject."""
