import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Calls `visit` for each field of a message; unknown fields are skipped. */
export function readFields(bytes: Uint8Array, visit: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const start = reader.pos;
    if (wireType !== WireType.LengthDelimited && wireType !== WireType.Varint) reader.skip(wireType, field);
    else if (!visit(field, reader)) {
      reader.pos = start;
      reader.skip(wireType, field);
    }
  }
}
