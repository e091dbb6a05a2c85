"""Text that breaks careless programs: of our own making, each with what it tries."""

NAUGHTY = (
    "\x00", "a\x00b", "\ud7ff\ufffe", "\u202egnitset\u202c", "\u2066abc\u2069", "ﷺ" * 40, "á̂̃̄̅" * 30,
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}{% include \"x\" %}", "%(name)s %s %d {0}",
    "'; DROP TABLE quotes_quoterequest; --", "' OR 1=1 --", "../../../etc/passwd", "=HYPERLINK(\"http://x\")", "@SUM(1+1)",
    "-1", "0", "NaN", "Infinity", "1e309", "999999999999999999999999", "٩٩٩٩٩٩٩٩٩٩٩٩٩٩٩٩٩٩٩", "½", "²⁰²⁴", "٣/٢٠٢٤ ",
    "null", "None", "undefined", "true", "[]", "{}", "\r\nBcc: x@example.org\r\n", "   ", "\u200b\u200d\ufeff", "👩‍👩‍👧‍👦" * 20, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "م" * 5000, "x" * 10_000, "**bold** _x_ [R001] {D}", "\\", "'", '"', "`", "&lt;", "&#0;",
)  # fmt: skip
