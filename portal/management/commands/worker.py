import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from portal.jobs import JOBS
from portal.models import Heartbeat

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Runs the jobs: sends the outbox, reminds, tidies up. Any number of workers may run. SIGTERM stops after the current job."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run every job once and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        due = dict.fromkeys(JOBS, 0.0)
        beat = 0.0
        while not self.stopping:
            close_old_connections()
            now = time.monotonic()
            for name, job in JOBS.items():
                if due[name] <= now and not self.stopping:
                    self.run(name)
                    due[name] = time.monotonic() + job.every.total_seconds()
            if now - beat > 10:
                self.beat()
                beat = now
            if options["once"]:
                return
            time.sleep(0.5)

    def stop(self, *args: Any) -> None:
        self.stopping = True

    def run(self, name: str) -> None:
        try:
            JOBS[name].run()
        except Exception:  # one failing job must not stop the others
            logger.exception("job failed", extra={"fields": {"job": name}})

    def beat(self) -> None:
        try:
            Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
        except Exception:
            logger.exception("no heartbeat")
