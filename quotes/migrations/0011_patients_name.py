from contextlib import suppress
from itertools import islice

from django.db import migrations, models

from portal.encryption import CannotOpen
from quotes.search import patient_keys


def index_patients(apps, schema_editor):
    """Cases that were sent before are found by their patient, too. A row that no key opens stays as it is."""
    case_model, key_model = apps.get_model('quotes', 'QuoteRequest'), apps.get_model('quotes', 'SearchKey')
    cases = case_model.objects.exclude(status='draft').filter(anonymised_at__isnull=True).only('id', 'answers')
    rest = cases.iterator(chunk_size=1000)
    while some := list(islice(rest, 1000)):
        rows = []
        for case in some:
            with suppress(CannotOpen):
                rows += [key_model(case=case, kind=kind, digest=digest) for kind, digest in patient_keys(case.answers)]
        key_model.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0010_office_people'),
    ]

    operations = [
        migrations.AlterField(
            model_name='searchkey',
            name='kind',
            field=models.CharField(choices=[('email', 'Email'), ('name', 'Name'), ('phone', 'Phone'), ('patient', 'Patient')], max_length=7),
        ),
        migrations.RunPython(index_patients, migrations.RunPython.noop, elidable=True),
    ]
