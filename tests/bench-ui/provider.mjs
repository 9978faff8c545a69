// A provider that answers when it is told to, at the speed it is told: every answer is one of the given PNG files, made another
// picture by a line of text inside it. Not here: refusals, prices, other formats; `diptych practice` has those.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

const PIECE = 256 * 1024;
/** Signature and IHDR. */
const HEAD = 33;

function marked(png, text) {
  const body = Buffer.from(`tEXtComment\0${text}`, 'latin1');
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([png.subarray(0, HEAD), frame.subarray(0, 4), body, frame.subarray(4), png.subarray(HEAD)]);
}

/** As Gemini prints it. */
export const answer = (png) => `{
  "candidates": [
    {
      "content": {
        "parts": [
          {
            "inlineData": {
              "mimeType": "image/png",
              "data": "${png.toString('base64')}"
            }
          }
        ],
        "role": "model"
      },
      "finishReason": "STOP"
    }
  ],
  "modelVersion": "bench"
}
`;

export class Provider {
  /** When the last byte of each answer was handed to the system, in order. */
  ended = [];
  /** Before an answer begins. */
  gate = Promise.resolve();
  /** Bytes a second; 0 for as fast as it goes. */
  rate = 0;
  /** Between one answer and the next. */
  pause = 0;
  count = 0;

  constructor(files) {
    this.files = files;
    this.turn = Promise.resolve();
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  async listen() {
    await new Promise((ok) => this.server.listen(0, '127.0.0.1', ok));
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async serve(request, response) {
    for await (const piece of request) void piece;
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end('{"models": []}');
    // One answer at a time: that is what is measured.
    const before = this.turn;
    let done;
    this.turn = new Promise((ok) => (done = ok));
    const number = this.count++;
    const body = Buffer.from(answer(marked(readFileSync(this.files[number % this.files.length]), `number ${number}`)));
    await before;
    await this.gate;
    await sleep(this.pause);
    const began = performance.now();
    for (let at = 0; at < body.length - PIECE; at += PIECE) {
      const due = this.rate ? began + (at / this.rate) * 1000 : 0;
      if (due > performance.now()) await sleep(due - performance.now());
      if (!response.write(body.subarray(at, at + PIECE))) await new Promise((ok) => response.once('drain', ok));
    }
    const rest = body.length % PIECE || PIECE;
    await new Promise((ok) => response.end(body.subarray(body.length - rest), ok));
    this.ended[number] = Date.now();
    done();
  }
}
