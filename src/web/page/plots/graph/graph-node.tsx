import { Sign } from "../../parts/sign.tsx";
import { addressOf } from "../../store/location.ts";
import { type GraphState, sizes } from "./graph-state.ts";
import type { Point } from "./layout.ts";
import { signOf, wordsOf } from "./task-state.ts";

interface GraphNodeProps {
  readonly state: GraphState;
  readonly board: string;
  readonly id: string;
  readonly point: Point;
  readonly isCritical: boolean;
  /** The one node that the Tab key reaches. */
  readonly isCurrent: boolean;
  readonly parents: number;
}

/** A task of the graph; drawn anew only when it changes itself. */
export function GraphNode({ state, board, id, point, isCritical, isCurrent, parents }: GraphNodeProps) {
  const task = state.task(id).value;
  const sign = signOf(task);
  const waits = parents === 0 ? "" : `, waits for ${parents}`;
  return (
    <a
      class={`graph-node is-${sign}${isCritical ? " critical" : ""}`}
      href={addressOf(board, `/t/${encodeURIComponent(id)}`)}
      data-node={id}
      draggable={false}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={`${task.title}: ${wordsOf(task)}${waits}${isCritical ? ", on the critical path" : ""}`}
      style={{ left: `${point.x - sizes.nodeWidth / 2}px`, top: `${point.y - sizes.nodeHeight / 2}px` }}
    >
      <Sign of={sign} />
      <span class="title">{task.title}</span>
      <span class="meta">
        {id}
        {task.assignee === null ? "" : ` · ${task.assignee}`}
      </span>
    </a>
  );
}
