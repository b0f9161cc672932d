import { Sign } from "../parts/sign.tsx";
import { filter } from "../store/current.ts";

/** Assignee, tenant and order; the choice is kept in the address. */
export function FilterButton() {
  const { assignee, tenant, sort } = filter.value;
  const count = [assignee !== null, tenant !== null, sort !== "priority"].filter(Boolean).length;
  return (
    <button
      type="button"
      class="icon-button filter-button"
      title="Filter and order"
      aria-label={count === 0 ? "Filter and order" : `Filter and order: ${count} chosen`}
      onClick={({ currentTarget }) =>
        void import("../board/pickers.ts").then(({ openFilter }) => openFilter(currentTarget))
      }
    >
      <Sign of="filter" />
      {count === 0 ? null : <b class="badge">{count}</b>}
    </button>
  );
}
