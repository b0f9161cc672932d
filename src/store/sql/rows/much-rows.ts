/** So many rows written at once that what is asked next is planned anew. */
export const muchRows = 1_000;
