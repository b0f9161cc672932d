import { render } from "preact";
import { App } from "./frame/app.tsx";
import { showCurrentBoard } from "./store/current.ts";
import { watchStatus } from "./store/dispatcher.ts";
import { watchBoards } from "./store/needs.ts";
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
    if (localStorage.getItem("notify") === "on")
      void import("./store/notify.ts").then(({ watchNotices }) => watchNotices());
    queueMicrotask(() => end());
  });
}
