import hashlib
import json

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

RECOMMENDATION = (
    'number', 'language', 'summary', 'advise_against', 'against_reasons', 'could_change', 'alternatives', 'elsewhere',
    'carried_flags', 'commission', 'currency', 'second_currency', 'rate', 'rate_as_of', 'rate_source', 'valid_until',
    'revision_reason',
)
OPTION = (
    'position', 'treatment_id', 'clinic_id', 'title', 'description', 'evidence_labels', 'risks', 'regulatory_status',
    'regulatory_rows', 'checked_on',
)
OPTION_WITH_KIND = (*OPTION[:5], 'kind', *OPTION[5:])
LINE = ('position', 'group', 'label', 'quantity', 'low', 'likely', 'high', 'inclusion', 'source', 'quoted_on')


def digest(recommendation, options, of_option):
    """What `content_digest` of quotes/readiness.py made of a version, before this migration and after it."""
    def texts(row, names):
        return [str(getattr(row, name)) for name in names]

    content = [
        texts(recommendation, RECOMMENDATION),
        [
            [
                texts(option, of_option),
                str(option.treatment.article_id),
                option.clinic_facts,
                [texts(line, LINE) for line in sorted(option.line_items.all(), key=lambda line: (line.position, line.pk))],
            ]
            for option in options
        ],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def copy_kinds(apps, schema_editor):
    """The kind that the treatment has on this day; who approved a text that still stands has approved it with its kinds."""
    option, treatment, recommendation = (
        apps.get_model('quotes', name) for name in ('Option', 'Treatment', 'Recommendation')
    )
    of_treatment = treatment.objects.filter(pk=OuterRef('treatment'))
    option.objects.update(kind=Subquery(of_treatment.values('kind')))
    for approved in recommendation.objects.exclude(approved_digest='').order_by('pk').iterator(chunk_size=200):
        options = approved.options.select_related('treatment').prefetch_related('line_items').order_by('position', 'pk')
        if approved.approved_digest == digest(approved, options, OPTION):
            approved.approved_digest = digest(approved, options, OPTION_WITH_KIND)
            approved.save(update_fields=['approved_digest'])


def keep_ticks(apps, schema_editor):
    """Nobody could approve without the tick; what was online then, unreviewed, and is so still, was ticked."""
    recommendation, edition = (apps.get_model(*name) for name in (('quotes', 'Recommendation'), ('articles', 'Edition')))
    for approved in recommendation.objects.filter(approved_at__isnull=False, sent_at__isnull=True):
        articles = approved.options.filter(treatment__article__reviewed_on=None).values('treatment__article')
        online = edition.objects.filter(article__in=articles, article__published_edition=F('pk'))
        ticked = online.filter(published_at__lte=approved.approved_at).order_by('pk').values_list('pk', flat=True)
        approved.approved_unreviewed = [str(pk) for pk in ticked]
        approved.save(update_fields=['approved_unreviewed'])


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0006_editing'),
        ('quotes', '0008_marks_of_the_queue'),
    ]

    operations = [
        migrations.AddField(
            model_name='option',
            name='kind',
            field=models.CharField(choices=[('procedure', 'a procedure'), ('rehabilitation', 'rehabilitation'), ('trial', 'a registered trial'), ('waiting', 'waiting and seeing')], default='', editable=False, max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='recommendation',
            name='approved_unreviewed',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AlterField(
            model_name='sharing',
            name='state',
            field=models.CharField(choices=[('proposed', 'the family decides'), ('agreed', 'agreed: pass it on'), ('refused', 'the family said no'), ('sent', 'passed on: the clinic has to answer'), ('answered', 'the clinic has answered'), ('withdrawn', 'taken back by the family'), ('replaced', 'set aside by the office')], default='proposed', max_length=9, verbose_name='state'),
        ),
        migrations.RunPython(keep_ticks, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(copy_kinds, migrations.RunPython.noop, elidable=True),
    ]
