// `bun run test:windows`: the tests on the real Bun for Windows, under Wine. Arguments go to `bun test`.
import { resolve } from "node:path";
import { buildPosixTools } from "./posix-tools.ts";
import { setUpWine } from "./wine.ts";

const wine = await setUpWine();
if (typeof wine === "string") {
  console.log(`Windows was not tested: ${wine}`);
  console.log("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
let status = 1;
try {
  buildPosixTools(wine.programs);
  const child = Bun.spawn(wine.command(wine.bun, "test", "--timeout", "60000", ...process.argv.slice(2)), {
    cwd: resolve(import.meta.dir, "../.."),
    env: wine.env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  status = await child.exited;
} finally {
  await wine[Symbol.asyncDispose]();
}
process.exit(status);
