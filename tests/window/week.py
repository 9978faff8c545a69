#!/usr/bin/env python3
"""Writes a week of calls into the books of a library, as if the studio had been used all week: calm nights, bad hours.

Usage: week.py LEDGER ACCOUNT. Not here: what a call really does; these never happened, and nothing was paid.
"""

import random
import sqlite3
import sys
import time

PRO, FLASH = "gemini-3-pro-image", "gemini-nano-banana-2.1"
HOUR = 3_600_000

ledger, account = sys.argv[1:]
chance = random.Random(7)
db = sqlite3.connect(ledger, timeout=30)
(job,) = db.execute("SELECT id FROM jobs ORDER BY seq LIMIT 1").fetchone()
(number,) = db.execute("SELECT max(number) FROM attempts WHERE job = ?", (job,)).fetchone()
((account_id, project),) = db.execute(
    "SELECT id, coalesce(body ->> '$.project', 'relay') FROM accounts WHERE name = ?", (account,)
)
now = int(time.time() * 1000)
rows = []
for hour in range(7 * 24, 0, -1):
    start = now - hour * HOUR
    of_day = time.gmtime(start / 1000).tm_hour
    bad = 9 <= of_day < 12 or 14 <= of_day < 18
    for model, price, seconds, overloaded in ((PRO, 134_000, 42, 0.55 if bad else 0.06), (FLASH, 33_600, 12, 0.2 if bad else 0.02)):
        for _ in range(chance.randint(4, 14) if 7 <= of_day <= 22 else chance.randint(0, 2)):
            number += 1
            at = start + chance.randrange(HOUR)
            draw = chance.random()
            if draw < overloaded:
                end = ("refused", at + chance.randint(1000, 5000), 503, "no", 0, "overload")
            elif draw < overloaded + 0.02:
                end = ("refused", at + 300, 429, "no", 0, "quota_minute")
            else:
                end = ("answered", at + int(seconds * 1000 * chance.lognormvariate(0, 0.3)), 200, "yes", price, "picture")
            state, ended, status, billed, settled, kind = end
            rows.append((f"aweek{number:08}", job, number, account_id, account, project, model, "1K", 0, state, at, ended, status, billed, price, settled, kind))
with db:
    db.executemany(
        "INSERT INTO attempts (id, job, number, account, account_name, project, model, size, practice, state, started,"
        " ended, status, billed, reserved, settled, class) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
print(len(rows))
