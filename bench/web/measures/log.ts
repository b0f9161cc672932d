import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { metricsOf, ms, type WebMeasure } from "../web-bench.ts";

const sizeBytes = 1 << 30;

/** A log of a gigabyte: of that only what is looked at is in the page. */
export const log: WebMeasure = async (bench) => {
  const home = bench.makeHome();
  const task = bench.run(home, "create", "Writes much", "--run", "echo begun");
  bench.run(home, "dispatch", "--until-idle");
  write(join(boardPaths(home, "default").runs, "1", "output.log"));
  const server = await bench.serve(home);
  const before = server.memoryMb;
  const { page, cdp } = await bench.open(server.address("b/default"));
  await page.locator("article.card").waitFor();
  const timed = async (act: () => Promise<unknown>, until: string) => {
    const startedAt = performance.now();
    await act();
    await page.locator(".log-line", { hasText: until }).first().waitFor();
    return ms(performance.now() - startedAt);
  };
  const opened = await timed(() => page.goto(`${server.url}b/default/t/${task}?tab=runs`), "the last line");
  const begun = await timed(() => page.getByRole("button", { name: "Beginning" }).click(), "begun");
  const ended = await timed(
    () => page.getByRole("button", { name: "End", exact: true }).click(),
    "the last line",
  );
  const search = async (words: string, until: string) => {
    const field = page.getByLabel("Search the log");
    await field.fill("");
    const startedAt = performance.now();
    await field.fill(words);
    await page.locator(".log-search [role=status]", { hasText: until }).waitFor();
    return ms(performance.now() - startedAt);
  };
  const found = await search("the last line", "1 of 1");
  const shown = await timed(() => page.getByRole("button", { name: "Next hit" }).click(), "the last line");
  const notFound = await search("nothing of the kind", "not found");
  const { JSHeapUsedSize = 0 } = await metricsOf(cdp);
  const memory = server.memoryMb;
  await page.context().close();
  return [
    ["1 GB log: address opened → its end on the screen", opened],
    ["1 GB log: to the beginning, to the end", `${begun}, ${ended}`],
    ["1 GB log: words that are in its last line alone: found, shown", `${found}, ${shown}`],
    ["1 GB log: words that are nowhere", notFound],
    [
      "1 GB log: heap of the page; memory of the server before, after",
      `${(JSHeapUsedSize / 1e6).toFixed(1)} MB; ${before.toFixed(0)}, ${memory.toFixed(0)} MB`,
    ],
  ];
};

function write(path: string): void {
  const line = (at: number) =>
    `2026-01-01T00:00:00Z worker[${at % 97}] step ${at}: compiled src/module-${at % 1_013}.ts\n`;
  const part = Buffer.from(Array.from({ length: 20_000 }, (_, at) => line(at)).join(""));
  const file = openSync(path, "a");
  for (let written = 0; written < sizeBytes; ) written += writeSync(file, part);
  writeSync(file, "the last line\n");
  closeSync(file);
}
