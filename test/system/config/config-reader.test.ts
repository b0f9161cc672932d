import { expect, test } from "bun:test";
import { rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConfigReader } from "../../../src/system/config/config.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

test("a configuration that has just been written is read each time, down to the same size and time", () => {
  const home = makeTestHome();
  const path = join(home, "kanbun.toml");
  const read = createConfigReader(home);
  for (let slots = 100; slots < 400; slots++) {
    writeFileSync(path, `[dispatch]\nmax_in_progress = ${slots}\n`);
    utimesSync(path, 1_000, 1_000);
    expect(read().dispatch.maxInProgress).toBe(slots);
  }
});

test("without a file the configuration stays one object, until there is one", () => {
  const home = makeTestHome();
  const read = createConfigReader(home);
  const before = read();
  expect(read()).toBe(before);
  writeFileSync(join(home, "kanbun.toml"), "[dispatch]\nmax_in_progress = 7\n");
  expect(read().dispatch.maxInProgress).toBe(7);
  rmSync(join(home, "kanbun.toml"));
  expect(read().dispatch).toEqual(before.dispatch);
});

test.skipIf(lacksOnWindows("links"))(
  "a link that has come to lead nowhere is a fault, beside the settings that were read before",
  () => {
    const home = makeTestHome();
    const read = createConfigReader(home);
    const before = read();
    symlinkSync(join(home, "missing"), join(home, "kanbun.toml"));
    const { fault, ...settings } = read();
    expect(fault).toEqual({ message: expect.stringContaining("leads nowhere"), hasSettings: true });
    const { fault: _, ...settingsBefore } = before;
    expect(settings).toEqual(settingsBefore);
  },
);
