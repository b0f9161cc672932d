/** What a key does. */
export interface Key {
  /** As `KeyboardEvent.key` has it; of two in a row with a space between: `g b`. */
  readonly keys: readonly string[];
  /** What it does, for the list of keys; null: another entry says so. */
  readonly title: string | null;
  /** Returns true when it did nothing and the key may do something else. */
  readonly run: (event: KeyboardEvent) => unknown;
}

export interface KeyGroup {
  readonly title: string;
  readonly keys: readonly Key[];
}

const groups: KeyGroup[] = [];
const pairMs = 1_200;
let before = "";
let beforeAtMs = 0;

/** Adds keys until the returned function is called; the group that was added last comes first. */
export function addKeys(title: string, keys: readonly Key[]): () => void {
  const group = { title, keys };
  groups.unshift(group);
  return () => void groups.splice(groups.indexOf(group), 1);
}

/** What works now, for the list of keys. */
export function keyGroups(): readonly KeyGroup[] {
  return groups.toReversed();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const target = event.target as HTMLElement;
  const isTyping = target.matches?.("input, textarea, select, [contenteditable]");
  const hasModifier = event.ctrlKey || event.metaKey;
  const name = hasModifier ? `Ctrl+${event.key.toLowerCase()}` : event.key;
  if (isTyping && !hasModifier) return;
  if (document.querySelector("dialog[open]") !== null) return;
  const pair = performance.now() - beforeAtMs < pairMs ? `${before} ${name}` : name;
  for (const wanted of new Set([pair, name])) {
    const found = groups.flatMap(({ keys }) => keys).find(({ keys }) => keys.includes(wanted));
    if (found === undefined) continue;
    before = "";
    if (found.run(event) !== true) event.preventDefault();
    return;
  }
  before = name;
  beforeAtMs = performance.now();
});
