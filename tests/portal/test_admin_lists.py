import re

import pytest
from django.urls import reverse
from django.utils import translation

from tests import factories

pytestmark = pytest.mark.django_db


def test_an_empty_list_says_so_and_a_filter_too_many_says_something_else(as_staff, manager):
    client = as_staff(manager)
    page = reverse("admin:quotes_complaint_changelist")
    assert "There is nothing here yet." in client.get(page).content.decode()
    assert "Nothing fits this choice." in client.get(page, {"state": "late"}).content.decode()


def test_a_list_is_named_by_what_it_lists_and_its_trail_begins_at_the_desk(as_staff, manager):
    page = as_staff(manager).get(reverse("admin:quotes_complaint_changelist")).content.decode()
    assert "<h1>Complaints</h1>" in page
    assert re.search(r'class="breadcrumbs"><a href="/staff/">Desk</a> › Complaints<', page)


def test_each_cell_carries_the_name_of_its_column_in_the_readers_language(as_staff, coordinator):
    factories.sent_case()
    client = as_staff(coordinator)
    client.cookies["language"] = "es"
    page = client.get(reverse("admin:quotes_quoterequest_changelist"), headers={"accept-language": "es"}).content.decode()
    with translation.override("es"):
        wanted = [translation.gettext("reference").capitalize(), translation.gettext("our next step").capitalize()]
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert re.findall(r'data-column="([^"]+)"', row)[:2] == wanted
    assert row.index("action-checkbox") < row.index("data-column")  # the box to tick has no name to repeat


def test_the_help_of_a_reply_text_speaks_the_readers_language(as_staff, manager):
    page = as_staff(manager).get(reverse("admin:quotes_replytemplate_add"), headers={"accept-language": "es"}).content.decode()
    assert "Lo que está entre llaves dobles" in page


def test_what_a_row_is_called_is_the_head_of_its_row(as_staff, manager):
    factories.price()
    page = as_staff(manager).get(reverse("admin:quotes_price_changelist")).content.decode()
    assert re.search(r'<th class="[^"]+" scope="row" data-column="[^"]+">', page)


def test_no_label_points_at_a_box_that_nobody_sees(as_staff, manager):
    page = as_staff(manager).get(reverse("admin:quotes_clinic_change", args=[factories.clinic().pk])).content.decode()
    assert 'name="opened_version"' in page
    assert 'for="id_opened_version"' not in page
