import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { bundlePage } from "../src/web/page-bundle.ts";

const source = resolve(import.meta.dir, "../src/web/page");

/** Writes the built page as one file, with a compressed copy of each of its files; its path. @throws {AggregateError} with what Bun says. */
export async function buildPage(path: string): Promise<string> {
  const files: Record<string, { type: string; bytes: string; brotli: string }> = {};
  for (const [name, { type, bytes }] of await bundlePage(source)) {
    const brotli = brotliCompressSync(bytes);
    files[name] = {
      type,
      bytes: Buffer.from(bytes).toString("base64"),
      brotli: brotli.length < bytes.length ? brotli.toString("base64") : "",
    };
  }
  mkdirSync(dirname(path), { recursive: true });
  await Bun.write(path, JSON.stringify(files));
  return path;
}
