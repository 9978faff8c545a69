"""What a call costs: CPU of a client's process per call, while a provider in another answers at once with 1 kB; the engine first.

Both get the same answers (`diptych bench engine`). A client keeps its connection, retries nothing and writes nothing down; it
has neither queue nor books. Not here: weather.
"""

import asyncio
import json
import multiprocessing
import os
import statistics
import subprocess
import time

import openai
from google import genai
from google.genai import errors, types

from provider import MODEL, PNG

CALLS, ROUNDS = 500, 5
TEXT = 'x' * 700
REFUSED = {'error': {'code': 400, 'message': TEXT, 'status': 'INVALID_ARGUMENT'}}
GOOGLE = {'candidates': [{'finishReason': 'STOP', 'content': {'role': 'model', 'parts': [
    {'text': TEXT}, {'inlineData': {'mimeType': 'image/png', 'data': PNG}}]}}], 'modelVersion': MODEL}
OPENAI = {'created': 0, 'data': [{'b64_json': PNG, 'revised_prompt': TEXT}]}
PROMPT = 'A bench by the sea'


def provide(port):
    """Answers whatever comes; what is asked for with the prompt `no` is refused."""
    async def answer(reader, writer):
        while head := await reader.readuntil(b'\r\n\r\n'):
            length = int(next(line for line in head.lower().split(b'\r\n') if line.startswith(b'content-length:'))[15:])
            body = await reader.readexactly(length)
            refuses = b'"no"' in body
            said = json.dumps(REFUSED if refuses else OPENAI if b'/images/' in head else GOOGLE).encode()
            line = b'400 Bad Request' if refuses else b'200 OK'
            writer.write(b'HTTP/1.1 ' + line + b'\r\ncontent-type: application/json\r\ncontent-length: '
                         + str(len(said)).encode() + b'\r\n\r\n' + said)

    async def serve():
        server = await asyncio.start_server(answer, '127.0.0.1', 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()
    asyncio.run(serve())


def google_genai(url):
    """As its users call it, one after the other."""
    # A client that nobody holds closes its connection.
    client = genai.Client(api_key='k', http_options=types.HttpOptions(base_url=url))
    config = types.GenerateContentConfig(image_config=types.ImageConfig(image_size='1K'))

    def call(prompt):
        try:
            client.models.generate_content(model=MODEL, contents=prompt, config=config)
        except errors.ClientError as error:
            assert error.code == 400 and prompt == 'no', error
    return call


def openai_python(url):
    """The same."""
    images = openai.OpenAI(api_key='k', base_url=f'{url}/v1', max_retries=0).images

    def call(prompt):
        try:
            images.generate(model=MODEL, prompt=prompt)
        except openai.BadRequestError:
            assert prompt == 'no'
    return call


def cost(call, prompt):
    """Milliseconds of CPU per call."""
    began = time.process_time()
    for _ in range(CALLS):
        call(prompt)
    return (time.process_time() - began) / CALLS * 1000


def main():
    """The engine, then all clients in turn; JSON lines."""
    subprocess.run([os.environ['DIPTYCH_BIN'], 'bench', 'engine', '--scenario', 'call,batch'], check=True)
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=provide, args=(there,), daemon=True)
    server.start()
    url = f'http://127.0.0.1:{here.recv()}'
    clients = {'google-genai': google_genai(url), 'openai-python': openai_python(url)}
    found = {(peer, prompt): [] for peer in clients for prompt in (PROMPT, 'no')}
    # The first round warms up.
    for _ in range(1 + ROUNDS):
        for (peer, prompt), times in found.items():
            times.append(cost(clients[peer], prompt))
    for (peer, prompt), times in found.items():
        print(json.dumps({'bench': 'refused' if prompt == 'no' else 'call', 'peer': peer, 'calls': CALLS * ROUNDS,
                          'cpu_ms_per_call': round(statistics.median(times[1:]), 3)}))
    server.terminate()


if __name__ == '__main__':
    main()
