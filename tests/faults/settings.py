"""The one settings file as the environment has it (tests/faults/scene.py), and the kinds of tests/faults."""

from portal.settings import *  # noqa: F403 (all of it)
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.FaultsConfig"]
EMAIL_TIMEOUT = 2
