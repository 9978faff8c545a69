/** The last button of the list's next entry, or of the one before: there the keyboard goes on when the entry of `button` goes. */
export function besideInList(button: Element): HTMLElement | null {
  const entry = button.closest('li');
  const other = entry?.nextElementSibling ?? entry?.previousElementSibling;
  return [...(other?.querySelectorAll('button') ?? [])].at(-1) ?? null;
}
