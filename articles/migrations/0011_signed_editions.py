from django.db import migrations


def to_editions(apps, schema_editor):
    """A signature goes to the edition that was signed. One of a draft is no longer claimed for the text that is online."""
    Article = apps.get_model("articles", "Article")
    Edition = apps.get_model("articles", "Edition")
    signed = Article.objects.filter(reviewed_on__isnull=False, reviewed_edition__isnull=False)
    for article in signed.select_related("published_edition"):
        Edition.objects.filter(article=article, number=article.reviewed_edition).update(
            reviewer=article.reviewer, reviewed_on=article.reviewed_on, next_review_on=article.next_review_on
        )
        if article.published_edition and article.reviewed_edition > article.published_edition.number:
            Article.objects.filter(pk=article.pk).update(reviewer=None, reviewed_on=None, reviewed_edition=None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_review_of_edition")]

    operations = [migrations.RunPython(to_editions, migrations.RunPython.noop)]
