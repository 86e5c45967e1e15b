"""The application as a web server loads it: `web.wsgi:application`."""

from __future__ import annotations

import logging

from web.application import create_application

logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
logging.getLogger("motcua").setLevel(logging.INFO)

application = create_application()
