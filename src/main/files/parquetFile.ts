import type { AsyncBuffer } from 'hyparquet';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import { openRegularFile } from './regularFile.ts';

/**
 * A Parquet file for hyparquet, which asks for parts of it. Opened again for each part, so that nobody has to
 * close it.
 *
 * @throws as openRegularFile
 */
export async function openParquetFile(file: string, place: DatasetPlace | null = null): Promise<AsyncBuffer> {
  await using first = await openRegularFile(file, place);
  const { size } = await first.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const length = Math.max(0, Math.min(end, size) - start);
      const bytes = new Uint8Array(length);
      if (length === 0) return bytes.buffer;
      await using handle = await openRegularFile(file, place);
      for (let at = 0; at < length; ) {
        const { bytesRead } = await handle.read(bytes, at, length - at, start + at);
        if (bytesRead === 0) throw new Error('it became shorter while it was read');
        at += bytesRead;
      }
      return bytes.buffer;
    },
  };
}
