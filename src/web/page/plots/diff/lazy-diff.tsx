import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { describe } from "../../store/api.ts";

/** The diff of a task's worktree; what shows it is loaded when it is first asked for. */
export function LazyDiff({ board, task }: { readonly board: string; readonly task: string }) {
  const loaded = useSignal<{ readonly Found: ComponentType<{ board: string; task: string }> } | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    import("./task-diff.tsx").then(
      (module) => {
        loaded.value = { Found: module.default };
      },
      (error) => {
        problem.value = describe(error);
      },
    );
  }, []);
  if (problem.value !== null) return <p class="problem">{problem.value}</p>;
  return loaded.value === null ? null : <loaded.value.Found board={board} task={task} />;
}
