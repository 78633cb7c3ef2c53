"""What uvicorn serves: the event stream and nothing else. All other addresses are gunicorn's."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.logs import tell_everything_here  # noqa: E402
from helpers.live import Events  # noqa: E402

tell_everything_here()

application = Events()
