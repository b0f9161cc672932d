import { Sign } from "../parts/sign.tsx";
import { move } from "../store/act.ts";
import { selected } from "../store/current.ts";
import { openMenu } from "../store/menu.ts";
import { actedOn } from "./selection.ts";
import { pick, taskMenu } from "./task-menu.ts";

/** What is done to all that are selected. */
export function SelectionBar() {
  const count = selected.value.size;
  const clear = () => {
    selected.value = new Set();
  };
  return (
    <section class="selection-bar" aria-label="Selected tasks">
      <b role="status">{count} selected</b>
      <button
        type="button"
        class="button small"
        onClick={(event) => pick("openAssign", actedOn(), event.currentTarget)}
      >
        Assign…
      </button>
      <button type="button" class="button small" onClick={() => void move(actedOn(), "archive")}>
        Archive
      </button>
      <button
        type="button"
        class="button small"
        onClick={(event) => openMenu("Selected tasks", taskMenu(actedOn()), event.currentTarget)}
      >
        More <Sign of="down" />
      </button>
      <button type="button" class="icon-button" aria-label="Select none" onClick={clear}>
        <Sign of="close" />
      </button>
    </section>
  );
}
