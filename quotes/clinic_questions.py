"""The question sheet a clinic is asked: the questions families are told to ask, under the same keys. Pure: no database, no request."""

from articles import sheets
from articles.sheets import Ask

GROUPS = sheets.GROUPS
ASKS: dict[str, Ask] = {ask.key: ask for group in GROUPS for ask in group.asks}
PLACES: dict[str, int] = {key: place for place, key in enumerate(ASKS)}
