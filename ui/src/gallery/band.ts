// A band drawn with the mouse over a list that scrolls: from where it was pressed to where it is now, in the list's own
// coordinates, following where the list is scrolled meanwhile. What it means is not known here.

import type { Box } from './grid';

interface Uses<K> {
  /** The band begins; what comes back is handed on. `adds`: Ctrl or Shift is held. */
  begin: (adds: boolean) => K;
  draw: (box: Box, begun: K) => void;
  end: () => void;
}

/** A press that moves less is a click. */
const SLACK = 6;
/** Pixels of scroll in a frame, at most. */
const FASTEST = 40;

/** Returns how to stop. */
export function bandIn<K>(list: HTMLElement, uses: Uses<K>): () => void {
  let start: { x: number; y: number; adds: boolean } | null = null;
  let begun: { kept: K } | null = null;
  let pointer = { x: 0, y: 0 };
  let frame = 0;

  const within = (event: PointerEvent) => {
    const edge = list.getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  };

  function draw(): void {
    if (!start || !begun) return;
    const y = pointer.y + list.scrollTop;
    uses.draw(
      {
        x: Math.min(start.x, pointer.x),
        y: Math.min(start.y, y),
        width: Math.abs(pointer.x - start.x),
        height: Math.abs(y - start.y),
      },
      begun.kept,
    );
  }

  /** Beyond the upper or lower edge the list moves along, faster the further out. */
  function follow(): void {
    frame = 0;
    const beyond = pointer.y < 0 ? pointer.y : Math.max(0, pointer.y - list.clientHeight);
    if (!begun || beyond === 0) return;
    list.scrollTop += Math.max(-FASTEST, Math.min(FASTEST, beyond / 3));
    draw();
    frame = requestAnimationFrame(follow);
  }

  function down(event: PointerEvent): void {
    // A finger scrolls, and the scroll bar is beside the content.
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const adds = event.ctrlKey || event.metaKey || event.shiftKey;
    // Pictures that can be dragged out of the list are, unless a key says otherwise.
    if (!adds && (event.target as Element).closest('[draggable=true]')) return;
    pointer = within(event);
    if (pointer.x >= list.clientWidth) return;
    start = {
      x: pointer.x,
      y: pointer.y + list.scrollTop,
      adds,
    };
  }

  function move(event: PointerEvent): void {
    if (!start) return;
    pointer = within(event);
    if (!begun) {
      const far = Math.hypot(pointer.x - start.x, pointer.y + list.scrollTop - start.y);
      if (far < SLACK) return;
      begun = { kept: uses.begin(start.adds) };
      list.setPointerCapture(event.pointerId);
    }
    draw();
    if (frame === 0) follow();
  }

  function up(): void {
    if (begun) {
      uses.end();
      // The click that follows would select the one below the pointer.
      list.addEventListener('click', (event) => event.stopPropagation(), { capture: true, once: true });
    }
    start = begun = null;
    cancelAnimationFrame(frame);
    frame = 0;
  }

  const stop = new AbortController();
  const { signal } = stop;
  list.addEventListener('pointerdown', down, { signal });
  list.addEventListener('pointermove', move, { signal });
  list.addEventListener('pointerup', up, { signal });
  list.addEventListener('pointercancel', up, { signal });
  return () => {
    cancelAnimationFrame(frame);
    stop.abort();
  };
}
