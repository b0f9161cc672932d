import { expect, test } from "bun:test";
import { CommandLine, mainPath } from "./command-line.ts";

const esc = String.fromCharCode(27);

/** Lines of a stream, one at a time. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

test("watch --kinds shows only what it is asked for, in the words that it shows", async () => {
  const kanbun = await CommandLine.init();
  expect((await kanbun.json(["watch", "--kinds", "compleded"])).error?.hint).toBe(
    "did you mean `completed`?",
  );
  const watch = kanbun.spawn([
    "watch",
    "--interval",
    "20ms",
    "--json",
    "--kinds",
    "completed,failed",
    "--tenant",
    "acme",
  ]);
  const seen = linesOf(watch.stdout).next();
  // It may be too late for the first of them, but not for what comes while it is asked.
  for (let done = false; !done; ) {
    await using store = await kanbun.open("write");
    for (const tenant of ["other", "acme"]) {
      const { task } = await store.createTask({ title: tenant, tenant }, { actor: "tester" });
      await store.addComment(task.id, "hello", { actor: "tester" });
      await store.completeTask(task.id, {}, { actor: "tester" });
    }
    done = (await Promise.race([seen, Bun.sleep(50).then(() => null)])) !== null;
  }
  const { kind, task_id: id } = JSON.parse((await seen).value ?? "").data;
  expect([kind, (await kanbun.task(id)).title]).toEqual(["completed", "acme"]);
  watch.kill("SIGINT");
  expect(await watch.exited).toBe(0);
});

test("tail shows the last events, and only those of a task", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  await kanbun.create("y");
  await kanbun.ok("comment", id, "hello");
  const kinds = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).data.kind);
  expect(kinds(await kanbun.ok("tail", "--json"))).toEqual(["created", "created", "commented"]);
  expect(kinds(await kanbun.ok("tail", "--json", "--limit", "1"))).toEqual(["commented"]);
  expect(kinds(await kanbun.ok("tail", "--json", "--task", id))).toEqual(["created", "commented"]);
  expect(await kanbun.ok("tail", "--limit", "0")).toBe("");
});

test("tail -f and watch give one line for every change, and end on Ctrl-C with 0", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const tail = kanbun.spawn(["tail", "-f", "--json"]);
  const lines = linesOf(tail.stdout);
  expect(JSON.parse((await lines.next()).value ?? "").data).toMatchObject({ task_id: id, kind: "created" });
  const watch = kanbun.spawn(["watch", "--interval", "20ms"]);
  const watched = linesOf(watch.stdout);
  await kanbun.ok("comment", id, "hello");
  expect(JSON.parse((await lines.next()).value ?? "").data).toMatchObject({
    kind: "commented",
    payload: { len: 5 },
  });
  // The watcher may have been too late for the comment, but not for what comes while it is asked.
  const seen = watched.next();
  for (let done = false; !done; ) {
    await kanbun.ok("comment", id, "again");
    done = (await Promise.race([seen, Promise.resolve(null)])) !== null;
  }
  expect((await seen).value).toMatch(new RegExp(`${id}  commented +x  len=5  by `));
  for (const child of [tail, watch]) {
    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
  }
});

test("on a terminal list is coloured unless NO_COLOR says otherwise, and in a pipe never", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.create(`${"long ".repeat(50)}`);
  const onTerminal = async (env: Record<string, string>) => {
    let output = "";
    const child = Bun.spawn([process.execPath, mainPath, "list"], {
      env: {
        PATH: process.env.PATH ?? "",
        HOME: kanbun.home,
        KANBUN_HOME: kanbun.home,
        TERM: "xterm",
        ...env,
      },
      terminal: {
        cols: 50,
        rows: 10,
        data(_terminal, data) {
          output += Buffer.from(data).toString();
        },
      },
    });
    await child.exited;
    return output;
  };
  const coloured = await onTerminal({});
  expect(coloured).toContain(`${esc}[36mready${esc}[0m`);
  expect(Bun.stripANSI(coloured)).toMatch(/ - +long .*… .*\r?\n$/);
  expect(await onTerminal({ NO_COLOR: "1" })).not.toContain(esc);
  expect(await kanbun.ok("list")).not.toContain(esc);
});
