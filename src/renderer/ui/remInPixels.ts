/** What a rem is on this screen: tokens.css lets it grow with the window. */
export const remInPixels = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** What a rem is on a screen of usual width, which plots are drawn for. */
const USUAL_REM = 16;

/** How much larger than usual plots are drawn on this screen, as the words around them are. */
export const plotScale = (): number => remInPixels() / USUAL_REM;
