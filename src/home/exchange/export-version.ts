/** Of the lines of an export. A reader of one version refuses those of later ones. */
export const exportVersion = 1;
