import type { DispatchContext } from "./context.ts";
import { Dispatcher } from "./dispatcher.ts";

/**
 * Makes sure that the worker of a task whose run was ended is gone, with ticks that claim nothing: told at once,
 * killed after its grace. If another dispatcher has the lock, it does the same and this one watches.
 * `stopping` when it is not gone within `patienceMs`: later ticks go on.
 */
export async function endWorker(
  context: DispatchContext,
  taskId: string,
  patienceMs: number,
): Promise<"gone" | "stopping"> {
  const dispatcher = new Dispatcher(context);
  const store = await context.openStore(context.place);
  try {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      await dispatcher.tick({ max: 0 });
      const isLive = (await store.listLiveRuns()).some(
        (run) => run.taskId === taskId && run.holder === "worker",
      );
      if (!isLive) return "gone";
      if (performance.now() > deadline) return "stopping";
      await Bun.sleep(20);
    }
  } finally {
    await dispatcher.close();
    await store.close();
  }
}
