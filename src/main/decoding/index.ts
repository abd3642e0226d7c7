/** Decoding in processes with limits: nothing is decoded where verdicts are saved. */
export type { DecoderProgram } from './decoderChild.ts';
export type { PreparedFrame } from './frameImage.ts';
export { Pictures } from './pictures.ts';
export type { PreparedImage } from './prepareImage.ts';
export { type DecodeItem, ScanDecoders } from './scanDecoders.ts';
