import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundlePage } from "./page-bundle.ts";
import type { PageFile } from "./page-file.ts";

let last: { readonly stamp: string; readonly files: Promise<ReadonlyMap<string, PageFile>> } | null = null;

/** The page of a checkout: bundled anew when its source has changed, so that a reload shows what was written. */
export function bundleAsItIsNow(source: string): Promise<ReadonlyMap<string, PageFile>> {
  const stamp = stampOf(source);
  if (last?.stamp !== stamp) last = { stamp, files: bundlePage(source) };
  return last.files;
}

function stampOf(source: string): string {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).sort();
  return files.map((name) => `${name}:${statSync(join(source, name)).mtimeMs}`).join("\n");
}
