import { Sign } from "../../parts/sign.tsx";
import { addressOf } from "../../store/location.ts";
import type { Drawing, GraphState } from "./graph-state.ts";
import { signOf, wordsOf } from "./task-state.ts";

/** The graph in words: each task with what it waits for. */
export function GraphTable({
  state,
  board,
  drawing,
}: {
  readonly state: GraphState;
  readonly board: string;
  readonly drawing: Drawing;
}) {
  const critical = state.criticalPath.value;
  const link = (id: string) => (
    <a key={id} href={addressOf(board, `/t/${encodeURIComponent(id)}`)}>
      {state.task(id).value.title}
    </a>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="plot-table" tabIndex={0} aria-label="What waits for what">
      <table>
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Status</th>
            <th scope="col">Waits for</th>
            <th scope="col">Critical path</th>
          </tr>
        </thead>
        <tbody>
          {drawing.data.tasks.map(({ id }) => {
            const task = state.task(id).value;
            return (
              <tr key={id}>
                <th scope="row">{link(id)}</th>
                <td>
                  <span class="state-words">
                    <Sign of={signOf(task)} /> {wordsOf(task)}
                  </span>
                </td>
                <td>
                  <ul class="inline-list">
                    {(drawing.parents.get(id) ?? []).map((parent) => (
                      <li key={parent}>{link(parent)}</li>
                    ))}
                  </ul>
                </td>
                <td>{critical.has(id) ? "yes" : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
