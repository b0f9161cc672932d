import { expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { CommandLine } from "../command-line.ts";
import { OnTerminal } from "./on-terminal.ts";

const esc = "\u001B";
const enters = `${esc}[?1049h`;
const leaves = `${esc}[?2004l${esc}[?7h${esc}[?25h${esc}[?1049l`;

test("top is worked with keys, keeps up with what others write, and gives the terminal back", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("Build \u001B[31mthe\u0007 docs 東京");
  using top = new OnTerminal(kanbun, ["top"]);
  await top.shows(enters);
  await top.shows("Build \\u{1b}[31mthe\\u{7} docs 東京");
  const other = await kanbun.make("Another one");
  await top.shows(other);
  top.child.terminal?.resize(120, 10);
  await top.shows(`${esc}[10;1H`);
  top.type("\t\u001B[Bx");
  await top.shows(`cancel ${other}? y or n`);
  top.type("y");
  await top.shows("cancelled");
  expect([(await kanbun.task(other)).status, (await kanbun.task(id)).status]).toEqual(["archived", "ready"]);
  top.type("q");
  expect(await top.child.exited).toBe(0);
  expect(top.output).toEndWith(leaves);
});

test("what is wrong is shown no longer than it is", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("x");
  using top = new OnTerminal(kanbun, ["top"]);
  await top.shows(id);
  const boards = join(kanbun.home, "kanban.db");
  renameSync(boards, `${boards}.away`);
  await top.shows("there is no board");
  renameSync(`${boards}.away`, boards);
  await top.shows("it has no assignee");
});

test("the terminal is given back on Ctrl-C, TERM and a hang-up, without colours where none are wanted", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.make("x");
  const end = async (how: (top: OnTerminal) => void) => {
    using top = new OnTerminal(kanbun, ["top"], { NO_COLOR: "1" });
    await top.shows("q quit");
    how(top);
    expect([await top.child.exited, top.output.endsWith(leaves)]).toEqual([0, true]);
    expect(top.output).not.toMatch(new RegExp(`${esc}\\[[0-9]*m`));
  };
  await Promise.all([
    end((top) => top.type("\u0003")),
    end((top) => top.child.kill("SIGTERM")),
    end((top) => top.child.kill("SIGHUP")),
  ]);
});

test("the terminal is given back before a crash is told, so that it can be read", async () => {
  let output = "";
  const child = Bun.spawn(
    [process.execPath, resolve(import.meta.dir, "../../support/crash-on-terminal-program.ts")],
    {
      env: { PATH: process.env.PATH ?? "", TERM: "xterm" },
      terminal: {
        cols: 80,
        rows: 24,
        data: (_terminal, data) => {
          output += Buffer.from(data).toString();
        },
      },
    },
  );
  expect(await child.exited).toBe(1);
  await eventually("the mistake is told", () => output.includes("a mistake"));
  expect(output.indexOf("drawn")).toBeLessThan(output.indexOf(leaves));
  expect(output.indexOf(leaves)).toBeLessThan(output.indexOf("a mistake"));
});

test("top prints lines where there is no screen: with TERM=dumb, in a pipe with --once, and as a document", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("x");
  using dumb = new OnTerminal(kanbun, ["top"], { TERM: "dumb" });
  await dumb.shows(id);
  await kanbun.make("second");
  await dumb.shows("second");
  dumb.child.kill("SIGINT");
  expect(await dumb.child.exited).toBe(0);
  expect(dumb.output).not.toContain(enters);
  expect(await kanbun.ok("top", "--once")).toMatch(
    new RegExp(`^kanbun  default  0 of 2 done.*Next  2.*${id}`, "s"),
  );
  const { data } = await kanbun.json(["top"]);
  expect(data.next).toMatchObject({
    count: 2,
    tasks: [{ board: "default", task: { id }, hold: { reason: "unassigned" } }, {}],
  });
});

test("dispatch --watch shows the same screen on a terminal, leaves what happened as lines, and --plain shows lines alone", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("Say it", "--run", "echo said; sleep 600");
  {
    using watch = new OnTerminal(kanbun, ["dispatch", "--watch"]);
    await watch.shows("dispatching");
    await watch.shows("said");
    watch.type("\r");
    await watch.shows("run 1");
    watch.type("qq");
    expect(await watch.child.exited).toBe(0);
    expect(Bun.stripANSI(watch.output.slice(watch.output.lastIndexOf(leaves)))).toMatch(
      new RegExp(`spawned +${id} Say it`),
    );
  }
  await kanbun.ok("cancel", id, "--force");
  using plain = new OnTerminal(kanbun, ["dispatch", "--until-idle", "--plain"]);
  expect(await plain.child.exited).toBe(0);
  expect(plain.output).not.toContain(enters);
  expect(plain.output).toContain("idle after");
});
