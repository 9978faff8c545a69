// A pinch as other engines tell it: as a turn of the wheel with Ctrl. So whatever zooms by the wheel zooms by fingers.

/** How much a turn with Ctrl zooms: e to the power of this, per pixel. */
export const PINCH = 0.01;

/** The turn that zooms by this factor at this point of the page. */
export function turnOf(factor: number, x: number, y: number) {
  return {
    deltaY: -Math.log(factor) / PINCH,
    deltaMode: 0,
    ctrlKey: true,
    clientX: x,
    clientY: y,
    bubbles: true,
    cancelable: true,
  };
}
