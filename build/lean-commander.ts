import { join } from "node:path";
import type { BunPlugin } from "bun";

const emitter = JSON.stringify(join(import.meta.dir, "small-emitter.ts"));

const replacements = {
  "import childProcess from 'node:child_process';": "const childProcess = null;",
  "import { stripVTControlCharacters } from 'node:util';": "const stripVTControlCharacters = Bun.stripANSI;",
  "import { EventEmitter } from 'node:events';": `import { EventEmitter } from ${emitter};`,
};

/**
 * Commander without three modules that it imports for what we don't use, or what is small or at hand: subcommands that are programs
 * of their own, taking colours out of a text, and events. To load them costs each command 4 to 5 ms. Where Commander no
 * longer imports them so, nothing is replaced.
 */
export const leanCommander: BunPlugin = {
  name: "lean commander",
  setup: (build) => {
    build.onLoad({ filter: /[/\\]node_modules[/\\]commander[/\\]lib[/\\]/ }, async ({ path }) => {
      let contents = await Bun.file(path).text();
      for (const [theirs, ours] of Object.entries(replacements)) contents = contents.replace(theirs, ours);
      return { contents, loader: "js" };
    });
  },
};
