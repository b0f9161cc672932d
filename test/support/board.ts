import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DispatchContext } from "../../src/dispatcher/context.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openStore } from "../../src/store/open/open-store.ts";
import { placeOf } from "../../src/store/place.ts";
import type { BoardStore, By } from "../../src/store/store.ts";

import type { Clock } from "../../src/system/clock.ts";
import { readConfig } from "../../src/system/config/config.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { builtCommand } from "./built-program.ts";

import { makeTestHome } from "./home.ts";
import { withPosixShell } from "./posix-shell.ts";

/** How a test runs the command line. */
export const kanbunCommand = builtCommand();

export const person: By = { actor: "tester" };

export interface TestBoard {
  readonly home: string;
  readonly context: DispatchContext;
  /** Opened for writing; closed by the process that opened it, or by the end of the test process. */
  readonly store: BoardStore;
}

/** A fresh home with an open default board. Retries and graces are short, slots plenty. */
export async function makeTestBoard(
  options: {
    readonly config?: string;
    readonly slug?: string;
    readonly home?: string;
    readonly clock?: Clock;
  } = {},
): Promise<TestBoard> {
  const home = options.home ?? makeTestHome();
  const config =
    options.config ??
    '[dispatch]\nmax_in_progress = 8\nretry_delay = "10ms"\n[profiles.shell]\ngrace = "300ms"\n';
  writeFileSync(join(home, "kanbun.toml"), withPosixShell(config));
  const context = testContext(home, options.slug ?? "default", options.clock);
  const store = await openStore(context.place, { clock: context.clock, mode: "create" });
  return { home, context, store };
}

/** What a dispatcher on this board is given. */
export function testContext(home: string, slug = "default", clock: Clock = systemClock): DispatchContext {
  const paths = boardPaths(home, slug);
  return {
    home,
    paths,
    place: placeOf(paths),
    loadConfig: () => readConfig(home),
    clock,
    openStore: (place) => openStore(place, { clock, mode: "write" }),
    listOthers: () => [],
    readDefaultWorkdir: () => null,
    findWorkerSocket: () => null,
    selfCommand: kanbunCommand,
    environment: process.env,
  };
}
