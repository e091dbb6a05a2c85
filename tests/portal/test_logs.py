"""Logs name routes and requests, never what people typed."""

import json
import logging

import pytest
from django.test import RequestFactory

from portal.logs import JsonFormatter, ReporterFilter

SECRET = "breast cancer 2023"


def line(name: str, message: str, *args: object, exc_info: object = None) -> dict:
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, args, exc_info)  # type: ignore[arg-type]
    return json.loads(JsonFormatter().format(record))


def test_arguments_of_other_peoples_records_are_left_out():
    assert SECRET not in json.dumps(line("django.request", "Not Found: %s", f"/en/c/{SECRET}"))


def test_our_own_records_are_whole():
    assert line("portal.worker", "sent %s mails", 3)["message"] == "sent 3 mails"


def test_an_exception_is_named_without_its_message():
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        made = line("portal", "failed", exc_info=(ValueError, error, error.__traceback__))
    assert made["exception"] == "ValueError"
    assert SECRET not in json.dumps(made)


@pytest.mark.django_db
def test_a_request_is_logged_by_route_and_not_by_path(client, caplog):
    with caplog.at_level(logging.INFO, logger="portal.middleware"):
        client.get(f"/en/c/abc234/?q={SECRET}")
    fields = [record.fields for record in caplog.records if record.message == "request"]
    assert fields[0]["route"] == "quotes:access"
    assert "abc234" not in json.dumps(fields)


def test_error_reports_hold_no_values():
    request = RequestFactory().post("/", {"story": SECRET})
    assert SECRET not in json.dumps(ReporterFilter().get_post_parameters(request))
