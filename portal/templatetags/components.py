"""Small tags every template may use without loading them."""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
ICONS = Path(__file__).resolve().parent.parent / "static" / "portal" / "icons"


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    """The inside of an icon file of our own, without its outer <svg>."""
    source = (ICONS / f"{name}.svg").read_text()
    match = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    assert match, f"{name}.svg is not an SVG file"
    return match[1].strip()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon from portal/static/portal/icons/, drawn in the text's colour. Without a label it is decoration."""
    drawing = mark_safe(_drawing(name))
    if label:
        return format_html(
            '<svg class="icon icon--{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', name, label, drawing
        )
    return format_html('<svg class="icon icon--{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', name, drawing)
