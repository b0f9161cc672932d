import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kanbunCommand } from "../../boards/board-process.ts";
import { spread, until, type WebMeasure } from "../web-bench.ts";

const rounds = 100;

/** When a card, or a line of a log, is first in the page, and when the frame after it begins. */
const script = `window.seen = {}; window.lines = [];
const note = (key) => { if (key in seen) return; const dom = Date.now(); seen[key] = { dom, frame: null };
  requestAnimationFrame(() => { seen[key].frame = Date.now(); }); };
new MutationObserver(() => {
  for (const card of document.querySelectorAll("article[data-task]")) note(card.dataset.task);
  for (const line of document.querySelectorAll(".log-line")) {
    const stamp = /^stamp (\\d+)$/.exec(line.textContent)?.[1]; if (stamp !== undefined) note(stamp); }
}).observe(document, { childList: true, subtree: true, characterData: true });`;

type Seen = Readonly<Record<string, { readonly dom: number; readonly frame: number | null }>>;

/** From another program's word to the screen. */
export const live: WebMeasure = async (bench) => {
  const home = bench.makeHome();
  const server = await bench.serve(home, "--dispatch");
  const { page } = await bench.open(server.address("b/default?sort=newest"), script);
  await page.locator(".columns").waitFor();
  const made: { id: string; startedAt: number; saidAt: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await Bun.sleep(80 + Math.random() * 120);
    const startedAt = Date.now();
    const child = Bun.spawn([...kanbunCommand, "create", `Made in round ${round}`], {
      ...{ env: bench.environment(home), cwd: home, stdout: "pipe" },
    });
    const { value } = await child.stdout.getReader().read();
    made.push({ id: new TextDecoder().decode(value).trim(), startedAt, saidAt: Date.now() });
    await child.exited;
  }
  await Bun.sleep(1_000);
  const cards = await page.evaluate<Seen>("seen");
  if (made.some(({ id }) => cards[id]?.frame == null)) throw new Error("a card has not come");
  const frameOf = (id: string) => cards[id]?.frame ?? Number.NaN;

  // It begins when the page looks at it.
  const loop = `echo waiting; while [ ! -e "$KANBUN_HOME/go" ]; do sleep 0.05; done; for i in $(seq ${rounds}); do sleep 0.1; echo "stamp $(date +%s%3N)"; done; sleep 1`;
  const task = bench.run(home, "create", "Writes", "--run", loop);
  await page.goto(`${server.url}b/default/t/${task}?tab=runs`);
  await page.locator(".log-line", { hasText: "waiting" }).waitFor();
  writeFileSync(join(home, "go"), "");
  await until(page, `Object.keys(seen).filter((key) => /^\\d+$/.test(key)).length >= ${rounds}`);
  const lines = Object.entries(await page.evaluate<Seen>("seen")).filter(([key]) => /^\d+$/.test(key));
  await page.context().close();
  return [
    [
      "`kanbun create` has said the id → its card is painted",
      spread(made.map(({ id, saidAt }) => frameOf(id) - saidAt)),
    ],
    [
      "`kanbun create` is started → its card is painted",
      spread(made.map(({ id, startedAt }) => frameOf(id) - startedAt)),
    ],
    [
      "a worker writes a line → it is painted in the log",
      spread(lines.map(([at, { frame }]) => (frame ?? 0) - Number(at))),
    ],
  ];
};
