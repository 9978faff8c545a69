"""The peers: each a function that, given the provider and the keys, gives a coroutine `draw(key, job)`.

It returns when there is a picture, raises `Final` when asking again is pointless (refused, invalid), and anything else
when the job is to be put back in line. Retries are each client's own; a call may take `PATIENCE` seconds.
Not here: how many calls at once, and the line (figures.py).
"""

import asyncio
import logging
import os
import random

# Neither a developer's own keys nor a proxy may have a say; LiteLLM takes its price list from its own package.
for name in list(os.environ):
    if name.startswith(('GOOGLE_', 'GEMINI_', 'OPENAI_')) or name.lower().endswith('_proxy'):
        del os.environ[name]
os.environ['LITELLM_LOCAL_MODEL_COST_MAP'] = 'True'

import httpx
import litellm
import openai
import tenacity
from google import genai
from google.genai import errors, types

from provider import MODEL, SIZE, error_of

PATIENCE = 180
# A careful pacer stays this much below the limit.
SLACK = 0.01
litellm.suppress_debug_info = True
litellm.telemetry = False
for name in ('LiteLLM', 'LiteLLM Router', 'google_genai', 'openai', 'httpx'):
    logging.getLogger(name).setLevel(logging.CRITICAL)


class Final(Exception):
    """Asking again would be answered the same way."""


def _google(provider, keys, retry=None):
    """google-genai, with or without its own retries."""
    def client(key):
        options = types.HttpOptions(
            timeout=PATIENCE * 1000, retry_options=retry, async_client_args={'transport': provider.google()})
        return genai.Client(api_key=key, http_options=options).aio.models
    clients = {key: client(key) for key in keys}
    config = types.GenerateContentConfig(image_config=types.ImageConfig(image_size=SIZE))

    async def draw(key, job):
        try:
            answer = await clients[key].generate_content(model=MODEL, contents=job, config=config)
        except errors.ClientError as error:
            raise (error if error.code == 429 else Final(error.message)) from error
        if not (answer.parts and answer.parts[0].inline_data):
            raise Final('refused')
    return draw


def google_genai(provider, keys, _limits):
    """As its users switch retries on; five attempts are its default then."""
    return _google(provider, keys, types.HttpRetryOptions())


def article(provider, keys, _limits):
    """The loop that articles show: five tries, 2ⁿ + U(0, 1) seconds between them, when the model is overloaded."""
    once = _google(provider, keys)

    async def draw(key, job):
        for attempt in range(5):
            try:
                return await once(key, job)
            except errors.ServerError as error:
                if error.code != 503 or attempt == 4:
                    raise
                await asyncio.sleep(2 ** attempt + random.random())
    return draw


def _tenacity(once):
    """tenacity as OpenAI's cookbook shows it: full jitter up to a minute, six attempts."""
    again = tenacity.retry_if_exception(lambda error: isinstance(error, Exception) and not isinstance(error, Final))
    wait, stop = tenacity.wait_random_exponential(min=1, max=60), tenacity.stop_after_attempt(6)
    return tenacity.retry(wait=wait, stop=stop, retry=again, reraise=True)(once)


def tenacity_alone(provider, keys, _limits):
    """google-genai without its own retries, under tenacity."""
    return _tenacity(_google(provider, keys))


def pacer(provider, keys, limits):
    """The same behind a pacer that knows each key's limit a minute. It needs one to know."""
    if not all(limits.get(key) for key in keys):
        return None
    once, turns = _google(provider, keys), dict.fromkeys(keys, 0.0)

    async def paced(key, job):
        now = asyncio.get_running_loop().time()
        turn = max(now, turns[key])
        turns[key] = turn + 60 / limits[key] * (1 + SLACK)
        await asyncio.sleep(turn - now)
        return await once(key, job)
    return _tenacity(paced)


def openai_python(provider, keys, _limits):
    """As installed: two retries."""
    def client(key):
        http = httpx.AsyncClient(transport=provider.openai())
        return openai.AsyncOpenAI(api_key=key, base_url='http://practice/v1', http_client=http, timeout=PATIENCE).images
    clients = {key: client(key) for key in keys}

    async def draw(key, job):
        try:
            await clients[key].generate(model=MODEL, prompt=job)
        except openai.BadRequestError as error:
            raise Final(error.message) from error
    return draw


class _Practice(litellm.CustomLLM):
    """The provider as LiteLLM lets one plug one in; cool-downs, retries and the choice of a deployment are its own."""

    def __init__(self, provider):
        super().__init__()
        self._provider = provider

    async def aimage_generation(self, model, prompt, model_response, api_key, *_, **__):
        about = {'model': model, 'llm_provider': 'practice'}
        try:
            told = await self._provider.call(api_key, prompt, PATIENCE)
        except httpx.TimeoutException as error:
            raise litellm.Timeout(message=str(error), **about) from error
        except httpx.TransportError as error:
            raise litellm.APIConnectionError(message=str(error), **about) from error
        if told['picture']:
            return litellm.ImageResponse(created=0, data=[litellm.types.utils.ImageObject(url='practice:')])
        status, message = error_of(told)
        kind = {400: litellm.BadRequestError, 429: litellm.RateLimitError, 503: litellm.ServiceUnavailableError}
        raise kind.get(status, litellm.InternalServerError)(message=message, **about)


def litellm_router(provider, keys, _limits):
    """Every key a deployment of one model; it chooses, so the key that is handed in is not looked at."""
    litellm.custom_provider_map = [{'provider': 'practice', 'custom_handler': _Practice(provider)}]
    router = litellm.Router(timeout=PATIENCE + 1, model_list=[
        {'model_name': 'pro', 'litellm_params': {'model': f'practice/{MODEL}', 'api_key': key}} for key in keys])

    async def draw(_key, job):
        try:
            await router.aimage_generation(model='pro', prompt=job)
        except litellm.BadRequestError as error:
            raise Final(error.message) from error
    draw.chooses = True
    return draw


PEERS = {
    'pacer+tenacity': pacer,
    'google-genai': google_genai,
    'openai-python': openai_python,
    'tenacity': tenacity_alone,
    'LiteLLM': litellm_router,
    "article's loop": article,
}
