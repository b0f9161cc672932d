// Tested before folding: "K" (the Kelvin sign) folds to a plain k.
const SLUG = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
// Names of devices on Windows, where no folder can have them; refused everywhere, so that a home can move.
const DEVICE = /^(?:con|nul|aux|prn|com[0-9]|lpt[0-9])$/;

/** What a slug is, for messages. */
export const SLUG_RULE =
  "a board slug (1 to 64 of a-z, 0-9, - and _, starting with a letter or digit, no device name such as con or nul)";

/**
 * The slug of a board, upper case folded; null for everything else. Nothing is trimmed or repaired, so a slug is
 * always one harmless path segment, and never `_archived`.
 */
export function parseSlug(text: string): string | null {
  if (!SLUG.test(text)) return null;
  const slug = text.toLowerCase();
  return DEVICE.test(slug) ? null : slug;
}
