"""What kind of browser a page is open in, roughly and in plain words, so that its owner knows it again."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotes.questions import Text

# a word of the header → our word; the first that is found counts: most browsers name older ones beside themselves
BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: tuple[tuple[str, str, Text], ...] = (
    ("iPhone", "iphone", gettext_lazy("an iPhone")),
    ("iPad", "ipad", gettext_lazy("an iPad")),
    ("Android", "android", gettext_lazy("an Android phone or tablet")),
    ("Windows", "windows", gettext_lazy("a Windows computer")),
    ("Macintosh", "mac", gettext_lazy("a Mac")),
    ("CrOS", "chromebook", gettext_lazy("a Chromebook")),
    ("Linux", "linux", gettext_lazy("a Linux computer")),
)


def kind_of(user_agent: str) -> str:
    """`Firefox/windows`; a part that is not known is empty."""
    browser = next((ours for word, ours in BROWSERS if word in user_agent), "")
    system = next((key for word, key, _words in SYSTEMS if word in user_agent), "")
    return f"{browser}/{system}"


def in_words(kind: str) -> str:
    browser, _slash, system = kind.partition("/")
    where = next((words for _word, key, words in SYSTEMS if key == system), "")
    if browser and where:
        return _("%(browser)s on %(device)s") % {"browser": browser, "device": where}
    return browser or (_("A browser on %(device)s") % {"device": where} if where else _("A browser that we do not know"))
