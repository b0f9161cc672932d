// Someone who makes tasks and comments on them through the store while dispatchers race, and writes down each write
// that was acknowledged:   task <task>      comment <task> <text, one word>
import type { NewTask } from "../../../src/board/task.ts";
import { testContext } from "../../support/board.ts";
import { Journal } from "../orphan-repro/journal.ts";
import { Random } from "../orphan-repro/random.ts";
import { pickWork } from "../orphan-repro/workload.ts";
import type { ClientOrders } from "./client-orders.ts";

const orders: ClientOrders = JSON.parse(process.argv[2] ?? "{}");
const random = new Random(orders.seed);
const acknowledged = new Journal(orders.acknowledgedPath);
const context = testContext(orders.home);
const store = await context.openStore(context.place);
const by = { actor: orders.name };
const made: string[] = [];

for (let count = 0; Date.now() < orders.untilMs; count++) {
  if (made.length === 0 || random.chance(0.3)) {
    const parents = made.length > 0 && random.chance(0.3) ? [random.pick(made)] : [];
    const { task } = await store.createTask({ ...endless(pickWork(random)), parents }, by);
    acknowledged.append("task", task.id);
    made.push(task.id);
  } else {
    const id = random.pick(made);
    const text = `${orders.name}-${count}`;
    await store.addComment(id, text, by);
    acknowledged.append("comment", id, text);
  }
  await Bun.sleep(random.between(5, 30));
}
store.close();
process.exit(0);

/** What a worker of this kind leaves behind would be there for longer than any recovery: someone must end it. */
function endless(work: NewTask): NewTask {
  return ["quick", "slow", "flaky"].includes(work.title) ? work : { ...work, body: "600" };
}
