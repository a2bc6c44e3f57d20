"""What an existing client of the Hub's papers API expects, asked of the gateway in HF_ENDPOINT.

Prints one line a check and exits 1 when one fails. Reads whatever papers the gateway has: nothing is assumed about them.
"""

import datetime
import os
import subprocess
import sys

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

api = HfApi()
failed = []


def check(name, ok, seen=""):
    print(f"{'ok  ' if ok else 'FAIL'} {name}{': ' + str(seen) if seen != '' else ''}")
    if not ok:
        failed.append(name)


def status_of(call):
    try:
        call()
    except HfHubHTTPError as error:
        return error.response.status_code
    return 200


def cli(*args):
    run = subprocess.run([sys.executable, "-m", "huggingface_hub.cli.hf", "papers", *args], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


papers = list(api.list_daily_papers(limit=100))
check("list_daily_papers lists papers", len(papers) > 0, len(papers))
first = papers[0]
check("a paper has id, title, date and summary", bool(first.id and first.title and first.published_at) and first.summary is not None, first.id)
check("dates are datetimes with a zone", isinstance(first.submitted_at, datetime.datetime) and first.submitted_at.tzinfo is not None, first.submitted_at)
days = [paper.submitted_at for paper in papers]
check("newest day first", all(a.date() >= b.date() for a, b in zip(days, days[1:])))

pages = [paper.id for p in range(3) for paper in api.list_daily_papers(limit=5, p=p)]
check("pages hold no paper twice and skip none", pages == [paper.id for paper in papers[:15]], len(pages))

day = first.submitted_at.date()
on_day = list(api.list_daily_papers(date=day.isoformat(), limit=100))
check("date is the day of the feed", len(on_day) > 0 and all(paper.submitted_at.date() == day for paper in on_day), f"{day} has {len(on_day)}")
year, week, _ = day.isocalendar()
in_week = list(api.list_daily_papers(week=f"{year}-W{week:02d}", limit=100))
check("week is the ISO week", {p.id for p in on_day} <= {p.id for p in in_week} and all(p.submitted_at.date().isocalendar()[:2] == (year, week) for p in in_week), f"{year}-W{week:02d} has {len(in_week)}")
in_month = list(api.list_daily_papers(month=f"{day:%Y-%m}", limit=100))
check("month is the calendar month", {p.id for p in on_day} <= {p.id for p in in_month} and all(f"{p.submitted_at:%Y-%m}" == f"{day:%Y-%m}" for p in in_month), f"{day:%Y-%m} has {len(in_month)}")
check("week 53 exists in 2026 and not in 2025", status_of(lambda: list(api.list_daily_papers(week="2026-W53"))) == 200 and status_of(lambda: list(api.list_daily_papers(week="2025-W53"))) == 400)
check("a broken date is 400", status_of(lambda: list(api.list_daily_papers(date="2025-02-30"))) == 400)

trending = list(api.list_daily_papers(sort="trending", limit=10))
check("sort=trending lists papers", len(trending) == min(10, len(papers)), len(trending))
check("sort=trending pages", not {p.id for p in trending} & {p.id for p in api.list_daily_papers(sort="trending", limit=10, p=1)})
submitter = next((paper.submitted_by.username for paper in papers if paper.submitted_by), None)
if submitter:
    by = list(api.list_daily_papers(submitter=submitter, limit=100))
    check("submitter filters", len(by) > 0 and all(p.submitted_by.username == submitter for p in by), f"{submitter} has {len(by)}")

word = max(first.title.split(), key=len)
found = list(api.list_papers(query=word, limit=10))
check("list_papers finds by a word of the title", len(found) > 0, f"{word}: {len(found)}")
info = api.paper_info(first.id)
check("paper_info answers the paper", info.id == first.id and info.title == first.title and info.summary == first.summary)
markdown = api.read_paper(first.id)
check("read_paper answers Markdown", markdown.startswith("# ") and "## Abstract" in markdown, markdown.splitlines()[0][:60])
check("an unknown paper is 404", status_of(lambda: api.paper_info("9999.99999")) == 404 and status_of(lambda: api.read_paper("9999.99999")) == 404)
check("a token of the Hub does no harm", len(list(api.list_daily_papers(limit=1, token="hf_notoneofours"))) == 1)

for args in (("ls", "--limit", "3"), ("ls", "--sort", "trending", "--limit", "3"), ("ls", "--date", day.isoformat()), ("search", word), ("info", first.id), ("read", first.id)):
    code, text = cli(*args)
    check(f"hf papers {' '.join(args)}", code == 0 and len(text) > 0)
    if os.environ.get("SHOW"):
        print(text)
code, text = cli("info", "9999.99999")
check("hf papers info of an unknown paper says so", code != 0 and "not found on the Hub" in text)

print(f"{len(failed)} failed")
sys.exit(1 if failed else 0)
