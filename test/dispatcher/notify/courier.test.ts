import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { identifyProcess } from "../../../native-shims/index.ts";
import { type CourierRound, deliver } from "../../../src/dispatcher/notify/courier.ts";
import { desktopCommand } from "../../../src/dispatcher/notify/desktop.ts";
import { send } from "../../../src/dispatcher/notify/send.ts";
import { sign } from "../../../src/dispatcher/notify/webhook.ts";
import type { NotifyTarget } from "../../../src/system/config/notify-config.ts";
import { memoryPath, openFreshSqlite, removeMemoryHomes } from "../../store/sqlite/board.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

afterEach(removeMemoryHomes);

const by = { actor: "ada", force: true };

function target(name: string, way: NotifyTarget["way"], parts: Partial<NotifyTarget> = {}): NotifyTarget {
  return {
    ...{ name, way, on: ["needs-you", "failed", "done"], boards: null, profiles: null },
    ...{ subscriptions: false, platforms: null, timeoutMs: 10_000, fault: null, ...parts },
  };
}

/** A receiver on a port of its own that answers what it is told to, and keeps what it accepted. */
class Receiver implements Disposable {
  answers: number[] = [];
  readonly requests: { readonly id: string; readonly text: string; readonly status: number }[] = [];
  readonly #server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => this.#answer(request) });
  readonly signatures: string[] = [];

  get way() {
    return {
      by: "webhook" as const,
      url: `http://127.0.0.1:${this.#server.port}/secret-path`,
      secret: { env: "HOOK" },
    };
  }

  /** The texts that were accepted, in order. */
  get accepted() {
    return this.requests.filter(({ status }) => status === 200).map(({ text }) => text);
  }

  async #answer(request: Request): Promise<Response> {
    const body = await request.text();
    const [uid, time] = ["webhook-id", "webhook-timestamp"].map((name) => request.headers.get(name) ?? "");
    const isSigned =
      request.headers.get("webhook-signature") ===
      sign("s3cret", { uid: uid ?? "", timestamp: Number(time), body });
    const status = isSigned ? (this.answers.shift() ?? 200) : 401;
    this.requests.push({ id: uid ?? "", text: JSON.parse(body).text, status });
    return new Response("whatever", { status });
  }

  [Symbol.dispose]() {
    this.#server.stop(true);
  }
}

/** A board with its courier, on a clock that stands still. */
async function openBoard(...targets: readonly NotifyTarget[]) {
  const { store, clock } = await openFreshSqlite(memoryPath());
  const { signal } = new AbortController();
  const environment = { ...process.env, HOOK: "s3cret" };
  const round: CourierRound = { store, board: "default", targets, signal, nowMs: clock.nowMs, environment };
  const turn = (parts: Partial<CourierRound> = {}) => deliver({ ...round, ...parts });
  await turn();
  const finish = async (title: string) => {
    const { task } = await store.createTask({ title }, by);
    await store.completeTask(task.id, {}, by);
  };
  return { store, clock, turn, finish };
}

test("a receiver that is down for a minute, answers 500 and then 200 gets each notice once and in order, and holds up nobody", async () => {
  using flaky = new Receiver();
  using sound = new Receiver();
  const { store, clock, turn, finish } = await openBoard(
    target("flaky", flaky.way),
    target("sound", sound.way),
  );
  let isDown = true;
  const overTheWire: typeof send = async (sending) =>
    isDown && sending.target.name === "flaky" ? "it could not be reached (ConnectionRefused)" : send(sending);
  const tries: number[] = [];
  await finish("one");
  await finish("two");
  for (let second = 0; second < 600; second++, clock.pass(1_000)) {
    isDown = second < 60;
    if (second === 60) flaky.answers = [500];
    if (second === 70) await finish("three");
    const before = flaky.requests.length;
    await turn({ send: overTheWire });
    if (flaky.requests.length > before) tries.push(second);
    if (second === 0) expect(sound.accepted).toEqual(["one done", "two done"]);
  }
  expect(flaky.accepted).toEqual(["one done", "two done", "three done"]);
  expect(sound.accepted).toEqual(["one done", "two done", "three done"]);
  expect(new Set(flaky.requests.slice(0, 2).map(({ id }) => id)).size).toBe(1);
  // Down at 0, 5 and 20 s; 500 at 80 s and five minutes later.
  expect(tries.slice(0, 2)).toEqual([80, 380]);
  const deliveries = await store.listDeliveries({ target: "flaky", limit: 9 });
  expect(deliveries.map(({ state, tries: count }) => [state, count]).reverse()).toEqual([
    ["delivered", 5],
    ["delivered", 1],
    ["delivered", 1],
  ]);
});

test("what went wrong with a webhook is told without its address, its secret or what it answered", async () => {
  using receiver = new Receiver();
  const { signal } = new AbortController();
  const letter = { uid: "u", board: "default", taskId: "t", kind: "done", text: "x", body: '{"text":"x"}' };
  const tell = (way: NotifyTarget["way"], environment: Record<string, string> = { HOOK: "s3cret" }) =>
    send({ target: target("a", way), letter, signal, nowMs: 0, environment });
  expect(await tell(receiver.way)).toBeNull();
  expect(await tell(receiver.way, { HOOK: "wrong" })).toBe("it answered 401");
  expect(await tell(receiver.way, {})).toBe("the variable HOOK is not set");
  const nowhere = { ...receiver.way, url: "http://127.0.0.1:1/secret-path" };
  expect(await tell(nowhere)).toMatch(/^it (could not be reached( \(\w+\))?|did not answer in time)$/);
  const folder = makeTestHome();
  const [file, url] = [join(folder, "secret"), join(folder, "url")];
  expect(await tell({ ...receiver.way, secret: { file } })).toBe(`${file} cannot be read (ENOENT)`);
  await Bun.write(file, " s3cret\n");
  await Bun.write(url, receiver.way.url);
  expect(await tell({ by: "webhook", url: { file: url }, secret: { file } })).toBeNull();
  await Bun.write(url, "ftp://somewhere");
  expect(await tell({ by: "webhook", url: { file: url }, secret: null })).toContain(
    "does not begin with https://",
  );
});

test("a signature is what every receiver of standard webhooks computes", () => {
  // From the specification's own libraries.
  const signed = {
    uid: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  expect(sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", signed)).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

test.skipIf(lacksOnWindows("programs of Linux"))(
  "a command is given the notice, and one that fails or hangs is tried again",
  async () => {
    const out = join(makeTestHome(), "told");
    const script = `cat > ${out}; printf '%s|%s' "$1" "$KANBUN_NOTICE_KIND" >> ${out}; test ! -e ${out}.fail`;
    const command = ["sh", "-c", script, "sh", "{text} {other}"];
    const { store, clock, turn, finish } = await openBoard(target("script", { by: "command", command }));
    await finish("-rf $(touch never)");
    await Bun.write(`${out}.fail`, "");
    await turn();
    const [failed] = await store.listDeliveries({ limit: 1 });
    expect(failed).toMatchObject({ state: "waiting", error: "sh ended with exit code 1" });
    await Bun.file(`${out}.fail`).delete();
    clock.pass(5_000);
    await turn();
    const [told] = await store.listDeliveries({ limit: 1 });
    expect(told?.state).toBe("delivered");
    expect(await Bun.file(out).text()).toBe(`${told?.body}-rf $(touch never) done {other}|done`);
    const hanging = target("hangs", { by: "command", command: ["sleep", "600"] }, { timeoutMs: 100 });
    const sending = {
      target: hanging,
      letter: { ...(told ?? never()), board: "b" },
      signal: new AbortController().signal,
    };
    expect(await send({ ...sending, nowMs: 0, environment: process.env })).toBe("sleep did not end in time");
    // Whatever it has started goes with it, or each try would leave more behind.
    const pidFile = `${out}.pid`;
    const shell = ["sh", "-c", `sleep 600 & echo $! > ${pidFile}; wait`];
    const nested = target("nested", { by: "command", command: shell }, { timeoutMs: 600_000 });
    const over = new AbortController();
    const sent = send({
      ...sending,
      target: nested,
      signal: over.signal,
      nowMs: 0,
      environment: process.env,
    });
    const readPid = async () =>
      Number(
        await Bun.file(pidFile)
          .text()
          .catch(() => ""),
      );
    const left = await eventually("the program has started another", readPid);
    over.abort();
    await sent.catch(() => null);
    await eventually("it has gone with it", () => identifyProcess(left) === null);
    const missing = target("missing", { by: "command", command: ["no-such-program"] });
    expect(await send({ ...sending, target: missing, nowMs: 0, environment: process.env })).toContain(
      "could not be started (ENOENT)",
    );
  },
);

test("a courier that is cut off gives its notice back, and the next one delivers it", async () => {
  const controller = new AbortController();
  const { store, turn, finish } = await openBoard(target("slow", { by: "desktop" }));
  await finish("one");
  await turn({
    signal: controller.signal,
    send: async () => {
      controller.abort();
      return "it did not answer in time";
    },
  });
  expect(await store.listDeliveries({ limit: 1 })).toMatchObject([
    { state: "waiting", tries: 0, error: null },
  ]);
  await turn({ send: async () => null });
  expect(await store.listDeliveries({ limit: 1 })).toMatchObject([{ state: "delivered", tries: 1 }]);
});

test("a receiver that hangs until its courier has to go has been tried, and waits its pause", async () => {
  const controller = new AbortController();
  const { store, clock, turn, finish } = await openBoard(target("hangs", { by: "desktop" }));
  await finish("one");
  await turn({
    signal: controller.signal,
    send: async () => {
      clock.pass(5_000);
      controller.abort();
      return "it did not answer in time";
    },
  });
  const [delivery] = await store.listDeliveries({ limit: 1 });
  expect(delivery).toMatchObject({ tries: 1, nextTryAtMs: clock.nowMs() + 5_000 });
});

test("a desktop is told by its own program, in which nothing of a task is more than a text", () => {
  const said = { title: "--help", text: '"; rm -rf / #' };
  expect(desktopCommand("linux", said).slice(-3)).toEqual(["--", said.title, said.text]);
  expect(desktopCommand("darwin", said).slice(-2)).toEqual([said.title, said.text]);
  expect(desktopCommand("win32", said).join(" ")).not.toContain("rm -rf");
});

function never(): never {
  throw new Error("nothing was told");
}
