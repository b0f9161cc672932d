import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import type { HostFacts } from "../../../src/store/hosts.ts";
import { openPostgresHosts } from "../../../src/store/postgres/hosts.ts";
import { channelOf, noticeIntervalMs } from "../../../src/store/postgres/notice.ts";
import { lockSpaceOf } from "../../../src/store/postgres/postgres-engine.ts";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, requirePostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { person } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

const hostFacts: Omit<HostFacts, "id" | "boards"> = {
  machine: "north",
  home: "/home/ada/.kanbun",
  version: "1.0.0",
  beatMs: 3_600_000,
  leaseMs: null,
  slots: 4,
  slotsFree: 4,
  profiles: ["shell"],
  labels: [],
};
const titled = (title: string) => ({ title, assignee: "shell" });

/** Two programs that have one board open. */
async function openTwo(place: ServerPlace) {
  const name = freshName();
  const writer = await openBoardOn(place, name, { clock: systemClock, mode: "create" });
  const reader = await openBoardOn(place, name, { clock: systemClock });
  return { writer, reader, name };
}

/** Counts how often the board's listener is called, which it is once for the beginning. */
async function listen({ news }: BoardStore): Promise<{ calls: number; end(): void }> {
  const heard = { calls: 0, end: () => {} };
  const listener = news.tryListen(() => {
    heard.calls += 1;
  });
  if (listener === null) throw new Error("no one would tell");
  heard.end = () => listener.end();
  await eventually("it listens", () => listener.isListening);
  await news.getVersion();
  return heard;
}

/** Every notice about the board, as the server gives them. */
async function countNotices(place: ServerPlace, board: string) {
  const sql = connect(place);
  const [row] = await sql.unsafe("SELECT id FROM kanbun.boards WHERE name = $1", [board]);
  const channel = channelOf("kanbun", row.id);
  const heard: string[] = [];
  await sql.listen(channel, (payload) => heard.push(payload));
  let marks = 0;
  return {
    /** How many there were for what was committed until now. */
    async count(): Promise<number> {
      return (await this.list()).length;
    },
    /** Whom they name: they come in the order of the commits. */
    async list(): Promise<readonly string[]> {
      marks += 1;
      const mark = `mark ${marks}`;
      await sql.unsafe("SELECT pg_notify($1, $2)", [channel, mark]);
      await eventually("the mark has come", () => heard.includes(mark));
      return heard.filter((payload) => !payload.startsWith("mark "));
    },
    [Symbol.asyncDispose]: () => sql.close(),
  };
}

describe.skipIf(!hasPostgres)("news of a board on a server", () => {
  test("reach one that listens, with the last of what was written at once, and own writes are none", async () => {
    const { writer, reader } = await openTwo(await requirePostgres());
    await using _writer = writer;
    await using _reader = reader;
    const heard = await listen(reader);
    for (let round = 0; round < 5; round++) {
      const before = await reader.news.getVersion();
      const calls = heard.calls;
      // The second has no notice of its own.
      await writer.createTask(titled("first"), person);
      await writer.createTask(titled("second"), person);
      const version = before + 2;
      await eventually("it has heard of both", async () => (await reader.news.getKnownVersion()) === version);
      // At least once: what is written right behind a notice waits for the call that each notice has after it.
      await eventually("it was called", () => heard.calls > calls);
    }
    const before = await reader.news.getVersion();
    await reader.createTask(titled("own"), person);
    expect(await reader.news.getVersion()).toBe(before);
    heard.end();
  });

  test("are told at most once in 50 ms, however much is written, and by one that writes alone", async () => {
    const place = await requirePostgres();
    const { writer, reader, name } = await openTwo(place);
    await using _writer = writer;
    await using _reader = reader;
    await using told = await countNotices(place, name);
    const startedAt = performance.now();
    const write = async (store: BoardStore) => {
      for (let index = 0; index < 150; index++) await store.createTask(titled(`task ${index}`), person);
    };
    await Promise.all([write(writer), write(reader)]);
    const tookMs = performance.now() - startedAt;
    const count = await told.count();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(Math.ceil(tookMs / noticeIntervalMs) + 1);
    // Reading, and what is refused or changes nothing, tells no one.
    await Bun.sleep(2 * noticeIntervalMs);
    await reader.listTasks({});
    await reader.resume("profile:nobody");
    await writer.createTask({ ...titled("x"), parents: ["t_ffffffff"] }, person).catch(() => {});
    expect(await told.count()).toBe(count);
    await writer.createTask(titled("told"), person);
    expect(await told.count()).toBe(count + 1);
  });

  test("name one host with a free slot where many dispatch the board; the others and a full one are left in peace, and look", async () => {
    const place = await requirePostgres();
    const { writer, reader, name } = await openTwo(place);
    await using _writer = writer;
    await using _reader = reader;
    await using hosts = openPostgresHosts(place);
    const register = (digit: string, facts: Partial<HostFacts> = {}) =>
      hosts.register({ ...hostFacts, id: digit.repeat(12), boards: [name], ...facts });
    await using told = await countNotices(place, name);
    const write = async (store: BoardStore) => {
      await Bun.sleep(noticeIntervalMs);
      await store.createTask(titled("one"), person);
    };
    // As long as they are few each hears of everything.
    for (const digit of ["a", "b", "c", "d"]) await register(digit);
    await write(writer);
    expect(await told.list()).toEqual([""]);
    for (const digit of ["e", "f"]) await register(digit, { slots: 0 });
    await register("0", { boards: [`${name}-2`] });
    await hosts.leave({ id: "c".repeat(12), epoch: 1 });
    await using own = await openBoardOn(place, name, { clock: systemClock, dispatcher: "a".repeat(12) });
    const follower = await listen(reader);
    const dispatcher = await listen(own);
    await eventually("it was told that it listens, and once more", () => dispatcher.calls === 2);
    const [calls, before] = [dispatcher.calls, await own.news.getVersion()];
    for (let made = 0; made < 12; made++) await write(own);
    // Never the one that writes, nor one that is full, has left or has another board: it would be no use.
    const named = (await told.list()).slice(1);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !["b", "d"].includes(id.charAt(0)))).toEqual([]);
    expect(dispatcher.calls).toBe(calls);
    expect(follower.calls).toBeGreaterThan(1);
    for (const digit of ["b", "d"]) await hosts.leave({ id: digit.repeat(12), epoch: 1 });
    for (const digit of ["7", "8"]) await register(digit, { slots: 0 });
    await write(writer);
    expect((await told.list()).at(-1)).toBe("a".repeat(12));
    await eventually("the one that is named is called", () => dispatcher.calls > calls);
    await hosts.leave({ id: "a".repeat(12), epoch: 1 });
    await register("9", { slots: 0 });
    await write(writer);
    expect((await told.list()).at(-1)).toBe("-");
    await eventually(
      "it knows all by its own looks",
      async () => (await own.news.getKnownVersion()) === before + 2,
    );
  });

  test("of claims and starts name no host, and what is made right behind them is told at once", async () => {
    const place = await requirePostgres();
    const { writer, reader, name } = await openTwo(place);
    await using _writer = writer;
    await using _reader = reader;
    await using own = await openBoardOn(place, name, { clock: systemClock, dispatcher: "a".repeat(12) });
    const follower = await listen(reader);
    await writer.createTask(titled("one"), person);
    await using told = await countNotices(place, name);
    for (let round = 0; round < 3; round++) {
      const calls = follower.calls;
      // Longer than two notices of this kind are apart.
      await Bun.sleep(3 * noticeIntervalMs);
      const plan = planOf({ claims: { max: 9 } });
      const { claimed } = await own.applyTick(plan);
      expect(claimed).toHaveLength(1);
      await own.recordStarts({ started: [], failed: [] }, plan);
      await eventually("one that follows is told", () => follower.calls > calls);
      await writer.createTask(titled("next"), person);
      expect(await told.list()).toEqual(Array.from({ length: round + 1 }, () => ["-", ""]).flat());
    }
    // Where a tick has taken all that it may there may be more.
    await writer.createTask(titled("more"), person);
    await Bun.sleep(3 * noticeIntervalMs);
    expect((await own.applyTick(planOf({ claims: { max: 1 } }))).claimed).toHaveLength(1);
    expect((await told.list()).at(-1)).toBe("");
  });

  test("come again after the server was started anew, without anyone's doing, and while no one is told they are looked for", async () => {
    const own = startPostgres();
    try {
      const { writer, reader } = await openTwo(own.place);
      await using _writer = writer;
      await using _reader = reader;
      const heard = await listen(reader);
      own.stop("fast");
      own.start();
      const before = await reader.news.getVersion();
      await writer.createTask(titled("after"), person);
      await eventually("it is known", async () => (await reader.news.getKnownVersion()) > before);
      // Its listener is back: otherwise only looks would be left.
      await eventually("it is told", async () => {
        const calls = heard.calls;
        await writer.createTask(titled("again"), person);
        await Bun.sleep(2 * noticeIntervalMs);
        return heard.calls > calls;
      });
      // Its backend alone is ended, as a cut does it without a word.
      await using sql = connect(own.place);
      await sql.unsafe("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
      const version = await reader.news.getVersion();
      await writer.createTask(titled("unheard"), person);
      await eventually("it is known", async () => (await reader.news.getKnownVersion()) > version);
    } finally {
      own.end();
    }
  });

  test("take one connection to listen, and what is done one after the other takes one more, always the same", async () => {
    const place = await requirePostgres();
    const { writer, reader, name } = await openTwo(place);
    await writer.close();
    await using _reader = reader;
    await using sql = connect(place);
    const connections = async () => {
      const found = await sql.unsafe(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'kanbun' AND pid <> pg_backend_pid() ORDER BY pid",
      );
      return (found as { pid: number }[]).map(({ pid }) => pid);
    };
    await eventually("the writer has left", async () => (await connections()).length === 1);
    await listen(reader);
    const before = await connections();
    expect(before).toHaveLength(2);
    await using hosts = openPostgresHosts(place, { answerMs: 19_000 });
    for (let index = 0; index < 4; index++) {
      await reader.createTask(titled(`${name} ${index}`), person);
      await reader.news.getVersion();
      await hosts.list();
    }
    expect(await connections()).toEqual(before);
    // Where all wait for another writer a beat has one of its own.
    const [{ id }] = await sql.unsafe("SELECT id FROM kanbun.boards WHERE name = $1", [name]);
    await sql.unsafe("SELECT pg_advisory_lock($1, $2)", [lockSpaceOf("kanbun"), id]);
    const writes = Array.from({ length: 4 }, () => reader.createTask(titled("x"), person));
    await eventually("three wait, and one for them", async () => (await connections()).length === 4);
    await hosts.list();
    await sql.unsafe("SELECT pg_advisory_unlock($1, $2)", [lockSpaceOf("kanbun"), id]);
    await Promise.all(writes);
    expect((await connections()).length).toBeLessThanOrEqual(5);
  });

  test("of one that ends are told to no one, and its connection is given back", async () => {
    const place = await requirePostgres();
    const { writer, reader, name } = await openTwo(place);
    await using _writer = writer;
    await using sql = connect(place);
    const [row] = await sql.unsafe("SELECT id FROM kanbun.boards WHERE name = $1", [name]);
    const listeners = async () => {
      const found = await sql.unsafe("SELECT 1 FROM pg_stat_activity WHERE query = $1", [
        `LISTEN "${channelOf("kanbun", row.id)}"`,
      ]);
      return found.length;
    };
    await listen(reader);
    expect(await listeners()).toBe(1);
    await reader.close();
    await eventually("it has left", async () => (await listeners()) === 0);
  });
});
