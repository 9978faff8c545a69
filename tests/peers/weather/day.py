"""One day of one peer: its jobs in line, each behind a semaphore of its key, and what the provider saw of them.

Not here: what the peers are (clients.py) and how days are summed up (weather.py).
"""

import asyncio
import collections
import dataclasses
import math
import random
import statistics
import tomllib

from clients import PATIENCE, Final
from clock import warped
from provider import MODEL, SIZE

HOURS = {'D': 2, 'F': 8, 'K': 24, 'L': 24}
JOBS = {'F': 400, 'K': 240, 'L': 220}
# Where no limit is told, nobody knows it.
UNKNOWN = 'IJQ'
# More jobs than any hour could serve: the line never ends.
ENDLESS = 4000
SLOTS, BACK_IN_LINE = 8, 30


@dataclasses.dataclass
class Scenario:
    """A file of scenarios/, and what this side has to know about it."""

    name: str
    text: str

    def __post_init__(self):
        self.rules = tomllib.loads(self.text)
        self.seconds = HOURS.get(self.name, 1) * 3600
        self.jobs = JOBS.get(self.name, ENDLESS)
        self.projects = {key['key']: key['project'] for key in self.rules['key']}
        self.eats_quota = self.rules['demand']['eats_quota']

    def quota(self, key):
        """The one quota of a key."""
        quotas = self.rules.get('quota', [])
        return next((one for one in quotas if one.get('project') in (None, self.projects[key])), {})

    def outages(self, key):
        """When nothing at all is served, as pairs of seconds. One at most, in these scenarios."""
        times = self.rules.get('overload', []) + self.rules.get('storm', [])
        return [(one['from_s'], one['to_s']) for one in times
                if one.get('probability', 1) == 1 and one.get('project') in (None, self.projects[key])]

    def in_outage(self, call):
        """Whether a call was sent into one."""
        return any(a <= call.at < b for a, b in self.outages(call.key))


def run(provider, scenario, peer, seed):
    """The figures of one day, or None where the peer cannot be used."""
    random.seed(seed)
    with warped() as loop:
        provider.begin(scenario.text, seed)
        limits = {key: scenario.quota(key).get('ipm') for key in scenario.projects}
        draw = peer(provider, list(limits), {} if scenario.name in UNKNOWN else limits)
        if draw is None:
            return None
        errors = loop.run_until_complete(_work(provider, scenario, draw, limits))
    return {**_figures(provider, scenario), 'errors': errors}


async def _work(provider, scenario, draw, limits):
    # Eight calls cannot carry twenty pictures a minute.
    counts = {key: max(SLOTS, math.ceil(0.6 * (limit or 0))) for key, limit in limits.items()}
    if getattr(draw, 'chooses', False):
        slots = dict.fromkeys(counts, asyncio.Semaphore(sum(counts.values())))
    else:
        slots = {key: asyncio.Semaphore(count) for key, count in counts.items()}
    errors, keys = collections.Counter(), list(slots)

    async def job(number):
        key = keys[number % len(keys)]
        while True:
            async with slots[key]:
                try:
                    return await draw(key, f'job {number}')
                except Final:
                    return None
                except Exception as error:
                    errors[type(error).__name__] += 1
                # The slot waits too. If it did not, the whole line would pass through it meanwhile, failing.
                await asyncio.sleep(BACK_IN_LINE)

    jobs = asyncio.gather(*(job(number) for number in range(scenario.jobs)))
    # Once the day's quota is spent nothing more can come of the day, however often it is asked.
    await asyncio.wait([jobs, provider.day_spent], timeout=scenario.seconds, return_when=asyncio.FIRST_COMPLETED)
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, jobs, return_exceptions=True)
    return errors


def _figures(provider, scenario):
    calls = [call for call in provider.calls if call.at < scenario.seconds]
    calm = [call for call in calls if not scenario.in_outage(call)]
    made = [call for call in calls if call.picture and call.after < PATIENCE]
    # What an empty bucket refused was never drawn, whatever it called it.
    hides = any(quota.get('empty') == 503 for quota in scenario.rules.get('quota', []))
    refused = {429} if scenario.eats_quota and not hides else {429, 503}
    admitted = [call for call in calm if call.status not in refused]
    # What the tokens of calm hours would have become by the draws of this run, and no more than there were jobs.
    possible = min(_tokens(provider, scenario, admitted) * len(made) / max(1, len(admitted)), scenario.jobs)
    billed = [call.job for call in calls if call.usd_micros]
    others = provider.say(stats=True, at_ms=scenario.seconds * 1000)['stats']['foreign']
    wanted = sum(other['wanted'] for other in others)
    return {
        'pictures': len(made),
        'goodput': round(100 * len(made) / possible, 2) if possible else 0.0,
        'calls': len(calls),
        'calls_per_picture': round(len(calls) / max(1, len(made)), 3),
        'floor': round(sum(call.status != 429 for call in calm) / max(1, len(made)), 3),
        'calls_in_outage': len(calls) - len(calm),
        'by_status': dict(collections.Counter(call.status for call in calls)),
        'double_bills': len(billed) - len(set(billed)),
        'day_spent_s': provider.day_spent.result() if provider.day_spent.done() else None,
        'others_got': round(100 * sum(other['got'] for other in others) / wanted, 1) if wanted else None,
    }


def _tokens(provider, scenario, served):
    """How many calls the provider could have served outside outages; what a bucket saves up in one counts."""
    def supply(key, start, end):
        call = {'key': key, 'model': MODEL, 'size': SIZE, 'prompt': 'job 1'}
        return provider.say(ceiling=call, from_ms=start * 1000, to_ms=end * 1000)['calls']

    def tokens(key):
        quota, whole = scenario.quota(key), supply(key, 0, scenario.seconds)
        # A day is long enough for all that its quota allows, with an outage too.
        if 'rpd' in quota:
            return whole
        return whole - sum(max(0, supply(key, a, b) - quota['bucket']) for a, b in scenario.outages(key))

    if 'quota' in scenario.rules:
        return sum(tokens(key) for key in scenario.projects)
    # No quota: so many at once, each for as long as the calls of this run took. The last of each begins before the end
    # and outlives it by what an average call still has before it at a random moment.
    times = [call.after for call in served]
    mean, square = statistics.mean(times), statistics.mean(time * time for time in times)
    [capacity] = scenario.rules['capacity']
    return capacity['concurrent'] * (scenario.seconds / mean + square / mean ** 2 / 2)
