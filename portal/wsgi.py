"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 (the settings are known only now)

from portal import demo  # noqa: E402 (the database is known only now)

demo.refuse_in_production()

# Everything loaded lives as long as the process: the collector need not walk it again for every few requests, and a
# request's own objects die by their reference counts. Addresses are read first, since they load all views.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
