import { serveCore } from './serveCore.ts';

/** The program of the engine process. Started by engineChild.ts. */
serveCore();
