import { expect, test } from "bun:test";
import { countHosts, formatHosts, listHostFacts } from "../../src/cli/text/host-text.ts";
import type { ListedHost } from "../../src/home/stores/hosts.ts";

const screen = { isTerminal: true, columns: 80, rows: 24, paint: (_: string, text: string) => text };

function host(index: number, more: Partial<ListedHost> = {}): ListedHost {
  const id = index.toString(16).padStart(12, "0");
  const running = [{ board: "build", taskId: "t_00000001", title: "Train", runId: 1 }];
  return {
    ...{ id, machine: `node-${index}`, store: "team", home: "/home/k/.kanbun", version: "0.1.0", epoch: 1 },
    ...{ state: "alive", isThis: false, silentMs: 3000, registeredAtMs: 0, leftAtMs: null, fence: null },
    ...{ beatMs: 10_000, leaseMs: null, slots: 4, slotsFree: 3, profiles: ["shell"], labels: ["gpu"] },
    ...{ boards: ["build"], running },
    ...more,
  };
}

const hostile = {
  machine: "evil\u001b[2J\n".repeat(9),
  labels: Array.from({ length: 16 }, (_, at) => `${at}${"x".repeat(60)}`),
  running: [{ board: "b", taskId: "t_00000002", title: "\u001b[31mred\n日本語".repeat(40), runId: 2 }],
};

test("each of 100 hosts has one line of 80 columns, whatever it is called, has and runs", () => {
  const hosts = Array.from({ length: 100 }, (_, at) => host(at, at % 3 === 0 ? hostile : {}));
  const lines = formatHosts(hosts, screen).trimEnd().split("\n");
  expect(lines).toHaveLength(101);
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^ +host +id +state +free +labels +runs$/);
  expect(lines[2]).toMatch(/^ +node-1 +000000000001 +alive +3 of 4 +gpu +Train$/);
  expect(lines.join("\n")).not.toContain("\u001b");
});

test("what no host has takes no column, and a second store takes one", () => {
  const plain = [host(1, { labels: [], running: [] }), host(2, { labels: [], state: "silent" })];
  expect(formatHosts(plain, screen)).toMatch(/^ +host +id +state +free +runs\n/);
  expect(formatHosts([...plain, host(3, { store: "other" })], screen)).toMatch(/^ +host +id +store +state /);
  expect(formatHosts([host(1, { isThis: true })], screen).split("\n")[1]).toMatch(/^\* {2}node-1 /);
  expect(formatHosts([], screen)).toBe("");
  expect(countHosts(plain)).toBe("2 hosts, 1 alive, 1 silent, 1 of these with runs");
});

test("of one host all is shown, every task that it runs", () => {
  const running = Array.from({ length: 30 }, (_, at) => ({
    board: "build",
    taskId: `t_${at}`,
    title: "a\nb",
    runId: at,
  }));
  const facts = listHostFacts(host(1, { running, isThis: true }));
  expect(facts.filter(([, value]) => value?.startsWith("t_"))).toHaveLength(30);
  expect(facts).toContainEqual(["host", "node-1 (this home)"]);
  expect(facts.flat().join("")).not.toContain("\n");
});
