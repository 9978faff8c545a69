"""Google's own Python client, unmodified, gets its pictures and its errors from `diptych practice`.

A warning of the client counts as a failure: it means that an answer had something in it that the client does not know.
Not here: what the provider does with odd requests (crates/practice/tests) and what Diptych makes of its answers.
"""

import concurrent.futures
import io
import logging
import os
import sys
import unittest
import warnings

# Neither a developer's own keys nor a proxy may have a say.
for name in list(os.environ):
    if name.startswith(('GOOGLE_', 'GEMINI_')) or name.lower().endswith('_proxy'):
        del os.environ[name]

from google import genai
from google.genai import errors, types
from PIL import Image

from practice import Practice

PRO, FLASH, NEWEST_FLASH = 'gemini-3-pro-image', 'gemini-3.1-flash-image', 'gemini-nano-banana-2.1'
PROMPT = 'A lighthouse at dusk, long exposure'


class Peers(unittest.TestCase):
    """A provider and a client for each test, and an ear for the client's complaints."""

    scenario, style = '', 'plain'

    def setUp(self):
        self.practice = Practice(self.scenario, self.style)
        self.addCleanup(self.practice.stop)
        self.client = self.connect()
        heard = self.enterContext(warnings.catch_warnings(record=True))
        warnings.simplefilter('always')
        log, handler = logging.getLogger('google_genai'), logging.StreamHandler(said := io.StringIO())
        handler.setLevel(logging.WARNING)
        log.addHandler(handler)
        self.addCleanup(log.removeHandler, handler)
        self.complaints = lambda: [str(one.message) for one in heard] + said.getvalue().splitlines()

    def tearDown(self):
        self.assertEqual(self.complaints(), [])

    def connect(self, key=None, **options):
        options = types.HttpOptions(base_url=self.practice.url, **options)
        client = genai.Client(api_key=key or self.practice.keys[0]['key'], http_options=options)
        self.addCleanup(client.close)
        return client

    def ask(self, contents=PROMPT, model=PRO, client=None, ratio=None, size=None, **config):
        image = types.ImageConfig(aspect_ratio=ratio, image_size=size)
        config = types.GenerateContentConfig(image_config=image, **config)
        return (client or self.client).models.generate_content(model=model, contents=contents, config=config)

    def picture(self, answer):
        """The one picture of an answer, decoded to its last pixel."""
        self.assertEqual(len(answer.candidates), 1)
        self.assertIs(answer.candidates[0].finish_reason, types.FinishReason.STOP)
        [data] = [part.inline_data for part in answer.parts if part.inline_data and not part.thought]
        image = Image.open(io.BytesIO(data.data))
        image.load()
        self.assertEqual(image.get_format_mimetype(), data.mime_type)
        return image

    def refused(self, kind, code, status, **call):
        with self.assertRaises(kind) as raised:
            self.ask(**call)
        error = raised.exception
        self.assertIs(type(error), kind)
        self.assertEqual((error.code, error.status), (code, status), error.message)
        return error

    def detail(self, error, kind):
        """The one detail of a type that an error carries."""
        name = f'type.googleapis.com/google.rpc.{kind}'
        [one] = [one for one in error.details['error']['details'] if one['@type'] == name]
        return one

    def billed(self):
        bill = self.practice.bill()
        self.assertEqual(bill['total_usd_micros'], sum(one['usd_micros'] for one in bill['pictures']))
        return [(one['model'], one['size'], one['usd_micros'], one['delivered']) for one in bill['pictures']]


class Pictures(Peers):
    def test_pro_makes_4k_and_bills_it(self):
        image = self.picture(self.ask(ratio='16:9', size='4K'))
        self.assertEqual((image.format, image.size), ('JPEG', (5504, 3072)))
        self.assertEqual(self.billed(), [(PRO, '4K', 240_000, True)])
        [entry] = self.practice.bill()['pictures']
        self.assertEqual((entry['prompt'], entry['project']), (PROMPT, self.practice.keys[0]['project']))

    def test_flash_makes_its_smallest_and_its_longest(self):
        self.assertEqual(self.picture(self.ask(model=FLASH, size='512')).size, (512, 512))
        self.assertEqual(self.picture(self.ask(model=FLASH, size='1K', ratio='8:1')).size, (3072, 384))
        self.assertEqual(self.billed(), [(FLASH, '512', 45_000, True), (FLASH, '1K', 67_000, True)])

    def test_the_newest_flash_makes_png(self):
        image = self.picture(self.ask(model=NEWEST_FLASH, ratio='9:16', size='4K'))
        self.assertEqual((image.format, image.size), ('PNG', (3072, 5504)))
        self.assertEqual(self.billed(), [(NEWEST_FLASH, '4K', 113_000, True)])

    def test_both_versions_of_the_interface_answer(self):
        for version in (None, 'v1', 'v1beta'):
            with self.subTest(version):
                client = self.connect(api_version=version)
                self.assertEqual(self.picture(self.ask(client=client)).size, (1024, 1024))

    def test_the_answer_arrives_typed(self):
        answer = self.ask(size='2K', response_modalities=['TEXT', 'IMAGE'])
        usage = answer.usage_metadata
        self.assertEqual(answer.model_version, PRO)
        self.assertTrue(answer.response_id)
        self.assertEqual(answer.sdk_http_response.headers['x-gemini-service-tier'], 'standard')
        self.assertEqual([one.modality for one in usage.prompt_tokens_details], [types.MediaModality.TEXT])
        [images] = usage.candidates_tokens_details
        self.assertEqual((images.modality, images.token_count), (types.MediaModality.IMAGE, 1120))
        parts = usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count
        self.assertEqual(usage.total_token_count, parts)
        content = answer.candidates[0].content
        self.assertEqual((content.role, [bool(part.text) for part in content.parts]), ('model', [True, False]))
        self.assertTrue(all(isinstance(part.thought_signature, bytes) for part in content.parts))

    def test_every_setting_the_client_has_is_understood(self):
        thinking = types.ThinkingConfig(thinking_level=types.ThinkingLevel.HIGH, include_thoughts=True)
        # The other categories exist on Vertex only.
        safety = [
            types.SafetySetting(category=category, threshold=types.HarmBlockThreshold.BLOCK_ONLY_HIGH)
            for category in types.HarmCategory
            if 'UNSPECIFIED' not in category and 'IMAGE' not in category and 'JAILBREAK' not in category
        ]
        answer = self.ask(
            model=FLASH, system_instruction='Paint.', temperature=1, top_p=0.9, top_k=40, seed=7, candidate_count=1,
            max_output_tokens=8192, response_modalities=[types.Modality.IMAGE], thinking_config=thinking,
            safety_settings=safety, service_tier=types.ServiceTier.FLEX,
        )
        self.picture(answer)
        self.assertTrue(answer.parts[0].thought and answer.parts[0].text)
        self.assertEqual(answer.sdk_http_response.headers['x-gemini-service-tier'], 'flex')
        self.assertEqual(self.billed(), [(FLASH, '1K', 33_500, True)])

    def test_a_reference_goes_in_and_sets_the_ratio(self):
        # Noise, so that its base64 has every character of the client's alphabet.
        Image.frombytes('RGB', (160, 90), os.urandom(160 * 90 * 3)).save(file := io.BytesIO(), 'PNG')
        reference = types.Part.from_bytes(data=file.getvalue(), mime_type='image/png')
        answer = self.ask([reference, 'The same at night'])
        self.assertEqual(self.picture(answer).size, (1376, 768))
        details = {one.modality: one.token_count for one in answer.usage_metadata.prompt_tokens_details}
        self.assertEqual(details[types.MediaModality.IMAGE], 560)
        self.assertEqual(self.practice.bill()['pictures'][0]['prompt'], 'The same at night')

    def test_a_second_turn_needs_the_signature_of_the_first(self):
        first = self.ask().candidates[0].content
        turns = [types.UserContent(PROMPT), first, types.UserContent('Now in fog')]
        self.picture(self.ask(turns))
        bare = [part.model_copy(update={'thought_signature': None}) for part in first.parts]
        turns[1] = types.Content(role='model', parts=bare)
        error = self.refused(errors.ClientError, 400, 'INVALID_ARGUMENT', contents=turns)
        self.assertIn('missing a thought_signature', error.message)
        self.assertEqual(self.billed(), [(PRO, '1K', 134_000, True)] * 2)

    def test_a_chat_remembers_by_itself(self):
        chat = self.client.chats.create(model=PRO)
        self.picture(chat.send_message(PROMPT))
        self.picture(chat.send_message('Now in fog'))
        self.assertEqual([content.role for content in chat.get_history()], ['user', 'model'] * 2)
        self.assertEqual([one['prompt'] for one in self.practice.bill()['pictures']], [PROMPT, 'Now in fog'])

    def test_models_are_listed_page_by_page(self):
        models = list(self.client.models.list())
        self.assertTrue({f'models/{id}' for id in (PRO, FLASH, NEWEST_FLASH)} <= {model.name for model in models})
        for model in models:
            self.assertEqual(model.supported_actions, ['generateContent'])
            self.assertTrue(model.display_name and model.input_token_limit and model.output_token_limit)
        pages = self.client.models.list(config={'page_size': 2})
        self.assertEqual(len(pages), 2)
        self.assertEqual([model.name for model in pages], [model.name for model in models])
        self.assertEqual(self.client.models.get(model=PRO), next(m for m in models if m.name == f'models/{PRO}'))


class Landscape(Peers):
    style = 'landscape'

    def test_a_painted_picture_decodes_too(self):
        image = self.picture(self.ask(ratio='16:9', size='4K'))
        self.assertEqual(image.size, (5504, 3072))
        self.assertGreater(len(set(image.convert('L').resize((64, 64)).tobytes())), 30, 'hardly any tones')


class Asynchronous(Peers, unittest.IsolatedAsyncioTestCase):
    async def test_the_asynchronous_client_gets_pictures_and_errors(self):
        client = self.client.aio
        self.picture(await client.models.generate_content(model=FLASH, contents=PROMPT))
        with self.assertRaises(errors.ClientError) as raised:
            await client.models.generate_content(model='gemini-0', contents=PROMPT)
        self.assertEqual((raised.exception.code, raised.exception.status), (404, 'NOT_FOUND'))
        await client.aclose()


class Errors(Peers):
    scenario = '''
        [[fault]]
        kind = "overload"
        prompt_contains = "crowd"
        details = true
        [[fault]]
        kind = "status"
        status = 502
        prompt_contains = "gateway"
        [[fault]]
        kind = "array_wrapped_error"
        prompt_contains = "wrapped"
        [[fault]]
        kind = "prompt_blocked"
        prompt_contains = "forbidden"
        [[fault]]
        kind = "refusal"
        reason = "IMAGE_SAFETY"
        prompt_contains = "unsafe"
        [[fault]]
        kind = "refusal"
        reason = "IMAGE_RECITATION"
        prompt_contains = "famous"
        [[fault]]
        kind = "empty"
        prompt_contains = "nothing"
    '''

    def tearDown(self):
        self.assertEqual(self.billed(), [])
        super().tearDown()

    def test_a_wrong_key_is_a_client_error(self):
        client = self.connect(key='not-a-key')
        error = self.refused(errors.ClientError, 400, 'INVALID_ARGUMENT', client=client)
        self.assertEqual(self.detail(error, 'ErrorInfo')['reason'], 'API_KEY_INVALID')
        self.assertIn('API key not valid', error.message)

    def test_a_wrong_size_and_a_wrong_model_are_client_errors(self):
        error = self.refused(errors.ClientError, 400, 'INVALID_ARGUMENT', size='4k')
        self.assertEqual(
            self.detail(error, 'BadRequest')['fieldViolations'][0]['field'],
            'generation_config.image_config.image_size',
        )
        self.refused(errors.ClientError, 404, 'NOT_FOUND', model='gemini-0')

    def test_high_demand_is_a_server_error(self):
        error = self.refused(errors.ServerError, 503, 'UNAVAILABLE', contents='A crowd')
        self.assertEqual(self.detail(error, 'ErrorInfo')['reason'], 'MODEL_CAPACITY_EXHAUSTED')
        self.refused(errors.ServerError, 503, 'UNAVAILABLE', contents='A wrapped error')
        self.refused(errors.ServerError, 502, 'Bad Gateway', contents='A gateway')

    def test_a_refusal_has_a_reason_the_client_knows(self):
        for prompt, reason in [('unsafe', 'IMAGE_SAFETY'), ('famous', 'IMAGE_RECITATION')]:
            [candidate] = self.ask(prompt).candidates
            self.assertIs(candidate.finish_reason, types.FinishReason[reason])
            self.assertFalse(candidate.content and candidate.content.parts)

    def test_a_blocked_prompt_has_a_reason_and_no_candidates(self):
        answer = self.ask('forbidden')
        self.assertIs(answer.prompt_feedback.block_reason, types.BlockedReason.PROHIBITED_CONTENT)
        self.assertFalse(answer.candidates)
        self.assertFalse(self.ask('nothing').candidates)


class Quota(Peers):
    scenario = '[[quota]]\nipm = 1'

    def test_the_second_picture_of_a_minute_is_refused(self):
        self.picture(self.ask())
        error = self.refused(errors.ClientError, 429, 'RESOURCE_EXHAUSTED')
        self.assertRegex(self.detail(error, 'RetryInfo')['retryDelay'], r'^[1-5]?\d(\.\d{1,9})?s$')
        [violation] = self.detail(error, 'QuotaFailure')['violations']
        self.assertIn('ImagesPerMinute', violation['quotaId'])
        self.assertEqual(violation['quotaValue'], '1')
        self.assertEqual(self.billed(), [(PRO, '1K', 134_000, True)])


class Relay(Peers):
    scenario = '''
        [latency]
        seconds = 50
        [[quota]]
        ipm = 2
        details = false
        [[capacity]]
        concurrent = 1
        answers = 429
    '''

    def test_a_cap_and_an_empty_minute_look_alike_and_the_clock_can_be_moved_on(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            outcomes = [one.exception() for one in [pool.submit(self.ask), pool.submit(self.ask)]]
        [capped] = [outcome for outcome in outcomes if outcome]
        self.picture(self.ask())
        empty = self.refused(errors.ClientError, 429, 'RESOURCE_EXHAUSTED')
        self.assertEqual((capped.code, capped.details), (empty.code, empty.details))
        self.assertNotIn('details', empty.details['error'])
        self.practice.skip(60)
        self.picture(self.ask())
        self.assertEqual(self.billed(), [(PRO, '1K', 134_000, True)] * 3)


def main():
    result = unittest.main(exit=False, verbosity=2).result
    bad = len({case.id().split(' ')[0] for case, _ in result.failures + result.errors})
    skipped = len(result.skipped)
    sys.stderr.flush()
    print(f'{max(result.testsRun - bad - skipped, 0)} passed, {bad} failed, {skipped} skipped')
    sys.exit(bad > 0 or skipped > 0 or result.testsRun == 0)


if __name__ == '__main__':
    main()
