"""The pages of the portal on the demonstration's data: the server's time for every page that links lead to.

    python benchmarks/pages.py [--lang fr]

Each page is asked for once, so that its template is read, then ten times. What is asked: p95 of 100 ms a page. The
baseline, in the same run, is the page of the glossary, whose content is fixed.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urldefrag, urljoin

from starlette.testclient import TestClient

from medicomut.accession.demonstration import AGREEMENT, PUBLISHED, REFUSED
from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.cli.register_stats import demo
from medicomut.web.app import install

ASKED_MS = 100
RUNS = 10
SHOWN = 8


def main() -> None:
    """Measure, print the slowest pages and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", default="fr", choices=("fr", "nl", "de", "en"))
    lang = parser.parse_args().lang
    with tempfile.TemporaryDirectory() as folder:
        register = f"sqlite:///{Path(folder) / 'register.db'}"
        demo(register)
        app = create_app(
            Settings(
                data=Path(folder) / "served",
                open=True,
                register=register,
                publications={AGREEMENT: PUBLISHED},
                trial_now=REFUSED + timedelta(hours=1),
            )
        )
        install(app)
        there = {"base_url": "http://127.0.0.1", "client": ("127.0.0.1", 50_000)}
        with TestClient(app, follow_redirects=False, **there) as portal:
            found = {page: seconds(portal, page) for page in linked(portal, f"/{lang}/")}
    print(f"{len(found)} pages, Python {platform.python_version()}, milliseconds: p95 (processor, median)")
    slowest = sorted(found, key=lambda page: found[page][0], reverse=True)
    for page in slowest[:SHOWN]:
        wall, worked = found[page]
        print(f"  {wall:>7.1f} ({worked:>6.1f})  {page}")
    over = [page for page in slowest if found[page][0] > ASKED_MS]
    glossary = found[f"/{lang}/glossary"][1]
    print(f"  {len(over)} pages above {ASKED_MS} ms; the slowest works {found[slowest[0]][1] / glossary:.0f} times "
          f"as long as the glossary's {glossary:.1f} ms")  # fmt: skip
    print(json.dumps({"pages": len(found), "over": over, "slowest_p95_ms": round(found[slowest[0]][0], 1)}))


def linked(portal: TestClient, first: str) -> Iterator[str]:
    """Yield every page that links lead to from a first one, in its language."""
    known, left = {first}, [first]
    while left:
        page = left.pop()
        answer = portal.get(page)
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        yield page
        for href in re.findall(r'href="([^"]+)"', answer.text):
            link = urldefrag(urljoin(page, unescape(href))).url
            if link.startswith(first) and link not in known:
                known.add(link)
                left.append(link)


def seconds(portal: TestClient, page: str) -> tuple[float, float]:
    """Return the 95th percentile of the time of a page, and the median of the processor's time, in milliseconds."""
    walls, works = [], []
    for _ in range(RUNS):
        began, worked = time.perf_counter(), time.process_time()
        portal.get(page)
        works.append(1000 * (time.process_time() - worked))
        walls.append(1000 * (time.perf_counter() - began))
    return quantiles(walls, n=20)[-1], median(works)


if __name__ == "__main__":
    main()
