import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import { openHost } from './index';
import { tauriHost } from './tauri';
import { fileFacts } from './types';

afterEach(() => clearMocks());

describe('the window', () => {
  it('is chosen where Tauri is, and the browser elsewhere', async () => {
    expect((await openHost()).kind).toBe('browser');
    mockIPC(() => null);
    expect((await openHost()).kind).toBe('window');
  });

  it('sends commands by one call and passes failures on', async () => {
    const failure = { sentence: { code: 'E-NOT-FOUND', params: { what: 'job', id: 'x' } }, billed: null };
    const calls: unknown[] = [];
    mockIPC((name, args) => {
      calls.push([name, args]);
      if (name === 'rpc') throw failure;
      return null;
    });
    const host = tauriHost();
    await expect(host.call('jobs.story', { id: 'x' })).rejects.toEqual(failure);
    await host.answerClose('wait');
    await host.ready();
    expect(calls).toEqual([
      ['rpc', { command: 'jobs.story', args: { id: 'x' } }],
      ['answer_close', { how: 'wait' }],
      ['ui_ready', {}],
    ]);
  });

  it('sends a reference as raw bytes', async () => {
    let body: unknown;
    mockIPC((_, args) => {
      body = args;
      return { id: 'r' };
    });
    await tauriHost().addReference(new Blob([new Uint8Array([1, 2, 3])]));
    expect(body).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('hands a picture over with its name and time, and takes a drop without ever naming a path', async () => {
    const calls: unknown[] = [];
    mockIPC((name, args) => {
      calls.push([name, args]);
      return null;
    });
    const file = new File([new Uint8Array([1])], 'a & b.png', { lastModified: 5 });
    await tauriHost().importPicture(file);
    await tauriHost().importDropped();
    await tauriHost().referenceDropped();
    expect(calls).toEqual([
      ['picture', new Uint8Array([1])],
      ['take_dropped', { to: 'library' }],
      ['take_dropped', { to: 'reference' }],
    ]);
    expect(fileFacts(file)).toBe('name=a+%26+b.png&modified=5');
  });

  it('drags out by id, and never learns what folder is chosen before it is in use', async () => {
    const calls: unknown[] = [];
    mockIPC((name, args) => {
      calls.push([name, args]);
      return null;
    });
    await tauriHost().dragOut(['a', 'b']);
    await tauriHost().chooseFolder('library');
    expect(calls).toEqual([
      ['drag_out', { pictures: ['a', 'b'] }],
      ['choose_folder', { to: 'library' }],
    ]);
  });

  it('reads pictures over its own protocol', () => {
    expect(tauriHost().pictureUrl('picture/1/thumb')).toBe('diptych://localhost/picture/1/thumb');
  });
});
