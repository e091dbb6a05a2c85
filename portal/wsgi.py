import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from portal.page_cache import PageCacheHandler  # noqa: E402 - it reads settings, which setup() makes

application = PageCacheHandler()
