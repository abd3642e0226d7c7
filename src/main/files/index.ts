export type { DatasetPlace } from '../../domain/imageSource.ts';
export { foreignBytes, nameFromBytes } from './byteNames.ts';
export { onDisk } from './datasetPlace.ts';
export { FileStamps } from './fileStamps.ts';
export { beginsLikeImage, SIGNATURE_BYTES } from './imageSignature.ts';
export { checkParquetSize, PARQUET_BUDGET_BYTES } from './parquetBudget.ts';
export { openParquetFile } from './parquetFile.ts';
export {
  isInside,
  openRegularFile,
  RefusedFile,
  readRegularFile,
  regularFileStream,
  type StampedPlace,
} from './regularFile.ts';
