/** The file of the built page. The build of the executable puts one with its own in the place of this. null: there is none yet. */
export const builtPage: string | null = null;
