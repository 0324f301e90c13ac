"""Write a page of every chart and map of the observatory in French and Dutch, as they print: `make gallery`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from markupsafe import Markup, escape

from medicomut.web.drawing import STYLE, in_page
from medicomut.web.pictures import PICTURES, picture

OUT = Path(__file__).resolve().parents[1] / "out" / "gallery"
LANGUAGES = ("fr", "nl")
MOST_MILLISECONDS = 100
PAGE = Markup("""<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><title>medicomut</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 48rem; color: #1c2127; }}
figure {{ margin: 0 0 2.5rem; break-inside: avoid; }} h2 {{ font-size: 1.15rem; margin: 0 0 .4rem; }}
figcaption {{ color: #565e67; font-size: .85rem; }} svg {{ width: 100%; height: auto; }}
@page {{ margin: 16mm; }} @media print {{ body {{ margin: 0; max-width: none; }} }}
{style}
</style>
{figures}
</html>
""")
FIGURE = Markup("<figure><h2>{}</h2>{}<figcaption>{} {}</figcaption></figure>")


def main() -> None:
    """Draw each picture twice, the second time against the clock; leave with 1 where one took too long."""
    OUT.mkdir(parents=True, exist_ok=True)
    slow = []
    for lang in LANGUAGES:
        figures = []
        for name in PICTURES:
            picture(name, lang)  # what is read and remembered the first time is not drawing
            start = time.perf_counter()
            drawing = PICTURES[name](name, lang)
            drawn = in_page(drawing)
            took = 1000 * (time.perf_counter() - start)
            slow += [f"{name}: {took:.0f} ms"] if took > MOST_MILLISECONDS else []
            print(f"{lang} {name:26} {took:6.1f} ms {len(drawn):7,} characters")
            figures.append(FIGURE.format(drawing.title, drawn, drawing.description, drawing.note))
        page = PAGE.format(lang=lang, style=Markup(STYLE), figures=Markup("").join(figures))  # noqa: S704 - a file of ours
        (OUT / f"{escape(lang)}.html").write_text(page, encoding="utf-8")
        print(OUT / f"{lang}.html")
    if slow:
        sys.exit("too slow: " + ", ".join(slow))


if __name__ == "__main__":
    main()
