import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import Rating from './Rating.svelte';

describe('the rating', () => {
  it('is one stop for the keyboard and takes digits and arrows', async () => {
    const onrate = vi.fn();
    render(Rating, { value: 3, onrate });
    await userEvent.tab();
    expect(screen.getByRole('slider')).toHaveFocus();
    expect(screen.getByRole('slider')).toHaveAttribute('aria-valuetext', '3 of 5');
    await userEvent.keyboard('5{ArrowRight}{ArrowLeft}0');
    expect(onrate.mock.calls).toEqual([[5], [4], [2], [0]]);
  });

  it('takes a press, and the same star again clears it', async () => {
    const onrate = vi.fn();
    const { container } = render(Rating, { value: 3, onrate });
    const stars = container.querySelectorAll('span');
    for (const at of [4, 2]) {
      const star = stars[at];
      if (star) await userEvent.click(star);
    }
    expect(onrate.mock.calls).toEqual([[5], [0]]);
  });
});
