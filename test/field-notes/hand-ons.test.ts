import { expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";

const summary = "the parser is done";
const metadata = '{"files":3}';
const handOn = ["--summary", summary, "--metadata", metadata];

/** A task with a child, and the command line that it is worked on with; no worker has anything to do with it. */
async function openFamily() {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parser");
  const child = await kanbun.create("compiler", "--parent", parent);
  const toldChild = async () => (await kanbun.json(["show", child])).data.parents;
  return { kanbun, parent, child, toldChild };
}

const said = [{ summary, metadata: { files: 3 } }];

test("X30: what a person says while completing a task without a run reaches its children, and show", async () => {
  const { kanbun, parent, toldChild } = await openFamily();
  await kanbun.ok("complete", parent, ...handOn);
  expect(await toldChild()).toMatchObject(said);
  expect(await kanbun.ok("show", parent)).toContain(summary);
});

test("X30: what a person says while handing a task in without a run reaches its children, and show", async () => {
  const { kanbun, parent, toldChild } = await openFamily();
  await kanbun.ok("request-review", parent, ...handOn);
  expect((await kanbun.json(["show", parent])).data.runs).toMatchObject(said);
  expect(await kanbun.ok("show", parent)).toContain(summary);
  await kanbun.ok("approve", parent, "--summary", "well made", "--force");
  expect(await toldChild()).toMatchObject(said);
  const shown = await kanbun.ok("show", parent);
  expect(shown).toContain(summary);
  expect(shown).toContain("well made");
});

test("X30: a child's worker reads the summary and the facts that a person handed on", async () => {
  const { kanbun, parent, child } = await openFamily();
  await kanbun.ok("request-review", parent, ...handOn);
  await kanbun.ok("complete", parent, "--force");
  await Bun.write(`${kanbun.home}/kanbun.toml`, '[profiles.reader]\ncommand = ["cat", "{context_file}"]\n');
  await kanbun.ok("assign", child, "reader");
  await kanbun.ok("dispatch", "--until-idle");
  const log = await kanbun.ok("log", child);
  expect(log).toContain(summary);
  expect(log).toContain(metadata);
});
