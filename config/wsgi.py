"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config.logs import tell_everything_here

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

tell_everything_here()
application = get_wsgi_application()
