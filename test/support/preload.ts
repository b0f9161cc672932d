import { afterAll, afterEach, beforeEach } from "bun:test";
import { plugin } from "bun";
import { endAll } from "./at-end.ts";
import { startGuard } from "./guard.ts";
import { removeTestHomes } from "./home.ts";
import { testMsMax } from "./patience.ts";
import { homesOnDisk } from "./place-of-homes.ts";
import { shortLived } from "./short-lived.ts";
import { endTurn, takeTurn } from "./turns.ts";

// Bun knows a default for one file at a time, and a flag that no one types: so each test file begins by setting it. On its
// first line, so that the numbers of its lines stay as they are.
plugin({
  name: "no test is cut off for being slow",
  setup(build) {
    build.onLoad({ filter: /\.(test|check)\.ts$/ }, async ({ path }) => {
      // The file before it is through.
      homesOnDisk();
      return {
        contents: `(await import("bun:test")).setDefaultTimeout(${testMsMax}); ${await Bun.file(path).text()}`,
        loader: "ts",
      };
    });
  },
});

Object.assign(process.env, shortLived);

beforeEach(takeTurn, 10 * testMsMax);
afterEach(async () => {
  if (endTurn()) await removeTestHomes();
}, testMsMax);
afterAll(endAll, testMsMax);

// Wine lets no process wait for the end of another's pipe; there the runner of test:windows ends what is left.
if (process.platform !== "win32") afterAll(startGuard(), testMsMax);
