/** The loop of the other dispatcher. Arguments: home, milliseconds between two ticks, options as JSON. */
import { HermesStandIn, type StandInOptions } from "./stand-in.ts";

const [home = "", intervalMs = "200", options = "{}"] = process.argv.slice(2);
const hermes = new HermesStandIn(home, JSON.parse(options) as StandInOptions);
let isStopping = false;
process.on("SIGTERM", () => {
  isStopping = true;
});
// What it has started is its own to see the end of.
while (!isStopping || hermes.running > 0) {
  hermes.tick();
  await Bun.sleep(Number(intervalMs));
}
hermes.tick();
hermes.db.close();
