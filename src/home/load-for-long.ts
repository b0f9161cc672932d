import { whyNoTrees } from "../../native-shims/index.ts";

/**
 * Loads what a tick may come to need. For whoever ticks for long: later on the files may be those of another Kanbun, or no
 * descriptor may be left to read them with.
 */
export async function loadForLong(): Promise<void> {
  whyNoTrees();
  await Promise.all([
    import("../dispatcher/start.ts"),
    import("../store/sqlite/database/checkpoint.ts"),
    import("../store/sqlite/tasks/queries.ts"),
    import("../store/sqlite/ticks/ticks.ts"),
    import("../system/config-location.ts"),
    import("../worker/stop.ts"),
    import("../worker/workspace.ts"),
  ]);
}
