"""What people look for, and what must come first: over the whole starter library, on whatever database the tests run on."""

import pytest
from django.db import transaction

from articles import library, search
from articles.models import SearchEntry

# language, what is typed, kind and key of the first hit (of a question: its article)
TABLE = [
    ("en", "stroke", "article what-a-stroke-is"),
    ("en", "strokes", "article what-a-stroke-is"),
    ("en", "is it a stroke", "article is-it-a-stroke"),
    ("en", "signs of a stroke", "article is-it-a-stroke"),
    ("en", "what happens in the brain", "article what-a-stroke-is"),
    ("en", "do stem cells work", "article do-stem-cells-work"),
    ("en", "STEM CELL TYPES", "article stem-cell-types-and-routes"),
    ("en", "regenerative medicine", "article regenerative-medicine-guide"),
    ("en", "aphasia", "question finding-words-again"),
    ("en", "afasia", "question finding-words-again"),
    ("en", "finding words", "article finding-words-again"),
    ("en", "clot treatments", "article the-first-day"),
    ("en", "thrombectomy", "term thrombectomy"),
    ("en", "tpa", "term thrombolysis"),
    ("en", "mirror therapy", "term mirror-therapy"),
    ("en", "weak arm", "article hand-and-arm"),
    ("en", "warning signs", "article warning-signs-of-bad-clinics"),
    ("en", "bad clinics", "article warning-signs-of-bad-clinics"),
    ("en", "how much does it cost", "article costs-and-your-rights"),
    ("en", "our rights", "question costs-and-your-rights"),
    ("en", "when is it safe to fly", "question travelling-after-stroke"),
    ("en", "flying after a stroke", "article travelling-after-stroke"),
    ("en", "what to pack", "question travelling-after-stroke"),
    ("en", "Japan", "article rules-by-country"),
    ("en", "NIHSS", "term nihss"),
    ("en", "mRS", "term modified-rankin-scale"),
    ("en", "masters hess", "trial T10"),
    ("en", "PISCES-2", "trial T08"),
    ("en", "pisces 2", "trial T08"),
    ("en", "T10", "trial T10"),
    ("en", "haemorrhage", "term intracerebral-haemorrhage"),
    ("en", "hemorrhage", "term intracerebral-haemorrhage"),
    ("en", "rehabilitation hours", "article rehabilitation-that-works"),
    ("en", "rehabil", "article rehabilitation-that-works"),
    ("en", "how to read a study", "article how-to-read-a-study"),
    ("en", "randomized", "term randomised"),
    ("en", "check a real trial", "article check-a-real-trial"),
    ("en", "how long can someone improve", "article road-to-recovery"),
    ("en", "what can go wrong", "article safety-of-cell-treatments"),
    ("en", "questions to ask", "article questions-scales-words"),
    ("en", "TIA", "term tia"),
    ("en", "my mother had a stroke last year, can stem cells help her?", "article do-stem-cells-work"),
    ("es", "¿es un ictus?", "article is-it-a-stroke"),
    ("es", "derrame cerebral", "term stroke"),
    ("es", "ACV", "term stroke"),
    ("es", "celulas madre", "article stem-cell-types-and-routes"),
    ("es", "Células Madre", "article stem-cell-types-and-routes"),
    ("es", "funcionan las celulas madre", "article do-stem-cells-work"),
    ("es", "medicina regenerativa", "article regenerative-medicine-guide"),
    ("es", "afasia", "question finding-words-again"),
    ("es", "coágulos", "article the-first-day"),
    ("es", "mano y brazo", "article hand-and-arm"),
    ("es", "senales de alarma", "article warning-signs-of-bad-clinics"),
    ("es", "estafa", "article warning-signs-of-bad-clinics"),
    ("es", "gasto", "article costs-and-your-rights"),
    ("es", "presupuestos", "article costs-and-your-rights"),
    ("es", "¿cuándo es seguro volar?", "question travelling-after-stroke"),
    ("es", "normas por pais", "article rules-by-country"),
    ("es", "escala de Rankin", "term modified-rankin-scale"),
    ("es", "rehabilitacion", "article rehabilitation-that-works"),
    ("es", "rehabilitaciones", "article rehabilitation-that-works"),
    ("es", "cómo leer un estudio", "article how-to-read-a-study"),
    ("es", "comprobar un ensayo", "article check-a-real-trial"),
    ("es", "que puede salir mal", "article safety-of-cell-treatments"),
    ("es", "comite de etica", "term ethics-committee"),
    ("es", "trombectomia", "term thrombectomy"),
    ("es", "cordón umbilical", "term cord-blood"),
    ("ar", "السكتة الدماغية", "article is-it-a-stroke"),
    ("ar", "سكته دماغيه", "article is-it-a-stroke"),
    ("ar", "جلطة دماغية", "article is-it-a-stroke"),
    ("ar", "الخلايا الجذعية", "article do-stem-cells-work"),
    ("ar", "خلايا جذعيه", "article do-stem-cells-work"),
    ("ar", "خلية جذعية", "question regenerative-medicine-guide"),
    ("ar", "الطب التجديدي", "article regenerative-medicine-guide"),
    ("ar", "حبسة", "article finding-words-again"),
    ("ar", "الحُبْسة", "article finding-words-again"),
    ("ar", "اليوم الاول", "article the-first-day"),
    ("ar", "اليد والذراع", "article hand-and-arm"),
    ("ar", "المراه", "term mirror-therapy"),
    ("ar", "عـــلامات التحذير", "article warning-signs-of-bad-clinics"),
    ("ar", "تكاليف", "article costs-and-your-rights"),
    ("ar", "التكلفه", "article costs-and-your-rights"),
    ("ar", "السفر بالطائرة", "question travelling-after-stroke"),
    ("ar", "القواعد في كل بلد", "article rules-by-country"),
    ("ar", "اعادة التأهيل", "article rehabilitation-that-works"),
    ("ar", "تاهيل", "article rehabilitation-that-works"),
    ("ar", "تجربة حقيقية", "article check-a-real-trial"),
    ("ar", "التعافي", "article road-to-recovery"),
    ("ar", "أسئلة", "article questions-scales-words"),
    ("ar", "٣٦ شخصا", "article how-to-read-a-study"),
]
# what is typed wrongly, and what is offered instead
MISTYPED = [
    ("en", "rehabilitaton", "rehabilitation"),
    ("en", "storke", "stroke"),
    ("en", "stem cels", "stem cell"),
    ("en", "aproved", "approved"),
    ("es", "rehabilitasion", "rehabilitación"),
    ("es", "hictus", "ictus"),
    ("es", "celuals madre", "células madre"),
    ("ar", "مقياس رانكن", "مقياس رانكين"),
    ("ar", "السكطة", "سكتة"),
]


@pytest.fixture(scope="module")
def whole_library(django_db_setup, django_db_blocker):
    """Loaded once for the module, and gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        library.load(say=lambda text: None)
        yield
        transaction.set_rollback(True)


# one test: the library is loaded once, on one process, and every line that fails is told
def test_what_people_look_for_comes_first(whole_library, db):
    assert len(TABLE) > 60
    keys = {
        entry.url: f"{entry.kind} {entry.key.partition('#')[0]}" for entry in SearchEntry.objects.only("url", "kind", "key")
    }
    wrong = []
    for language, asked, expected in TABLE:
        hits = search.search(asked, language=language).hits
        first = keys[hits[0].url] if hits else "nothing"
        if first != expected:
            wrong.append(f"{language} {asked}: {first}, not {expected}")
    for language, asked, expected in MISTYPED:
        if (meant := search.search(asked, language=language).suggestion) != expected:
            wrong.append(f"{language} {asked}: means “{meant}”, not “{expected}”")
    assert not wrong, "\n".join(wrong)
