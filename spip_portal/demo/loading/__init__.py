"""Fills the demo with what `spip_portal/demo/data` holds: one module a subject. Each
finds again what it made, so that loading twice changes nothing."""
