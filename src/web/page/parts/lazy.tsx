import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { laterStyles } from "./later-styles.ts";

// biome-ignore lint/suspicious/noExplicitAny: each component's props are typed where it is loaded.
type Any = ComponentType<any>;
export type Loader = () => Promise<Any>;

const loaded = new Map<Loader, Any>();

/** What `load` brings, from when it is there; with it come the styles of all but the board. */
export function Lazy({ load, props }: { readonly load: Loader; readonly props: object }) {
  const [, setFound] = useState<Any | null>(null);
  const Found = loaded.get(load);
  useEffect(() => {
    if (loaded.has(load)) return;
    void Promise.all([load(), laterStyles()]).then(([found]) => {
      loaded.set(load, found);
      setFound(() => found);
    });
  }, [load]);
  return Found === undefined ? null : <Found {...props} />;
}
