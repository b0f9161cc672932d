import { useComputed } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { laterStyles } from "../parts/later-styles.ts";
import { Loading } from "../parts/loading.tsx";
import { type View, viewAt, views } from "../routes.ts";
import { describe } from "../store/api.ts";
import { board } from "../store/current.ts";
import { named, place } from "../store/location.ts";

type Loaded = ComponentType<{ readonly board: string }>;

const loaded = new Map<string, Loaded>();

/** The view of the address; beside a task, the one that was there before it. */
export function ViewFrame() {
  const before = useRef<View>(views[0] as View);
  const view = useComputed(() => {
    const found = viewAt(place.value.path);
    if (found !== null) before.current = found;
    return found ?? (named.value.task === null ? null : before.current);
  });
  const slug = board.value;
  const found = view.value;
  if (found === null)
    return (
      <main id="main" class="plain-note">
        <h1>There is nothing at this address</h1>
        <p>
          <a href="/">Go to the board</a>
        </p>
      </main>
    );
  return (
    <main id="main" tabIndex={-1} class={`view view-${found.id}`}>
      {slug === null ? null : (
        <LazyView
          key={found.path.startsWith("/b/") ? `${found.id} ${slug}` : found.id}
          view={found}
          board={slug}
        />
      )}
    </main>
  );
}

function LazyView({ view, board: slug }: { readonly view: View; readonly board: string }) {
  const [, setAt] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const Found = loaded.get(view.id);
  useEffect(() => {
    if (loaded.has(view.id)) return;
    Promise.all([view.load(), view.id === "board" ? null : laterStyles()]).then(
      ([module]) => {
        loaded.set(view.id, module.default);
        setAt((at) => at + 1);
      },
      (error) => setProblem(describe(error)),
    );
  }, [view]);
  if (problem !== null)
    return (
      <p class="plain-note" role="alert">
        This view can't be loaded: {problem}. Reload the page.
      </p>
    );
  return Found === undefined ? <Loading /> : <Found board={slug} />;
}
