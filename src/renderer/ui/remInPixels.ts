/** Size of a rem on this screen: tokens.css lets it grow with the window. */
export const remInPixels = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Size of a rem on a screen of usual width, which plots are drawn for. */
const USUAL_REM = 16;

/** Scale of plots on this screen, following the text around them. */
export const plotScale = (): number => remInPixels() / USUAL_REM;
