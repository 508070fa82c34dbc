import { createRequire } from 'node:module';

/** The reader of Google's protocol buffers, as TensorFlow's JavaScript package brings it. */
interface MessageReader {
  nextField(): boolean;
  getFieldNumber(): number;
  isDelimited(): boolean;
  getCursor(): number;
  readBytes(): Uint8Array;
  readString(): string;
  readInt64(): number;
  readPackedInt64(): number[];
  readMessage(message: object, read: () => void): void;
  skipField(): void;
}

const packageRequire = createRequire(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js'),
);
const { BinaryReader } = packageRequire('google-protobuf') as {
  BinaryReader: new (bytes: Uint8Array) => MessageReader;
};

/** One value of an example's feature: its first bytes, with where they begin in the record, or its first integer. */
export type FeatureValue =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly offset: number }
  | { readonly kind: 'integer'; readonly integer: number };

/** The first value of every feature of a `tensorflow.Example`; what is neither bytes nor integers is left out. */
export function featuresOf(record: Uint8Array): Map<string, FeatureValue> {
  const features = new Map<string, FeatureValue>();
  const reader = new BinaryReader(record);
  // Example { Features features = 1 }, Features { map<string, Feature> feature = 1 }, an entry { key = 1, value = 2 }.
  eachField(reader, 1, () => {
    within(reader, 1, () => {
      let name = '';
      let value: FeatureValue | undefined;
      reader.readMessage({}, () => {
        while (reader.nextField()) {
          if (reader.getFieldNumber() === 1) name = reader.readString();
          else if (reader.getFieldNumber() === 2) value = featureValue(reader);
          else reader.skipField();
        }
      });
      if (value !== undefined) features.set(name, value);
    });
  });
  return features;
}

/** Feature { oneof { BytesList bytes_list = 1, FloatList float_list = 2, Int64List int64_list = 3 } }. */
function featureValue(reader: MessageReader): FeatureValue | undefined {
  let value: FeatureValue | undefined;
  reader.readMessage({}, () => {
    while (reader.nextField()) {
      const kind = reader.getFieldNumber();
      if (kind !== 1 && kind !== 3) {
        reader.skipField();
        continue;
      }
      within(reader, 1, () => {
        const read = kind === 1 ? readBytes(reader) : readInteger(reader);
        value ??= read;
      });
    }
  });
  return value;
}

function readBytes(reader: MessageReader): FeatureValue {
  const bytes = reader.readBytes();
  return { kind: 'bytes', bytes, offset: reader.getCursor() - bytes.length };
}

function readInteger(reader: MessageReader): FeatureValue | undefined {
  const integer = reader.isDelimited() ? reader.readPackedInt64()[0] : reader.readInt64();
  return integer === undefined ? undefined : { kind: 'integer', integer };
}

/** Reads the message at hand, and each of its fields of that number. */
function within(reader: MessageReader, field: number, read: () => void): void {
  reader.readMessage({}, () => {
    eachField(reader, field, read);
  });
}

function eachField(reader: MessageReader, field: number, read: () => void): void {
  while (reader.nextField()) {
    if (reader.getFieldNumber() === field) read();
    else reader.skipField();
  }
}
