"""The provider, asked in lines through `diptych practice --pipe`, and worn as an HTTP transport by the clients.

It speaks two shapes: Google's, word for word what the pipe says, and OpenAI's, into which the answer is translated.
Not here: what is made of the calls it remembers (figures.py).
"""

import asyncio
import base64
import dataclasses
import json
import subprocess

import httpx

MODEL, SIZE = 'gemini-3-pro-image', '2K'
# The smallest PNG: nobody looks at it.
PNG = ('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==')
assert base64.b64decode(PNG)
# What OpenAI calls an error with a status.
KINDS = {400: 'invalid_request_error', 401: 'authentication_error', 429: 'rate_limit_error'}


@dataclasses.dataclass(slots=True)
class Call:
    """One call as the provider saw it; `at` and `after` in seconds."""

    at: float
    after: float
    key: str
    job: str
    status: int
    picture: bool
    usd_micros: int


class Provider:
    """One process, any number of days."""

    def __init__(self, binary):
        command = [binary, 'practice', '--pipe']
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.calls, self.day_spent = [], None

    def say(self, **line):
        """One line in, one line out."""
        self._process.stdin.write(json.dumps(line).encode() + b'\n')
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if 'error' in answer:
            raise ValueError(answer['error'])
        return answer

    def begin(self, scenario, seed):
        """A new day. `day_spent` is when the first call met an empty day's quota."""
        self.say(reset=True, scenario=scenario, seed=seed)
        self.calls, self.day_spent = [], asyncio.get_event_loop().create_future()

    async def call(self, key, job, timeout=None):
        """A call, from sending it to its answer; raises httpx's errors as a connection would."""
        now = asyncio.get_running_loop().time()
        told = self.say(at_ms=now * 1000, key=key, model=MODEL, size=SIZE, prompt=job)
        after = told['after_ms'] / 1000
        self.calls.append(Call(now, after, key, job, told['status'], told['picture'], told['billed_usd_micros']))
        if told['status'] == 429 and 'PerDay' in told['body'] and not self.day_spent.done():
            self.day_spent.set_result(now)
        await asyncio.sleep(min(after, timeout or after))
        if timeout and after > timeout:
            raise httpx.ReadTimeout('silence')
        if not told['status']:
            raise httpx.RemoteProtocolError('the connection broke')
        return told

    def stop(self):
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def google(self):
        """A transport that looks like Google's service."""
        async def handle(request):
            job = json.loads(request.content)['contents'][0]['parts'][0]['text']
            told = await self.call(request.headers['x-goog-api-key'], job, request.extensions['timeout']['read'])
            body = told['body']
            if told['picture']:
                part = {'inlineData': {'mimeType': 'image/png', 'data': PNG}}
                content = {'role': 'model', 'parts': [part]}
                body = json.dumps({'candidates': [{'content': content, 'finishReason': 'STOP'}]})
            return httpx.Response(told['status'], text=body, headers=told['headers'])
        return httpx.MockTransport(handle)

    def openai(self):
        """A transport that looks like OpenAI's service, or like a relay that speaks as it does."""
        async def handle(request):
            key = request.headers['authorization'].removeprefix('Bearer ')
            job = json.loads(request.content)['prompt']
            told = await self.call(key, job, request.extensions['timeout']['read'])
            if told['picture']:
                return httpx.Response(200, json={'created': 0, 'data': [{'b64_json': PNG}]})
            status, message = error_of(told)
            error = {'message': message, 'type': KINDS.get(status, 'server_error'), 'code': None, 'param': None}
            return httpx.Response(status, json={'error': error})
        return httpx.MockTransport(handle)


def error_of(told):
    """Status and message of an answer without a picture; a 200 with a refusal is a 400 to who knows no refusals."""
    if told['status'] == 200:
        return 400, 'Your request was rejected by the safety system.'
    return told['status'], json.loads(told['body'])['error']['message']
