import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { viewAt } from "../routes.ts";
import { board } from "../store/current.ts";
import { addKeys } from "../store/keys.ts";
import { addressOf, go, named, place } from "../store/location.ts";
import { needsYou } from "../store/needs.ts";
import { loginProblem, session } from "../store/session.ts";
import { frameKeys } from "./frame-keys.ts";
import { LazyLogin, Panels } from "./panels.tsx";
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
      go(addressOf(session.value.board), { replace: true });
  });
  useEffect(() => addKeys("Everywhere", frameKeys), []);
  if (session.value === null)
    return loginProblem.value === null ? <p class="plain-note">connecting…</p> : <LazyLogin />;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the board
      </a>
      <TopBar />
      <ViewFrame />
      <Panels />
      <Toasts />
    </>
  );
}
