"""Well-formed input, one module a subject. A form saves nothing."""
