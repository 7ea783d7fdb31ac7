"""`make bench`: figures of this machine, each against its baseline in the same run."""

import os

import django

import tests.environment  # noqa: F401 (settings read what it puts in the environment)

os.environ["DJANGO_SETTINGS_MODULE"] = "spip_portal.settings"
django.setup()
