"""Where the web server finds the site."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from clinic.database.roles import refuse_the_owner

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
application = get_wsgi_application()
if settings.MODE == "production":
    refuse_the_owner()
