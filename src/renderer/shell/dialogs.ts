/** Dialogs of the page, of which one is open at a time. */
export type DialogName = 'help' | 'annotator' | 'palette' | 'keys' | 'predictions' | 'model' | 'scan';
