"""Peers in bad weather: every peer through every scenario and seed; JSON lines as they come, and a table of medians.

Not here: the scenarios (scenarios/*.toml) and one day (day.py).
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import statistics
import sys
import time

from clients import PEERS
from day import Scenario, run
from provider import Provider

HERE = pathlib.Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / 'scenarios').glob('*.toml'))
EATS, SPARES = 'eats_quota = true', 'eats_quota = false'

# Title, scenarios, and the figures of a cell.
TABLES = [
    ('Goodput % / calls per picture', NAMES, ('goodput', '{:.1f}'), ('calls_per_picture', '{:.2f}')),
    ('Calls sent into the outage', ('D', 'H', 'K'), ('calls_in_outage', '{:.0f}')),
    ('Pictures of 240', 'K', ('pictures', '{:.0f}')),
    ('Pictures of 220', 'L', ('pictures', '{:.0f}')),
    ('Pictures paid for twice', 'E', ('double_bills', '{:.0f}')),
    ('What the other application got of what it wanted, %', 'G', ('others_got', '{:.0f}')),
]


def one(scenario, peer, seed, spares):
    """One day in a process of its own provider."""
    text = (HERE / 'scenarios' / f'{scenario}.toml').read_text()
    assert EATS in text
    provider = Provider(os.environ['DIPTYCH_BIN'])
    began = time.perf_counter()
    try:
        figures = run(provider, Scenario(scenario, text.replace(EATS, SPARES) if spares else text), PEERS[peer], seed)
    finally:
        provider.stop()
    what = {'scenario': scenario, 'peer': peer, 'seed': seed, 'eats_quota': not spares}
    return figures and {**what, **figures, 'took_s': round(time.perf_counter() - began, 1)}


def table(rows, spares):
    """Medians over the seeds, as Markdown; with ten seeds or more, the 5th and 95th of a hundred too."""
    def spread(values, written):
        # What the middle nine of ten seeds had says how much of a figure is chance.
        middle = written.format(statistics.median(values))
        if len(values) < 10:
            return middle
        cuts = statistics.quantiles(values, n=20, method='inclusive')
        low, high = written.format(cuts[0]), written.format(cuts[-1])
        return middle if low == high else f'{middle} ({low}–{high})'

    def cell(scenario, peer, *what):
        days = [row for row in rows if (row['scenario'], row['peer']) == (scenario, peer)]
        return ' / '.join(spread([row[figure] for row in days], written) for figure, written in what if days) or '–'

    peers = [peer for peer in PEERS if any(row['peer'] == peer for row in rows)]
    scenarios = [name for name in NAMES if any(row['scenario'] == name for row in rows)]

    def lines(scenarios, *what):
        yield f'| scenario | {" | ".join(peers)} |'
        yield f'|---|{"---|" * len(peers)}'
        for name in scenarios:
            yield f'| {name} | {" | ".join(cell(name, peer, *what) for peer in peers)} |'

    seeds = len({row['seed'] for row in rows})
    yield f'A 503 {"costs no" if spares else "costs"} quota. Medians over {seeds} seed{"s" * (seeds > 1)}.'
    for title, names, *what in TABLES:
        names = [name for name in scenarios if name in names]
        yield from ('', f'{title}:', '', *lines(names, *what)) if names else ()


def main():
    """Runs what is asked for."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument('--seeds', type=int, default=3, metavar='N')
    ask.add_argument('--scenario', nargs='+', choices=NAMES, default=NAMES)
    ask.add_argument('--peer', nargs='+', choices=PEERS, default=list(PEERS))
    ask.add_argument('--spares', action='store_true', help='a 503 costs no quota')
    ask.add_argument('--jobs', type=int, default=os.cpu_count(), metavar='N', help='processes')
    asked, rows = ask.parse_args(), []
    with concurrent.futures.ProcessPoolExecutor(asked.jobs) as pool:
        days = itertools.product(range(1, asked.seeds + 1), asked.scenario, asked.peer)
        for future in concurrent.futures.as_completed(
                pool.submit(one, scenario, peer, seed, asked.spares) for seed, scenario, peer in days):
            if row := future.result():
                rows.append(row)
                print(json.dumps(row), flush=True)
    print('', *table(rows, asked.spares), sep='\n')


if __name__ == '__main__':
    sys.exit(main())
