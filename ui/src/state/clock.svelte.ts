// The engine's time, ticking once a second only while somebody looks at it.

export class Clock {
  /** Milliseconds since 1970 by the engine's clock. */
  now = $state(Date.now());
  private skew = 0;
  private holders = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** Corrects for the difference between the engine's clock and this one. */
  set(engineNow: number): void {
    this.skew = engineNow - Date.now();
    this.tick();
  }

  /** Keeps the clock ticking until the returned function is called. */
  hold(): () => void {
    this.holders += 1;
    this.tick();
    this.timer ??= setInterval(() => this.tick(), 1_000);
    return () => {
      this.holders -= 1;
      if (this.holders > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  tick(): void {
    this.now = Date.now() + this.skew;
  }
}
