import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Loading } from "../../parts/loading.tsx";
import { Sign } from "../../parts/sign.tsx";
import { addressOf, place, setQuery } from "../../store/location.ts";
import { PlotProblem } from "../parts/plot-problem.tsx";
import { fitBox, type ViewBox, zoomAt } from "../parts/view-box.ts";
import { ZoomButtons } from "../parts/zoom-buttons.tsx";
import { GraphPlane } from "./graph-plane.tsx";
import { GraphState } from "./graph-state.ts";
import { GraphTable } from "./graph-table.tsx";
import { signOf, wordsOf } from "./task-state.ts";

/** What waits for what on a board, or around one task: `?around=<task>`; in words with `?as=table`. */
export default function GraphView({ board }: { readonly board: string }) {
  const around = useComputed(() => place.value.query.get("around"));
  const isTable = useComputed(() => place.value.query.get("as") === "table").value;
  const state = useMemo(() => new GraphState(board, around.value), [board, around.value]);
  useEffect(() => {
    void state.load();
    return () => state.close();
  }, [state]);
  const current = useSignal<string | null>(null);
  const box = useSignal<ViewBox>({ x: 0, y: 0, scale: 1 });
  const drawing = state.drawing.value;
  const path = state.criticalPath.value;
  const zoom = (by: number) => {
    const frame = document.querySelector(".graph-frame");
    if (frame === null || drawing === null) return;
    const at = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 };
    const screen = { width: frame.clientWidth, height: frame.clientHeight };
    box.value = by === 0 ? fitBox(drawing, screen, 28) : zoomAt(box.peek(), by, at);
  };
  return (
    <div class="plot-view">
      <header class="plot-head">
        <h1>Graph</h1>
        {drawing !== null || state.problem.value !== null ? null : <Loading />}
        {drawing === null ? null : (
          <p class="dim">
            {drawing.data.tasks.length} tasks, {drawing.data.links.length} links
            {path.size > 1 ? (
              <>
                {" · "}
                <b class="path-key">critical path</b> of {path.size}
              </>
            ) : null}
            {drawing.data.is_cut ? " · there are more; look around one of them" : ""}
          </p>
        )}
        {around.value === null ? null : (
          <button type="button" class="button small" onClick={() => setQuery({ around: null })}>
            <Sign of="close" /> Around {around.value}
          </button>
        )}
        <div class="plot-tools">
          <button
            type="button"
            class="button small"
            aria-pressed={isTable}
            onClick={() => setQuery({ as: isTable ? null : "table" })}
          >
            As a table
          </button>
          {isTable ? null : <ZoomButtons zoom={zoom} />}
        </div>
      </header>
      <PlotProblem problem={state.problem.value} />
      {drawing === null ? null : drawing.nodes.size === 0 ? (
        <div class="plain-note">
          <h2>No task waits for another</h2>
          <p>
            Link two with <code>kanbun link</code>, or make one with <code>kanbun create --parent</code>: the
            second waits until the first is done.
          </p>
        </div>
      ) : isTable ? (
        <GraphTable state={state} board={board} drawing={drawing} />
      ) : (
        <>
          <GraphPlane state={state} board={board} drawing={drawing} current={current} box={box} />
          {current.value === null ? null : <TaskFacts id={current.value} board={board} state={state} />}
        </>
      )}
    </div>
  );
}

/** Of the task under the pointer, or that has the focus. */
function TaskFacts({
  id,
  board,
  state,
}: {
  readonly id: string;
  readonly board: string;
  readonly state: GraphState;
}) {
  const task = state.task(id).value;
  const drawing = state.drawing.value;
  const parents = drawing?.parents.get(id) ?? [];
  const open = parents.filter((parent) => !["done", "archived"].includes(state.task(parent).value.status));
  const after = drawing?.children.get(id)?.length ?? 0;
  return (
    <aside class="plot-facts" aria-label="The task">
      <p class="facts-title">
        <Sign of={signOf(task)} />
        <a href={addressOf(board, `/t/${encodeURIComponent(id)}`)}>{task.title}</a>
      </p>
      <p class="dim">
        {wordsOf(task)}
        {task.assignee === null ? "" : ` · ${task.assignee}`}
        {parents.length === 0 ? "" : ` · waits for ${parents.length}, ${open.length} open`}
        {after === 0 ? "" : ` · ${after} ${after === 1 ? "waits" : "wait"} for it`}
      </p>
      <button type="button" class="button small" onClick={() => setQuery({ around: id })}>
        Only what hangs with it
      </button>
    </aside>
  );
}
