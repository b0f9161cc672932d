import { expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { Resident } from "../../../src/home/dispatch/resident.ts";
import { Home } from "../../../src/home/session/home.ts";
import { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

test.skipIf(lacksOnWindows("removal of open files"))(
  "a board that is taken away just before its tick is let go, and no trouble is told",
  async () => {
    const kanbun = await CommandLine.init();
    await kanbun.ok("boards", "create", "shop");
    const folder = join(kanbun.home, "kanban", "boards", "shop");
    const home = new Home({ home: kanbun.home, as: "tester" }, { PATH: process.env.PATH });
    await using resident = await Resident.start(home);
    const over = new AbortController();
    const troubles: unknown[] = [];
    let isGone = false;
    const staying = resident.stay({
      signal: over.signal,
      // The boards are ticked in turn: "shop" comes next.
      onReport: ({ board }) => {
        if (board !== "default" || isGone) return;
        isGone = true;
        renameSync(folder, join(kanbun.home, "away"));
      },
      onError: (board, error) => troubles.push([board, error]),
    });
    await eventually("it is let go", () => resident.boards.open.map(({ slug }) => slug).join() === "default");
    over.abort();
    await staying;
    expect(troubles).toEqual([]);
  },
);
