/** What a browser may keep of a page, or refuse to, as private windows do: then the page does without. */

/** What `action` gives, null where it is refused. */
export function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
