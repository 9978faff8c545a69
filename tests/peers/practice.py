"""`diptych practice` as a process of its own, and the reference images and scenarios that tests hand to it.

Not here: any client; the bill is read with the standard library, so that a test can compare two opinions.
"""

import json
import os
import subprocess
import tempfile
import urllib.request


class Practice:
    """A provider on a free port. Pictures are plain unless the scenario says otherwise: the wire is what is tested."""

    def __init__(self, scenario='', style='plain'):
        self._file = tempfile.NamedTemporaryFile('w', suffix='.toml')
        self._file.write(f'[pictures]\nstyle = "{style}"\n{scenario}\n')
        self._file.flush()
        command = [os.environ['DIPTYCH_BIN'], 'practice', '--port', '0', '--speed', '50', '--scenario', self._file.name]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        first = json.loads(self._process.stdout.readline())
        self.url, self.keys = first['url'], first['keys']

    def bill(self):
        """The provider's own list of the pictures it made."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f'{self.url}/practice/bill', timeout=10) as answer:
            return json.load(answer)

    def skip(self, seconds):
        """Moves the provider's clock on."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        body = json.dumps({'skip_s': seconds}).encode()
        direct.open(f'{self.url}/practice/clock', body, timeout=10).close()

    def stop(self):
        """Ends the process."""
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()
        self._file.close()
