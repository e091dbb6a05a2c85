from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext

from portal import share_picture


class Command(BaseCommand):
    help = (
        "Draws the picture that messengers show of a link, one a language, into portal/static/portal/share/. "
        "Run it after SITE_NAME or its words change; needs Debian's fonts-noto-core."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        target = settings.BASE_DIR / "portal" / "static" / "portal" / "share"
        target.mkdir(exist_ok=True)
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                title = gettext("Honest answers after a stroke")
                text = gettext("What is known, what is not, and where it is written. Every article lists its sources.")
            try:
                drawn = share_picture.draw(title, language=code, text=text)
            except share_picture.CannotDraw as error:
                raise CommandError(str(error)) from error
            (target / f"{code}.png").write_bytes(drawn)
            self.stdout.write(f"{code}.png")
