from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from articles import editions, pictures
from articles.models import Picture


class Command(BaseCommand):
    help = "Makes the AVIF files of pictures that were uploaded before the site made them. Safe to run twice; a second or two a picture."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for pk in Picture.objects.values_list("pk", flat=True):
            with transaction.atomic():
                picture = Picture.objects.select_for_update().get(pk=pk)
                sizes = pictures.with_avif(picture.sizes)
                if sizes != picture.sizes:
                    Picture.objects.filter(pk=pk).update(sizes=sizes)
                    editions.render_again(mentioning=f"(picture:{picture.key})")
                    count += 1
        self.stdout.write(f"{count} pictures.")
