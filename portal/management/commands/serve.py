import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Serves the site with its worker on a developer's machine; Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--address", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "This is for development. In production run gunicorn and `manage.py worker`; see docs/operations.md."
            )
        address = f"{options['address']}:{options['port']}"
        with socket.socket() as probe:
            if probe.connect_ex((options["address"], options["port"])) == 0:
                raise CommandError(
                    f"Something else uses port {options['port']}. Choose another: make run PORT={options['port'] + 10}"
                )
        environment = {"SITE_URL": f"http://localhost:{options['port']}"} | os.environ
        gunicorn = "-m gunicorn portal.wsgi --workers 2 --threads 4 --log-level warning --no-control-socket --reload --bind"
        commands = [
            [sys.executable, *gunicorn.split(), address],
            [sys.executable, "manage.py", "worker"],
        ]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.processes = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)  # noqa: S603 - our own words
            for command in commands
        ]
        self.stdout.write(
            f"\n  Regain is on http://localhost:{options['port']}/   staff: /staff/   mails: /dev/mail/   Ctrl-C stops.\n"
        )
        self.stdout.flush()
        while all(process.poll() is None for process in self.processes):
            time.sleep(0.3)
        self.stop()

    def stop(self, *args: Any) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        codes = [process.wait(timeout=20) for process in self.processes]
        sys.exit(0 if args else max(map(abs, codes)))
