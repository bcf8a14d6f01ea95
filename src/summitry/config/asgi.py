"""The ASGI application that uvicorn serves."""

import gc
import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.config.settings")
if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    settings.DATABASES["default"]["OPTIONS"]["pool"] = settings.DATABASE_POOL
_django = get_asgi_application()

from summitry.schedule.planning import warming  # noqa: E402  (after the set-up above)
from summitry.web.body_limit import ROOM_FOR_FIELDS, BodyLimit  # noqa: E402  (after the set-up above)

application = BodyLimit(_django, settings.UPLOAD_LIMIT_BYTES + ROOM_FOR_FIELDS)

# The server lives on: should it ever plan a large schedule, it may compile the engine beside its work.
warming.allow()

# What is loaded at the start stays for good: no full collection, in the middle of someone's request, walks through it.
gc.collect()
gc.freeze()
