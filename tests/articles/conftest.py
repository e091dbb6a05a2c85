import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english():
    """A request to /es/ leaves Spanish behind in the thread; each test begins in English."""
    with translation.override("en"):
        yield
