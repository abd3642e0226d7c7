export type Runtime = typeof import('onnxruntime-node');

/**
 * onnxruntime-node, which from version 1.29 on reports its use to Microsoft unless that is switched off
 * before it is loaded (Linux and macOS: no event, no device identifier, no cache file then; Windows: see
 * docs/security.md). Must run on a main thread: a worker's `process.env` is a copy that native code does not
 * see.
 */
export async function loadRuntime(): Promise<Runtime> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  return await import('onnxruntime-node');
}
