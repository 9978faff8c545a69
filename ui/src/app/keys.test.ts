import { afterEach, expect, it, vi } from 'vitest';
import { handleKey, holdEnter, onKeys } from './keys';

const run = vi.fn();
const off = onKeys({
  title: 'keys.everywhere',
  keys: [
    { keys: 'Ctrl+Enter', does: 'compose.generate', run },
    { keys: 'ArrowRight', does: 'compose.generate', run, repeats: true },
    { keys: 'x', does: 'compose.generate', run },
  ],
});
afterEach(() => run.mockReset());

/** As a keyboard sends it: once pressed, then over and over until it is let go. */
function hold(init: KeyboardEventInit): KeyboardEvent[] {
  const events = [false, true, true].map(
    (repeat) => new KeyboardEvent('keydown', { ...init, repeat, cancelable: true }),
  );
  events.forEach(handleKey);
  return events;
}

it('takes a chord that is held down for one press, and keeps it from the browser', () => {
  const events = hold({ key: 'Enter', ctrlKey: true });
  expect(run).toHaveBeenCalledTimes(1);
  expect(events.every((event) => event.defaultPrevented)).toBe(true);
  hold({ key: 'Enter', metaKey: true });
  expect(run).toHaveBeenCalledTimes(2);
});

it('goes on and on only by a key that may: a verdict is given once', () => {
  hold({ key: 'ArrowRight' });
  expect(run).toHaveBeenCalledTimes(3);
  const events = hold({ key: 'x' });
  expect(run).toHaveBeenCalledTimes(4);
  expect(events.every((event) => event.defaultPrevented)).toBe(true);
  off();
});

it('clicks a button once by an Enter that is held down', () => {
  const button = document.createElement('button');
  button.addEventListener('keydown', holdEnter);
  const stopped = [false, true].map((repeat) => {
    const event = new KeyboardEvent('keydown', { key: 'Enter', repeat, cancelable: true });
    button.dispatchEvent(event);
    return event.defaultPrevented;
  });
  expect(stopped).toEqual([false, true]);
});
