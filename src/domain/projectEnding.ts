/** The ending of project files that the desktop app opens by a double click. Other project files are named on the command line. */
export const PROJECT_ENDING = '.grefel';

export const namesProject = (path: string): boolean => path.toLowerCase().endsWith(PROJECT_ENDING);
