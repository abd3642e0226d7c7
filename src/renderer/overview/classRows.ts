/** Pixels for the names of classes, left of the marks of a plot. */
export const CLASS_NAMES_WIDTH = 92;
