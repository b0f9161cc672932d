import { join } from "node:path";
import type { BuildArtifact, BunPlugin } from "bun";
import type { PageFile } from "./page-file.ts";

/** What virtua asks of React, Preact has: a tsconfig's paths say so to the types, but not for what lies in node_modules. */
function preactForReact(source: string): BunPlugin {
  return {
    name: "preact for react",
    setup(build) {
      build.onResolve({ filter: /^react(-dom)?(\/jsx-runtime)?$/ }, ({ path }) => {
        const name = path.endsWith("jsx-runtime") ? "preact/jsx-runtime" : "preact/compat";
        return { path: Bun.resolveSync(name, source) };
      });
    },
  };
}

/**
 * The page, bundled from its source: small, for the browser, every name but that of the document with a hash.
 * @param source the folder with `index.html`
 * @throws {AggregateError} with what Bun says.
 */
export async function bundlePage(source: string): Promise<ReadonlyMap<string, PageFile>> {
  const later = await Bun.build({
    entrypoints: [join(source, "later.css")],
    minify: true,
    naming: "[name]-[hash].[ext]",
  });
  const laterStyles = `/${nameOf(later.outputs[0] as BuildArtifact)}`;
  const page = await Bun.build({
    entrypoints: [join(source, "index.html")],
    target: "browser",
    minify: true,
    splitting: true,
    define: {
      "process.env.NODE_ENV": '"production"',
      // Signals ask for it, and carry what only it uses.
      "window.__PREACT_SIGNALS_DEVTOOLS__": "undefined",
      laterStylesAddress: JSON.stringify(laterStyles),
    },
    plugins: [preactForReact(source)],
    // Absolute, because the page is also served below /b.
    publicPath: "/",
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  });
  const files = await Promise.all(
    [...page.outputs, ...later.outputs].map(async (output) => {
      const file = { type: output.type, bytes: new Uint8Array(await output.arrayBuffer()), brotli: null };
      return [`/${nameOf(output)}`, file] as const;
    }),
  );
  return new Map(files);
}

function nameOf({ path }: BuildArtifact): string {
  return path.replace(/^(\.?[/\\])+/, "").replaceAll("\\", "/");
}
