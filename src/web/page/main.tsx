import { render } from "preact";
import { App } from "./frame/app.tsx";
import { watchBoards } from "./store/boards.ts";
import { showCurrentBoard } from "./store/current.ts";
import { watchStatus } from "./store/dispatcher.ts";
import { enter, session } from "./store/session.ts";

void start();

async function start(): Promise<void> {
  render(<App />, document.body);
  showCurrentBoard();
  await enter();
  const end = session.subscribe((given) => {
    if (given === null) return;
    watchBoards();
    watchStatus();
    queueMicrotask(() => end());
  });
}
