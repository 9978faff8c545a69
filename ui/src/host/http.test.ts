import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '@/bindings/api';
import { httpHost } from './http';
import { NotAuthorised } from './types';

class FakeSource {
  static CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }
  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
}

const fetched = vi.fn<typeof fetch>();
const json = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }));

beforeEach(() => {
  FakeSource.all = [];
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
  vi.stubGlobal('EventSource', FakeSource);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  location.hash = '';
});

describe('the browser', () => {
  it('exchanges the token for a cookie and takes it out of the address', async () => {
    location.hash = '#token=s3cret';
    fetched.mockReturnValue(json({}));
    await httpHost();
    expect(fetched).toHaveBeenCalledWith(
      '/session',
      expect.objectContaining({ method: 'POST', body: '{"token":"s3cret"}' }),
    );
    expect(location.href).not.toContain('s3cret');
  });

  it('asks for no session without a token', async () => {
    await httpHost();
    expect(fetched).not.toHaveBeenCalled();
  });

  it('posts commands as JSON', async () => {
    fetched.mockReturnValue(json({ jobs: 1 }));
    const host = await httpHost();
    expect(await host.call('alerts.seen', { id: 'j' })).toEqual({ jobs: 1 });
    expect(fetched).toHaveBeenCalledWith('/rpc/alerts.seen', expect.objectContaining({ body: '{"id":"j"}' }));
  });

  it('passes a failure on as it is', async () => {
    const failure = { sentence: { code: 'E-STATE', params: { state: 'done' } }, billed: 'no' };
    fetched.mockReturnValue(json(failure, 409));
    const host = await httpHost();
    await expect(host.call('alerts.seen', { id: 'j' })).rejects.toEqual(failure);
  });

  it('makes a failure of anything else', async () => {
    const host = await httpHost();
    fetched.mockReturnValue(Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })));
    await expect(host.call('hello', {})).rejects.toMatchObject({ sentence: { code: 'U-ENGINE' } });
    fetched.mockReturnValue(Promise.reject(new TypeError('Failed to fetch')));
    await expect(host.call('hello', {})).rejects.toMatchObject({ sentence: { code: 'U-GONE' } });
  });

  it('tells a missing session apart', async () => {
    fetched.mockReturnValue(json({}, 401));
    const host = await httpHost();
    await expect(host.call('hello', {})).rejects.toBeInstanceOf(NotAuthorised);
  });

  it('sends a reference as it is', async () => {
    fetched.mockReturnValue(json({ id: 'r' }));
    const host = await httpHost();
    const bytes = new Blob(['abc'], { type: 'image/png' });
    await host.addReference(bytes);
    expect(fetched).toHaveBeenCalledWith('/reference', expect.objectContaining({ body: bytes }));
  });

  it('reads pictures from its own origin', async () => {
    const host = await httpHost();
    expect(host.pictureUrl('picture/1/thumb')).toBe('/picture/1/thumb');
  });
});

describe('events', () => {
  it('come from one stream, and a break is followed by a resync', async () => {
    const host = await httpHost();
    const seen: Event['type'][] = [];
    const up: boolean[] = [];
    host.onConnection((state) => up.push(state));
    host.onEvent((event) => seen.push(event.type));
    const [source] = FakeSource.all;
    source?.onopen?.();
    source?.onmessage?.({ data: '{"type":"accounts"}' });
    expect(seen).toEqual(['accounts']);
    source?.onerror?.();
    source?.onopen?.();
    expect(seen).toEqual(['accounts', 'resync']);
    expect(up).toEqual([true, false, true]);
  });

  it('are asked for again when the stream was refused', async () => {
    vi.useFakeTimers();
    const host = await httpHost();
    const stop = host.onEvent(() => undefined);
    const [source] = FakeSource.all;
    source?.close();
    source?.onerror?.();
    vi.advanceTimersByTime(2_000);
    expect(FakeSource.all).toHaveLength(2);
    stop();
    expect(FakeSource.all[1]?.readyState).toBe(FakeSource.CLOSED);
  });
});
