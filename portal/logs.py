"""Logs and error reports that carry no path tokens, query strings, bodies or values: they are read by people and kept."""

import json
import logging
from collections.abc import ItemsView
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """One JSON object a line. An exception shows its type and where it was raised, never its message: messages quote input."""

    def format(self, record: logging.LogRecord) -> str:
        # Django's own records (`django.request`, CSRF, 404) put paths and POST data into args: only our own are interpolated
        own = record.name.split(".")[0] in {"portal", "articles", "quotes", "gunicorn"}
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if own else str(record.msg),
        }
        if identifier := request_id.get():
            line["request_id"] = identifier
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            frames = []
            while trace:
                frames.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
                trace = trace.tb_next
            line["where"] = frames[-6:]
        return json.dumps(line, ensure_ascii=False)


class ReporterFilter(SafeExceptionReporterFilter):
    """Django's error report without what a person typed."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()
