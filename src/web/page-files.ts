import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { BoardError } from "../board/error.ts";
import { builtPage } from "./built-page.ts";
import type { PageFile } from "./page-file.ts";

/** Defined by the build of the package, whose program is the file that was started. */
declare const kanbunIsPackage: true | undefined;

let kept: Promise<ReadonlyMap<string, PageFile>> | null = null;

/** The files of the page by their paths, `/index.html` among them: as they were built, or from source as that is now. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  if (builtPage !== null) return keep(builtPage);
  if (typeof kanbunIsPackage !== "undefined") return keep(join(dirname(realpathSync(Bun.main)), "page.json"));
  // Written out here: the build of the package can leave out this line, but not a function that it calls.
  const source = join(import.meta.dir, "page");
  if (!existsSync(join(source, "index.html"))) return keep(join(import.meta.dir, "../../dist/page.json"));
  return (await import("./page-source.ts")).bundleAsItIsNow(source);
}

function keep(path: string): Promise<ReadonlyMap<string, PageFile>> {
  kept ??= readBuilt(path);
  return kept;
}

async function readBuilt(path: string): Promise<ReadonlyMap<string, PageFile>> {
  const file = Bun.file(path);
  if (!(await file.exists()))
    throw new BoardError("unsupported", "the page was not built", { hint: "the API is served all the same" });
  const files = (await file.json()) as Readonly<
    Record<string, { type: string; bytes: string; brotli: string }>
  >;
  return new Map(
    Object.entries(files).map(([name, { type, bytes, brotli }]) => [
      name,
      {
        type,
        bytes: Buffer.from(bytes, "base64"),
        brotli: brotli === "" ? null : Buffer.from(brotli, "base64"),
      },
    ]),
  );
}
