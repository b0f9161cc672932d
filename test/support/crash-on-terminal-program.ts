// Takes the terminal as `kanbun top` does, and dies of a mistake in the program. See the test of the terminal.
import { Terminal } from "../../src/cli/top/terminal.ts";

const terminal = new Terminal({ onKey: () => {}, onRedraw: () => {}, onHangUp: () => {} });
terminal.start();
terminal.draw(["drawn"]);
setTimeout(() => {
  throw new Error("a mistake");
}, 0);
