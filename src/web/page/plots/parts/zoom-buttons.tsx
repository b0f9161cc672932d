/** @param zoom by what; 0: all of it */
export function ZoomButtons({ zoom }: { readonly zoom: (by: number) => void }) {
  return (
    <div class="zoom-buttons">
      <button
        type="button"
        class="button small"
        aria-label="Further away"
        title="Further away (-)"
        onClick={() => zoom(0.8)}
      >
        −
      </button>
      <button type="button" class="button small" onClick={() => zoom(0)} title="All of it (0)">
        Fit
      </button>
      <button
        type="button"
        class="button small"
        aria-label="Nearer"
        title="Nearer (+)"
        onClick={() => zoom(1.25)}
      >
        +
      </button>
    </div>
  );
}
