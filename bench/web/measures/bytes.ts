import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { BunPlugin } from "bun";
import { buildExecutable } from "../../../build/executable.ts";
import { bundlePage } from "../../../src/web/page-bundle.ts";
import { median } from "../../samples.ts";
import { ms, type WebBench, type WebMeasure } from "../web-bench.ts";

const lists = 25;

/** What is sent, what the executable grows by, and what `kanbun list` has of it: nothing. */
export const bytes: WebMeasure = async (bench) => {
  const home = bench.makeHome();
  bench.run(home, "create", "One");
  const server = await bench.serve(home);
  const files = await bundlePage(resolve(import.meta.dir, "../../../src/web/page"));
  const asked: string[] = [];
  const { page } = await bench.open("about:blank");
  page.on("response", (answer) => asked.push(new URL(answer.url()).pathname));
  await page.goto(server.address("b/default"));
  await page.locator("article.card").waitFor();
  await page.waitForLoadState("networkidle");
  await page.context().close();
  const eager = await Promise.all(
    asked
      .filter((path) => !path.startsWith("/api/"))
      .map(async (path) => new Uint8Array(await (await fetch(new URL(path, server.url))).arrayBuffer())),
  );
  const all = [...files.values()].map((file) => file.bytes);
  const [withWeb, without] = await buildBoth(bench);
  const times: number[][] = [[], []];
  for (let round = 0; round < lists; round += 1)
    for (const [at, path] of [withWeb, without].entries()) {
      const startedAt = performance.now();
      await Bun.spawn([path, "list"], { env: bench.environment(home), stdout: "ignore" }).exited;
      times[at]?.push(performance.now() - startedAt);
    }
  const mb = (path: string) => statSync(path).size / 1e6;
  return [
    ["eager: plain, gzip, brotli", sizes(eager)],
    ["all of the page: plain, gzip, brotli", sizes(all)],
    [
      "executable: with the web, without, difference",
      `${mb(withWeb).toFixed(2)}, ${mb(without).toFixed(2)}, ${(mb(withWeb) - mb(without)).toFixed(2)} MB`,
    ],
    [
      "`kanbun list` of the executable: with the web, without",
      `${ms(median(times[0] ?? []))}, ${ms(median(times[1] ?? []))}`,
    ],
  ];
};

function sizes(files: readonly Uint8Array[]): string {
  const sum = (size: (bytes: Uint8Array) => number) =>
    `${(files.reduce((all, bytes) => all + size(bytes), 0) / 1e3).toFixed(1)} kB`;
  const gzip = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).length;
  return `${sum(({ length }) => length)}, ${sum(gzip)}, ${sum((bytes) => brotliCompressSync(bytes).length)}`;
}

/** The same program twice: in the second one there is no server, and no page. */
async function buildBoth(bench: WebBench): Promise<readonly [string, string]> {
  const none: BunPlugin = {
    name: "no web",
    setup: (build) => {
      build.onLoad({ filter: /[/\\]web[/\\]serve\.ts$/ }, () => ({
        contents: `export function serveHome() { throw new Error("left out"); }`,
        loader: "ts",
      }));
    },
  };
  return [
    await buildExecutable("linux-x64", join(bench.folder, "with")),
    await buildExecutable("linux-x64", join(bench.folder, "without"), [none]),
  ];
}
