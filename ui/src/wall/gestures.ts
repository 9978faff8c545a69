// Mouse, pen and fingers on a pane: drag (with Alt against the others), wheel, pinch, double click.

import type { Attachment } from 'svelte/attachments';
import { wheelFactor } from './keys';
import type { Stage } from './stage.svelte';
import type { Point } from './viewport';

/** A press that moved less than this (CSS pixels) was a click. */
const SLACK = 3;

export function gestures(stage: Stage, pane: number): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const fingers = new Map<number, Point>();
    let onMap = false;
    let travelled = 0;

    const place = (event: MouseEvent): Point => {
      const box = canvas.getBoundingClientRect();
      return { x: (event.clientX - box.left) * stage.ratio, y: (event.clientY - box.top) * stage.ratio };
    };

    const down = (event: PointerEvent) => {
      if (event.button > 1) return;
      const at = place(event);
      stage.current = pane;
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at);
      travelled = 0;
      const target = fingers.size === 1 ? stage.minimapAt(pane, at) : null;
      onMap = target !== null;
      if (target) stage.centre(target, pane);
    };

    const move = (event: PointerEvent) => {
      const at = place(event);
      stage.point(pane, event.pointerType === 'touch' ? null : at);
      const last = fingers.get(event.pointerId);
      if (!last) return;
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      fingers.set(event.pointerId, at);
      travelled += Math.hypot(at.x - last.x, at.y - last.y) / stage.ratio;
      if (onMap) {
        const target = stage.minimapAt(pane, at);
        if (target) stage.centre(target, pane);
      } else if (other) {
        const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
        const [before, after] = [distance(last, other), distance(at, other)];
        stage.pan((at.x - last.x) / 2, (at.y - last.y) / 2, pane);
        if (before > 0) stage.zoom(after / before, pane, middle);
      } else if (travelled > SLACK) {
        if (event.altKey) stage.nudge(at.x - last.x, at.y - last.y, pane);
        else stage.pan(at.x - last.x, at.y - last.y, pane);
        canvas.classList.add('dragging');
      }
    };

    const up = (event: PointerEvent) => {
      fingers.delete(event.pointerId);
      onMap = false;
      canvas.classList.remove('dragging');
    };

    const leave = () => stage.point(pane, null);

    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      stage.zoom(wheelFactor(event), pane, place(event));
    };

    const twice = (event: MouseEvent) => {
      const at = place(event);
      if (!stage.minimapAt(pane, at)) stage.toggle(pane, at);
    };

    canvas.addEventListener('pointerdown', down);
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('pointerleave', leave);
    canvas.addEventListener('wheel', wheel, { passive: false });
    canvas.addEventListener('dblclick', twice);
    return () => {
      canvas.removeEventListener('pointerdown', down);
      canvas.removeEventListener('pointermove', move);
      canvas.removeEventListener('pointerup', up);
      canvas.removeEventListener('pointercancel', up);
      canvas.removeEventListener('pointerleave', leave);
      canvas.removeEventListener('wheel', wheel);
      canvas.removeEventListener('dblclick', twice);
    };
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
