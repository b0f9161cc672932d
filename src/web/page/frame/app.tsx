import { useSignalEffect } from "@preact/signals";
import { viewAt } from "../routes.ts";
import { needsYou } from "../store/boards.ts";
import { board } from "../store/current.ts";
import { addressOf, go, named, place } from "../store/location.ts";
import { loginProblem, session } from "../store/session.ts";
import { Login } from "./login.tsx";
import { Toasts } from "./toasts.tsx";
import { TopBar } from "./top-bar.tsx";
import { ViewFrame } from "./view-frame.tsx";

/** The whole page. */
export function App() {
  useSignalEffect(() => {
    const count = needsYou.value;
    const where = named.value.task ?? viewAt(place.value.path)?.title ?? "Kanbun";
    document.title = `${count === 0 ? "" : `(${count}) `}${where} · ${board.value ?? "Kanbun"}`;
  });
  useSignalEffect(() => {
    const at = place.value.path;
    if (session.value !== null && (at === "/" || at === "/b"))
      go(addressOf(session.value.board, ""), { replace: true });
  });
  if (session.value === null)
    return loginProblem.value === null ? <p class="plain-note">connecting…</p> : <Login />;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the board
      </a>
      <TopBar />
      <ViewFrame />
      <Toasts />
    </>
  );
}
