import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { named } from "../store/location.ts";
import { panel } from "../store/panel.ts";

/** What is shown over or beside a view, each loaded when it is first needed. */
export function Panels() {
  const { board, task } = named.value;
  return (
    <>
      {board !== null && task !== null ? (
        <Lazy key={`${board} ${task}`} load={loadSheet} props={{ board, task }} />
      ) : null}
      {panel.value === null ? null : <Lazy key={panel.value} load={loads[panel.value]} props={{}} />}
    </>
  );
}

// biome-ignore lint/suspicious/noExplicitAny: what each is given is said where it is loaded.
type Any = ComponentType<any>;

const loadSheet = (): Promise<Any> => import("../task/task-sheet.tsx").then((module) => module.TaskSheet);
const loads: Readonly<Record<NonNullable<typeof panel.value>, () => Promise<Any>>> = {
  keys: () => import("../dialogs/key-list.tsx").then((module) => module.KeyList),
  palette: () => import("../dialogs/palette.tsx").then((module) => module.Palette),
  "new-task": () => import("../dialogs/new-task.tsx").then((module) => module.NewTask),
};

function Lazy({ load, props }: { readonly load: () => Promise<Any>; readonly props: object }) {
  const [Found, setFound] = useState<Any | null>(null);
  useEffect(() => void load().then((found) => setFound(() => found)), [load]);
  return Found === null ? null : <Found {...props} />;
}
