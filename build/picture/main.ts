import { resolve } from "node:path";
import { Grid } from "./grid.ts";
import { Scene } from "./scene.ts";
import { toSvg } from "./svg.ts";

/** `bun run picture`: docs/top.svg, from what a real terminal was sent by `kanbun dispatch --watch` on a board of real commands. */
const size = { columns: 100, rows: 27 };
const path = resolve(import.meta.dir, "../../docs/top.svg");
const shown = "3 of 7 places";
const waitMsMax = 60_000;

using scene = new Scene();
const grid = new Grid(size);
const seen = Promise.withResolvers<void>();
let output = "";
const child = Bun.spawn(scene.command("dispatch", "--watch"), {
  env: scene.env,
  cwd: scene.home,
  terminal: {
    cols: size.columns,
    rows: size.rows,
    data: (_terminal, data) => {
      output += Buffer.from(data).toString();
      if (output.includes(shown)) seen.resolve();
    },
  },
});
const timer = setTimeout(
  () => seen.reject(new Error(`the screen never showed ${shown}: ${output}`)),
  waitMsMax,
);
await seen.promise;
clearTimeout(timer);
const frames = output.slice(0, output.lastIndexOf("\u001B[?2026l"));
child.terminal?.write("q");
await child.exited;
grid.write(frames);
await Bun.write(path, toSvg(grid.rows, "kanbun top"));
console.log(path);
