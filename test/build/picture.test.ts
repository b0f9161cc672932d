import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { Grid } from "../../build/picture/grid.ts";
import { toSvg } from "../../build/picture/svg.ts";
import { topRows } from "../../src/cli/top/top-rows.ts";
import { startState } from "../../src/cli/top/top-state.ts";
import { busy } from "../cli/top/overviews.ts";

const esc = "\u001B";

test("a picture shows what a terminal would after all that was written, colours and wide characters in their places", () => {
  const grid = new Grid({ columns: 10, rows: 2 });
  grid.write(
    `${esc}[?25l${esc}[1;1Hold text${esc}[1;1H${esc}[K東${esc}[31m<r>${esc}[0m${esc}[2;9Hlast${esc}[1;1H`,
  );
  const text = grid.rows.map((row) => row.map((place) => place.text).join(""));
  expect(text).toEqual(["東<r>     ", "        la"]);
  expect(grid.rows[0]?.[2]).toEqual({ text: "<", paint: [31] });
  const svg = toSvg(grid.rows, "a & b");
  expect(svg).toMatch(/fill="#ff7b72">&lt;r&gt;<\/text>/);
  expect(svg).toContain("a &amp; b");
});

test("the picture in the README is of the screen as it is now: after a change of it type `bun run picture`", async () => {
  const svg = await Bun.file(resolve(import.meta.dir, "../../docs/top.svg")).text();
  const frame = { dispatching: null, problem: null, typed: (command: string) => command };
  const rows = topRows(startState(busy), frame, 40);
  const last = rows.at(-1);
  const keys = last?.kind === "line" ? last.left.map(({ text }) => text) : [];
  expect(keys.length).toBeGreaterThan(5);
  for (const word of ["Needs you", "Running", "Next", "Done", ...keys])
    expect(svg).toContain(`>${word}</text>`);
});
